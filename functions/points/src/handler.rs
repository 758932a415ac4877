//! Load, decide, save, return what happened.

use std::time::{Duration, SystemTime};

use batch::{Clock, Failure, Outcome};
use contract::{Invalid, Publication, Reason, Received};
use jiff::Timestamp;
use messaging::rejection;

use crate::domain::{Books, Key, Order, Undecided, Verdict, decide};
use crate::store::{Store, StoreError};

/// How often an order is decided anew because somebody else wrote to its account meanwhile.
const ATTEMPTS: u32 = 4;

/// The longest wait before the second attempt; it doubles with each further one.
const PAUSE: Duration = Duration::from_millis(40);

/// Charges and credits partners.
#[derive(Debug)]
pub struct Points<S, C> {
    store: S,
    clock: C,
    seed: u64,
}

impl<S: Store, C: Clock> Points<S, C> {
    /// A handler over this ledger; the seed is for the jitter between attempts.
    pub fn new(store: S, clock: C, seed: u64) -> Self {
        Self { store, clock, seed }
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
            self.clock.sleep(self.pause(attempt, now)).await;
            attempt += 1;
            let orders = std::slice::from_ref(order);
            books.update(self.store.load(orders).await.map_err(retryable)?);
        }
    }

    /// Equal jitter: half fixed, half random.
    fn pause(&self, attempt: u32, now: SystemTime) -> Duration {
        let since = now.duration_since(SystemTime::UNIX_EPOCH);
        let nanos = since.map_or(0, |since| since.subsec_nanos());
        let seed = self.seed ^ u64::from(nanos) ^ u64::from(attempt) << 32;
        let longest = PAUSE * 2_u32.pow(attempt - 1);
        longest.mul_f64(0.5 + fastrand::Rng::with_seed(seed).f64() / 2.0)
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
