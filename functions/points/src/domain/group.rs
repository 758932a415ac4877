//! The orders of a message group, which are decided one after the other and saved together.

use std::collections::BTreeMap;

use contract::{PartnerId, Publication};
use jiff::Timestamp;

use super::{Account, Decision, DecisionError, LedgerView, Order, OrderDecision, OrderKey, decide};

/// The decisions on consecutive orders, up to the first order that cannot be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDecision {
    /// The ledger as they leave it.
    pub ledger: LedgerView,
    /// The events of each order that is decided.
    pub events: Vec<Vec<Publication>>,
    /// Why the order behind these is not decided, if there is one.
    pub error: Option<DecisionError>,
    new: Vec<OrderKey>,
}

/// What decisions that are saved together do to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountChange {
    /// The account's sequence before them; 0 if there is no account.
    pub sequence_before: u64,
    /// The account after them; none if there still is no account.
    pub after: Option<Account>,
}

/// Decides orders, each by the ledger as those before it leave it.
pub fn decide_group(orders: &[&Order<'_>], ledger: LedgerView, at: Timestamp) -> GroupDecision {
    let (mut ledger, mut events, mut new) = (ledger, Vec::with_capacity(orders.len()), Vec::new());
    let mut error = None;
    for order in orders {
        let published = match decide(order, &ledger, at) {
            // guard: charge-is-published-again
            Ok(OrderDecision::Repeat(saved)) => vec![saved.publication.clone()],
            Ok(OrderDecision::New(decision)) => {
                let publication = decision.publication.clone();
                new.push(order.key.clone());
                // guard: group-counts-its-charges
                ledger.apply(*decision);
                vec![publication]
            }
            Err(reason) => {
                error = Some(reason);
                // guard: nothing-is-decided-behind-an-error
                break;
            }
        };
        events.push(published);
    }
    GroupDecision {
        ledger,
        events,
        error,
        new,
    }
}

impl GroupDecision {
    /// The decisions that are still to be saved, in their order.
    pub fn new_decisions(&self) -> Vec<&Decision> {
        let new = self.new.iter();
        new.filter_map(|key| self.ledger.decision(key)).collect()
    }
}

/// What these decisions, in their order, do to their accounts.
pub fn account_changes<'d>(decisions: &[&'d Decision]) -> BTreeMap<&'d PartnerId, AccountChange> {
    let mut changes = BTreeMap::new();
    for decision in decisions {
        let change = changes.entry(&decision.partner).or_insert(AccountChange {
            sequence_before: decision.sequence.saturating_sub(1), // a refusal for an unknown account has 0
            after: None,
        });
        change.after = decision.account();
    }
    changes
}
