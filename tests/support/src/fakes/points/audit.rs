//! The audit of a ledger in memory.

use std::collections::{BTreeMap, BTreeSet};

use contract::PartnerId;
use points::domain::{Account, AccountRef, Decision, OrderKey, Posting};

use super::Items;

impl Items {
    /// Checks what always holds: gapless sequences, exact balances, each order decided once, double entry.
    pub fn audit(&self) -> Result<(), String> {
        let mut in_a_history = BTreeSet::new();
        for (partner, account) in &self.accounts {
            in_a_history.extend(self.audit_account(partner, *account)?);
        }
        for (key, decision) in &self.decisions {
            if (decision.sequence > 0) != in_a_history.contains(key) {
                return Err(format!("{key} is not in the history of exactly one account"));
            }
        }
        self.audit_transfers()
    }

    fn audit_account(&self, partner: &PartnerId, account: Account) -> Result<Vec<OrderKey>, String> {
        let on_account = |decision: &&Decision| decision.partner == *partner && decision.sequence > 0;
        let mut history: Vec<_> = self.decisions.values().filter(on_account).collect();
        history.sort_by_key(|decision| decision.sequence);
        let mut last = Account::default();
        for decision in &history {
            let expected = last.balance.checked_add_signed(decision.balance_change());
            if decision.sequence != last.sequence + 1 || expected != Some(decision.balance) {
                return Err(format!("{partner}: {decision:?} after {last:?}"));
            }
            last = Account {
                balance: decision.balance,
                sequence: decision.sequence,
            };
        }
        if last != account {
            return Err(format!("{partner}: {account:?} after {last:?}"));
        }
        Ok(history.into_iter().map(|decision| decision.order.clone()).collect())
    }

    fn audit_transfers(&self) -> Result<(), String> {
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for decision in self.decisions.values() {
            if let Posting::Transfer {
                debit, credit, points, ..
            } = &decision.posting
            {
                *sums.entry(debit.to_string()).or_default() -= i128::from(points.get());
                *sums.entry(credit.to_string()).or_default() += i128::from(points.get());
            }
        }
        let owned: i128 = self.accounts.values().map(|account| i128::from(account.balance)).sum();
        let platform = sums.get(&AccountRef::Platform.to_string()).copied().unwrap_or_default();
        if sums.values().sum::<i128>() != 0 || platform != -owned {
            return Err(format!("{sums:?} against balances of {owned}"));
        }
        Ok(())
    }
}
