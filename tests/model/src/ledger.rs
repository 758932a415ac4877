//! Points: the ledger with its conditions, and the handler's decision.

use std::collections::BTreeMap;

use contract::{MatchId, PartnerId};
use points::domain::{Account, Decision, LedgerView, Order, OrderDecision, OrderKey, decide};
use serde::Serialize;

use super::NOW;
use super::message::{Change, Message, Outcome};
use super::safeguard::Safeguard;

/// The ledger's items.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
    /// The partners' accounts.
    pub accounts: BTreeMap<PartnerId, Account>,
    /// Every decision in the order of the writes, by partner.
    pub decisions: BTreeMap<PartnerId, Vec<Decision>>,
}

impl Ledger {
    /// The outcome of handling a message, if points reads this ledger.
    pub fn outcome(&self, message: &Message, disabled: Option<Safeguard>) -> Outcome {
        let order = Order::of(&message.received).unwrap();
        let mut view = LedgerView::default();
        if let Some(account) = self.accounts.get(order.partner) {
            view.insert_account(order.partner.clone(), *account);
        }
        if disabled != Some(Safeguard::OneDecisionPerOrder) {
            for saved in self.decisions_on(&order.key) {
                view.insert_decision(saved.clone());
            }
        }
        match decide(&order, &view, NOW) {
            Ok(OrderDecision::Repeat(_)) if disabled == Some(Safeguard::PublishOnRepeat) => Outcome::Done(None),
            Ok(OrderDecision::Repeat(saved)) => Outcome::done(Some(&saved.publication)),
            Ok(OrderDecision::New(decision)) => {
                let publication = decision.publication.clone();
                Outcome::write(Change::Decision(decision), Some(&publication))
            }
            Err(_) => Outcome::Rejected,
        }
    }

    /// The ledger after this decision, if the conditions of `points::store` hold.
    pub fn commit(&self, decision: &Decision, disabled: Option<Safeguard>) -> Option<Self> {
        let partner = &decision.partner;
        let before = self.accounts.get(partner);
        let is_account_as_read = match decision.account() {
            Some(account) => account.sequence == before.map_or(1, |before| before.sequence + 1),
            None => before.is_none(),
        };
        if !is_account_as_read && disabled != Some(Safeguard::AccountSequenceCondition) {
            return None;
        }
        let is_decided = self.decisions_on(&decision.order).next().is_some();
        if is_decided && disabled != Some(Safeguard::OneDecisionPerOrder) {
            return None;
        }
        let mut after = self.clone();
        if let Some(account) = decision.account() {
            after.accounts.insert(partner.clone(), account);
        }
        let decisions = after.decisions.entry(partner.clone()).or_default();
        decisions.push(decision.clone());
        Some(after)
    }

    /// Every decision.
    pub fn all_decisions(&self) -> impl Iterator<Item = &Decision> {
        self.decisions.values().flatten()
    }

    /// Whether a match was charged.
    pub fn is_charged(&self, match_id: &MatchId) -> bool {
        self.all_decisions().any(|decision| {
            let of_match = matches!(&decision.order, OrderKey::Match(id) if id == match_id);
            of_match && decision.balance_change() < 0
        })
    }

    fn decisions_on(&self, key: &OrderKey) -> impl Iterator<Item = &Decision> {
        self.all_decisions().filter(move |decision| decision.order == *key)
    }
}
