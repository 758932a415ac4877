//! A view of the ledger: the accounts and decisions that some orders need, as they were read or saved last.

use std::collections::BTreeMap;

use contract::PartnerId;
use serde::{Deserialize, Serialize};

use super::{Decision, DecisionError, OrderKey};

/// A partner's account after its last decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Points on the account.
    pub balance: u64,
    /// The number of decisions on the account, refusals included; the last one's sequence.
    pub sequence: u64,
}

impl Account {
    /// The account after one more decision, which leaves this balance.
    pub(super) fn next(self, balance: u64) -> Result<Self, DecisionError> {
        let sequence = self.sequence.checked_add(1);
        Ok(Self {
            balance,
            sequence: sequence.ok_or(DecisionError::BeyondLimit)?,
        })
    }
}

/// Accounts and decisions of the ledger. Nothing is ever deleted from a ledger, so what was read later is put over an older
/// view with [`LedgerView::update`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerView {
    accounts: BTreeMap<PartnerId, Account>,
    decisions: BTreeMap<OrderKey, Decision>,
}

impl LedgerView {
    /// A partner's account; none before its first purchase.
    pub fn account(&self, partner: &PartnerId) -> Option<Account> {
        self.accounts.get(partner).copied()
    }

    /// The accounts in the view.
    pub fn accounts(&self) -> impl Iterator<Item = (&PartnerId, Account)> {
        self.accounts.iter().map(|(partner, account)| (partner, *account))
    }

    /// The decision on the order with this key.
    pub fn decision(&self, key: &OrderKey) -> Option<&Decision> {
        self.decisions.get(key)
    }

    /// Inserts an account as it was read.
    pub fn insert_account(&mut self, partner: PartnerId, account: Account) {
        self.accounts.insert(partner, account);
    }

    /// Inserts a decision as it was read. It may not be the last on its account, which stays as it is.
    pub fn insert_decision(&mut self, decision: Decision) {
        self.decisions.insert(decision.order.clone(), decision);
    }

    /// Applies a decision that was just saved: inserts it, and its account as it leaves it.
    pub fn apply(&mut self, decision: Decision) {
        if let Some(account) = decision.account() {
            self.insert_account(decision.partner.clone(), account);
        }
        self.insert_decision(decision);
    }

    /// Replaces what has been read again.
    pub fn update(&mut self, read_later: Self) {
        self.accounts.extend(read_later.accounts);
        self.decisions.extend(read_later.decisions);
    }
}
