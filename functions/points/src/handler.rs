//! Load, decide, save, return what happened.

use std::time::{Duration, SystemTime};

use aws::{ConflictRetry, rejection};
use batch::{Backoff, Clock, Failure, Outcome};
use contract::{Invalid, Publication, Reason, Received};
use jiff::Timestamp;

use crate::domain::{Books, Key, Order, Undecided, Verdict, decide};
use crate::store::Store;

/// Its pauses add up to 280 ms at most.
const RETRY: ConflictRetry = ConflictRetry {
    executions: 4,
    pause: Backoff {
        base: Duration::from_millis(40),
        cap: Duration::from_secs(1),
    },
    pause_after_change: true,
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
        let execute = async |execution| {
            if execution > 1 {
                books.update(self.store.load(std::slice::from_ref(order)).await?);
            }
            let decision = match decide(order, books, at) {
                Ok(Verdict::Repeat(saved)) => return Ok(Ok(vec![saved.publication.clone()])),
                Ok(Verdict::New(decision)) => *decision,
                Err(undecided) => return Ok(Err(failure(undecided, order))),
            };
            self.store.commit(&decision).await?;
            let publication = decision.publication.clone();
            books.enter(decision);
            Ok(Ok(vec![publication]))
        };
        let decided = RETRY.run(&self.clock, (&order.key, now), execute).await;
        decided.map_err(retryable)?
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
