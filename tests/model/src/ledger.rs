//! Points' side: the ledger, its conditions, and the handler's step.

use std::collections::BTreeMap;

use contract::{MatchId, PartnerId};
use points::domain::{Account, Decision, LedgerView, Order, OrderDecision, OrderKey, decide};
use serde::Serialize;

use super::NOW;
use super::guards::Guard;
use super::message::{Change, Message, Outcome};

/// The ledger's items.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
    /// The partners' accounts.
    pub accounts: BTreeMap<PartnerId, Account>,
    /// Every decision ever written, in order.
    pub decisions: BTreeMap<PartnerId, Vec<Decision>>,
}

impl Ledger {
    /// What points makes of a message on reading this.
    pub fn outcome(&self, message: &Message, without: Option<Guard>) -> Outcome {
        let order = Order::of(&message.received).unwrap();
        let mut books = LedgerView::default();
        if let Some(account) = self.accounts.get(order.partner) {
            books.insert_account(order.partner.clone(), *account);
        }
        if without != Some(Guard::Identity) {
            let saved = self.decided(&order.key).cloned();
            saved.for_each(|saved| books.insert_decision(saved));
        }
        match decide(&order, &books, NOW) {
            Ok(OrderDecision::Repeat(_)) if without == Some(Guard::Repeating) => {
                Outcome::Done(None)
            }
            Ok(OrderDecision::Repeat(saved)) => Outcome::done(Some(&saved.publication)),
            Ok(OrderDecision::New(decision)) => {
                let told = decision.publication.clone();
                Outcome::write(Change::Decision(decision), Some(&told))
            }
            Err(_) => Outcome::Refused,
        }
    }

    /// The ledger after this decision, if the conditions of `points::store` hold.
    pub fn commit(&self, decision: &Decision, without: Option<Guard>) -> Option<Self> {
        let partner = &decision.partner;
        let before = self.accounts.get(partner);
        let as_read = match decision.account() {
            Some(account) => account.sequence == before.map_or(1, |before| before.sequence + 1),
            None => before.is_none(),
        };
        let new = self.decided(&decision.order).next().is_none();
        let as_read = as_read || without == Some(Guard::Sequence);
        let new = new || without == Some(Guard::Identity);
        if !(as_read && new) {
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

    /// Every decision there is.
    pub fn all(&self) -> impl Iterator<Item = &Decision> {
        self.decisions.values().flatten()
    }

    /// Whether a match was charged.
    pub fn charged(&self, charged: &MatchId) -> bool {
        let is_it = |key: &OrderKey| matches!(key, OrderKey::Match(id) if id == charged);
        self.all()
            .any(|decision| is_it(&decision.order) && decision.balance_change() < 0)
    }

    fn decided(&self, key: &OrderKey) -> impl Iterator<Item = &Decision> {
        self.all().filter(move |decision| decision.order == *key)
    }
}
