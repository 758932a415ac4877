//! Handles points' messages: load, decide, save, return the events that happened.

use std::time::{Duration, SystemTime};

use aws::{ConflictRetry, rejection};
use batch::{Backoff, Clock, Failure, Outcome};
use contract::{Invalid, Publication, Reason, Received};
use jiff::Timestamp;

use crate::domain::{DecisionError, LedgerView, Order, OrderDecision, OrderKey, decide};
use crate::store::Store;

/// How an order is decided again after a write conflict. All pauses together are 280 ms at most.
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
    /// A handler on this ledger.
    pub fn new(store: S, clock: C) -> Self {
        Self { store, clock }
    }

    /// Decides and saves one order, and applies the decision to the view of the ledger.
    async fn decide_and_save(
        &self,
        order: &Order<'_>,
        ledger: &mut LedgerView,
        now: SystemTime,
    ) -> Outcome<Publication> {
        let at = Timestamp::try_from(now).map_err(retryable)?;
        let execute = async |execution| {
            if execution > 1 {
                ledger.update(self.store.load(std::slice::from_ref(order)).await?);
            }
            let decision = match decide(order, ledger, at) {
                // guard: charge-is-published-again
                Ok(OrderDecision::Repeat(saved)) => return Ok(Ok(vec![saved.publication.clone()])),
                Ok(OrderDecision::New(decision)) => *decision,
                Err(error) => return Ok(Err(failure(error, order))),
            };
            // guard: charge-is-saved-first
            self.store.commit(&decision).await?;
            let publication = decision.publication.clone();
            ledger.apply(decision);
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
        let mut ledger = match self.store.load(&known).await {
            Ok(ledger) => ledger,
            Err(error) => return vec![Err(retryable(error))],
        };
        let mut outcomes = Vec::with_capacity(orders.len());
        for order in &orders {
            let outcome = match order {
                Some(order) => self.decide_and_save(order, &mut ledger, now).await,
                None => Ok(Vec::new()), // not an order
            };
            let failed = outcome.is_err();
            outcomes.push(outcome);
            // guard: no-charge-after-a-failure
            if failed {
                break;
            }
        }
        outcomes
    }
}

fn failure(error: DecisionError, order: &Order<'_>) -> Failure {
    match error {
        DecisionError::IdentityConflict => {
            let detail = identity_conflict(&order.key);
            rejection(Invalid::new(Reason::IdentityConflict, detail)).into()
        }
        // Retryable, since later charges may lower the balance.
        DecisionError::BeyondLimit => retryable(error),
    }
}

fn identity_conflict(key: &OrderKey) -> &'static str {
    match key {
        OrderKey::Purchase(_) => "`data` must be what `data.purchaseId` was handled with before",
        OrderKey::Match(_) => "`data` must be what `data.matchId` was handled with before",
    }
}

fn retryable(error: impl Into<batch::BoxError>) -> Failure {
    Failure::Retryable(error.into())
}
