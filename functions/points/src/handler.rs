//! Handles points' messages: decide, save, return the events that happened.
//!
//! The orders of a message group are one transaction, and nothing is read before it where the accounts are remembered. What
//! its conditions meet, a repeated order's saved decision above all, is what they are then decided by.

use std::time::{Duration, SystemTime};

use aws::{ConflictRetry, WriteError, rejection};
use batch::{Backoff, BoxError, Clock, Failure, Outcome, in_order};
use contract::{Invalid, Publication, Reason, Received};
use jiff::Timestamp;

use crate::accounts::Accounts;
use crate::domain::{DecisionError, GroupDecision, LedgerView, Order, OrderKey, decide_group};
use crate::store::{CommitError, Store};

/// How orders are decided again after a write conflict. All pauses together are 280 ms at most.
const RETRY: ConflictRetry = ConflictRetry {
    executions: 4,
    pause: Backoff {
        base: Duration::from_millis(40),
        cap: Duration::from_secs(1),
    },
    pause_after_change: true,
};

/// The most orders of a transaction: with an account for each it has 100 items, as many as `DynamoDB` takes.
const ORDERS: usize = 50;

/// Charges and credits partners.
#[derive(Debug)]
pub struct Points<S, C> {
    store: S,
    clock: C,
    accounts: Accounts,
}

/// Why orders were not saved together.
enum SaveError {
    /// Other processes were faster, again and again.
    GaveUp(BoxError),
    /// Any other failure.
    Failed(BoxError),
}

impl<S: Store, C: Clock> Points<S, C> {
    /// A handler on this ledger.
    pub fn new(store: S, clock: C) -> Self {
        let accounts = Accounts::default();
        Self { store, clock, accounts }
    }

    /// Decides and saves a message group's orders: together, or each alone, where one keeps the others from being saved.
    async fn handle_group(&self, orders: &[&Order<'_>], now: SystemTime) -> Vec<Outcome<Publication>> {
        if let Some(accounts) = self.accounts.of(&self.store, orders).await {
            match self.decide_and_save(orders, Some(accounts), now).await {
                Ok(decided) => return outcomes(orders, decided),
                Err(SaveError::Failed(error)) if orders.len() > 1 => {
                    tracing::debug!(error, "not saved together: each is tried alone");
                }
                // guard: what-fails-together-comes-back
                Err(SaveError::Failed(error) | SaveError::GaveUp(error)) => return vec![Err(retryable(error))],
            }
        }
        in_order(orders, async |order| self.handle_alone(order, now).await).await
    }

    async fn handle_alone(&self, order: &Order<'_>, now: SystemTime) -> Outcome<Publication> {
        match self.decide_and_save(&[order], None, now).await {
            Ok(decided) => outcomes(&[order], decided).remove(0),
            // guard: what-fails-alone-comes-back
            Err(SaveError::Failed(error) | SaveError::GaveUp(error)) => Err(retryable(error)),
        }
    }

    /// Decides orders by what is known, or else by what is read, and saves the decisions together; again after a conflict.
    async fn decide_and_save(
        &self,
        orders: &[&Order<'_>],
        mut known: Option<LedgerView>,
        now: SystemTime,
    ) -> Result<GroupDecision, SaveError> {
        let at = Timestamp::try_from(now).map_err(|error| SaveError::Failed(error.into()))?;
        let execute = async |execution| {
            let mut result = self.attempt(orders, &mut known, at).await;
            // The first conflict is the read that was left out, if it says what is stored: no other process has to be at work.
            if execution == 1 && known.is_some() {
                result = self.attempt(orders, &mut known, at).await;
            }
            match result {
                Err(WriteError::Failed(error)) => Ok(Err(SaveError::Failed(error))),
                Err(conflict) => Err(conflict),
                Ok(decided) => Ok(Ok(decided)),
            }
        };
        let keys: Vec<_> = orders.iter().map(|order| &order.key).collect();
        let decided = RETRY.run(&self.clock, (keys, now), execute).await;
        let decided = decided.map_err(SaveError::GaveUp)??;
        self.accounts.remember(&decided.ledger);
        Ok(decided)
    }

    /// One attempt. What is known is used up by it; after a conflict that says what is stored there is something to try again by.
    async fn attempt(
        &self,
        orders: &[&Order<'_>],
        known: &mut Option<LedgerView>,
        at: Timestamp,
    ) -> Result<GroupDecision, WriteError> {
        let mut ledger = match known.take() {
            Some(ledger) => ledger,
            None => self.store.load(orders).await?,
        };
        let mut decided = decide_group(orders, ledger.clone(), at);
        // It may be a repeat of what was decided while there was room: identity comes first.
        // guard: limit-counts-for-new-orders
        if decided.error == Some(DecisionError::BeyondLimit) {
            ledger = self.store.load(orders).await?;
            decided = decide_group(orders, ledger.clone(), at);
        }
        // guard: charge-is-saved-first
        self.save(&decided, ledger, known).await?;
        Ok(decided)
    }

    /// Saves what is new. After a conflict what is `known` is the ledger with what is stored, if it says so.
    async fn save(
        &self,
        decided: &GroupDecision,
        mut ledger: LedgerView,
        known: &mut Option<LedgerView>,
    ) -> Result<(), WriteError> {
        match self.store.commit(&decided.new_decisions()).await {
            Ok(()) => Ok(()),
            Err(CommitError::Failed(error)) => Err(WriteError::Failed(error)),
            Err(CommitError::Conflict { conflict, stored }) => {
                if let Some(stored) = stored {
                    if stored.accounts().next().is_some() {
                        self.accounts.note_stale();
                    }
                    // guard: stored-replaces-remembered
                    ledger.update(stored);
                    *known = Some(ledger);
                }
                Err(WriteError::Conflict(conflict))
            }
        }
    }
}

impl<S: Store, C: Clock> batch::Handler for Points<S, C> {
    type Message = Received;
    type Event = Publication;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Publication>> {
        let orders: Vec<_> = messages.iter().map(Order::of).collect();
        let known: Vec<_> = orders.iter().flatten().collect();
        let mut handled = self.handle_group(&known, now).await.into_iter();
        let outcomes = orders.iter().map_while(|order| match order {
            Some(_) => handled.next(),
            None => Some(Ok(Vec::new())), // not an order
        });
        outcomes.collect()
    }

    fn max_batch_size(&self) -> usize {
        ORDERS
    }
}

/// An outcome for each order that is decided, and for the one that is the reason why those behind it are not.
fn outcomes(orders: &[&Order<'_>], decided: GroupDecision) -> Vec<Outcome<Publication>> {
    let undecided = orders.get(decided.events.len());
    let failed = decided
        .error
        .zip(undecided)
        .map(|(error, order)| Err(failure(error, order)));
    decided.events.into_iter().map(Ok).chain(failed).collect()
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
