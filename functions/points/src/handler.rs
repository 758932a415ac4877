//! Load, decide, save, return what happened.

use std::time::{Duration, SystemTime};

use aws::rejection;
use batch::{Backoff, Clock, Failure, Outcome};
use contract::{Invalid, Publication, Reason, Received};
use jiff::Timestamp;

use crate::domain::{Books, Key, Order, Undecided, Verdict, decide};
use crate::store::{Store, StoreError};

/// How often an order is decided anew because somebody else wrote to its account meanwhile.
const ATTEMPTS: u32 = 4;

/// The wait before the next attempt.
const PAUSE: Backoff = Backoff {
    base: Duration::from_millis(40),
    cap: Duration::from_secs(1),
};

/// Charges and credits partners.
#[derive(Debug)]
pub struct Points<S, C> {
    store: S,
    clock: C,
}

impl<S: Store, C: Clock> Points<S, C> {
    /// A handler over this ledger.
    pub fn new(store: S, clock: C) -> Self {
        Self { store, clock }
    }

    /// Decides and saves one order, and carries the books on.
    async fn settle(
        &self,
        order: &Order<'_>,
        books: &mut Books,
        now: SystemTime,
    ) -> Outcome<Publication> {
        let at = Timestamp::try_from(now).map_err(retryable)?;
        let mut attempt = 1;
        loop {
            let decision = match decide(order, books, at) {
                Ok(Verdict::Repeat(saved)) => return Ok(vec![saved.publication.clone()]),
                Ok(Verdict::New(decision)) => *decision,
                Err(undecided) => return Err(failure(undecided, order)),
            };
            match self.store.commit(&decision).await {
                Ok(()) => {
                    let publication = decision.publication.clone();
                    books.enter(decision);
                    return Ok(vec![publication]);
                }
                Err(StoreError::Conflict(cause)) if attempt < ATTEMPTS => {
                    tracing::debug!(attempt, %cause, "somebody else wrote first: deciding again");
                }
                Err(error) => return Err(retryable(error)),
            }
            self.clock
                .sleep(PAUSE.delay(attempt, (&order.key, now)))
                .await;
            attempt += 1;
            let orders = std::slice::from_ref(order);
            books.update(self.store.load(orders).await.map_err(retryable)?);
        }
    }
}

impl<S: Store, C: Clock> batch::Handler for Points<S, C> {
    type Message = Received;
    type Event = Publication;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Publication>> {
        let orders: Vec<_> = messages.iter().map(Order::of).collect();
        let known: Vec<_> = orders.iter().flatten().cloned().collect();
        let mut books = match self.store.load(&known).await {
            Ok(books) => books,
            Err(error) => return vec![Err(retryable(error))],
        };
        let mut outcomes = Vec::with_capacity(orders.len());
        for order in &orders {
            let outcome = match order {
                Some(order) => self.settle(order, &mut books, now).await,
                None => Ok(Vec::new()), // not for points
            };
            let failed = outcome.is_err();
            outcomes.push(outcome);
            if failed {
                break;
            }
        }
        outcomes
    }
}

fn failure(undecided: Undecided, order: &Order<'_>) -> Failure {
    match undecided {
        Undecided::IdentityConflict => {
            rejection(Invalid::new(Reason::IdentityConflict, detail(&order.key))).into()
        }
        // The message is innocent, and charges may make room for it.
        Undecided::BeyondLimit => retryable(undecided),
    }
}

fn detail(key: &Key) -> &'static str {
    match key {
        Key::Purchase(_) => "`data` must be what `data.purchaseId` was handled with before",
        Key::Match(_) => "`data` must be what `data.matchId` was handled with before",
    }
}

fn retryable(error: impl Into<batch::BoxError>) -> Failure {
    Failure::Retryable(error.into())
}
