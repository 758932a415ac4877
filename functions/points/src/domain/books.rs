//! The part of the ledger that some orders need, as it was read and as it goes on.

use std::collections::BTreeMap;

use contract::PartnerId;
use serde::{Deserialize, Serialize};

use super::{Decision, Key, Undecided};

/// A partner's account after the last decision on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The points that are left.
    pub balance: u64,
    /// The number of decisions so far.
    pub sequence: u64,
}

impl Account {
    pub(super) fn next(self, balance: u64) -> Result<Self, Undecided> {
        let sequence = self.sequence.checked_add(1);
        Ok(Self {
            balance,
            sequence: sequence.ok_or(Undecided::BeyondLimit)?,
        })
    }
}

/// Accounts and decisions. Nothing is ever taken out of a ledger, so newer books are put over older
/// ones with [`Books::update`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    accounts: BTreeMap<PartnerId, Account>,
    decisions: BTreeMap<Key, Decision>,
}

impl Books {
    /// A partner's account, if it was opened.
    pub fn account(&self, partner: &PartnerId) -> Option<Account> {
        self.accounts.get(partner).copied()
    }

    /// What was decided under a key.
    pub fn decision(&self, key: &Key) -> Option<&Decision> {
        self.decisions.get(key)
    }

    /// Notes an account as it was read.
    pub fn open(&mut self, partner: PartnerId, account: Account) {
        self.accounts.insert(partner, account);
    }

    /// Notes a decision that was read, whatever came after it on its account.
    pub fn file(&mut self, decision: Decision) {
        self.decisions.insert(decision.order.clone(), decision);
    }

    /// Goes on from a decision just saved.
    pub fn enter(&mut self, decision: Decision) {
        if let Some(account) = decision.account() {
            self.open(decision.partner.clone(), account);
        }
        self.file(decision);
    }

    /// Puts what was read again over what was known.
    pub fn update(&mut self, read_again: Self) {
        self.accounts.extend(read_again.accounts);
        self.decisions.extend(read_again.decisions);
    }
}
