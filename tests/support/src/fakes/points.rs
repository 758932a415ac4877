//! A fake of the ledger, with the promises of `points::store`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use aws::WriteError;
use batch::BoxError;
use contract::PartnerId;
use points::domain::{Account, AccountRef, Decision, LedgerView, Order, OrderKey, Posting};
use points::store::Store;

use super::{Fault, FaultyTransport, conflict};

/// A line of an account's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// By how much the balance changed; 0 for a refusal.
    pub change: i64,
    /// The balance after it.
    pub balance: u64,
    /// The decision's key.
    pub order: OrderKey,
}

/// The items that are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items {
    /// Decisions by business key.
    pub decisions: BTreeMap<OrderKey, Decision>,
    /// Accounts by partner.
    pub accounts: BTreeMap<PartnerId, Account>,
    /// Histories by partner and sequence.
    pub entries: BTreeMap<(PartnerId, u64), Entry>,
}

/// A ledger in memory; clones share their items.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    items: Rc<RefCell<Items>>,
    transport: FaultyTransport,
}

impl Ledger {
    /// An empty ledger behind a transport.
    pub fn over(transport: FaultyTransport) -> Self {
        let items = Rc::default();
        Self { items, transport }
    }

    /// What is stored.
    pub fn items(&self) -> Items {
        self.items.borrow().clone()
    }
}

impl Store for Ledger {
    async fn load(&self, orders: &[Order<'_>]) -> Result<LedgerView, BoxError> {
        let books = self.transport.read("points.load", async || {
            // `BatchGetItem` is no snapshot: what is read last may be newer.
            let mut books = LedgerView::default();
            for order in orders {
                let decision = self.items.borrow().decisions.get(&order.key).cloned();
                if let Some(decision) = decision {
                    books.insert_decision(decision);
                }
            }
            self.transport.pause().await;
            for order in orders {
                let account = self.items.borrow().accounts.get(order.partner).copied();
                if let Some(account) = account {
                    books.insert_account(order.partner.clone(), account);
                }
            }
            books
        });
        Ok(books.await?)
    }

    async fn commit(&self, decision: &Decision) -> Result<(), WriteError> {
        let put = async || self.items.borrow_mut().put(decision);
        match self.transport.transact("points.commit", put).await {
            Ok(answer) => answer,
            Err(Fault::Contended) => Err(conflict(vec![0])),
            Err(fault) => Err(WriteError::Unavailable(fault.into())),
        }
    }
}

impl Items {
    fn put(&mut self, decision: &Decision) -> Result<(), WriteError> {
        let partner = &decision.partner;
        let before = self
            .accounts
            .get(partner)
            .map_or(0, |account| account.sequence);
        let line = (partner.clone(), decision.sequence);
        let stands = match decision.account() {
            Some(account) => account.sequence == before + 1 && !self.entries.contains_key(&line),
            None => !self.accounts.contains_key(partner),
        };
        if !stands || self.decisions.contains_key(&decision.order) {
            return Err(conflict(Vec::new()));
        }
        self.decisions
            .insert(decision.order.clone(), decision.clone());
        if let Some(account) = decision.account() {
            self.accounts.insert(partner.clone(), account);
            let entry = Entry {
                change: decision.balance_change(),
                balance: decision.balance,
                order: decision.order.clone(),
            };
            self.entries.insert(line, entry);
        }
        Ok(())
    }

    /// What always holds: gapless sequences, exact balances, each order decided once, double entry.
    pub fn audit(&self) -> Result<(), String> {
        let mut told = BTreeSet::new();
        for (partner, account) in &self.accounts {
            told.extend(self.audit_account(partner, *account)?);
        }
        for (key, decision) in &self.decisions {
            if (decision.sequence > 0) != told.contains(key) {
                return Err(format!("{key} is not told by exactly one account"));
            }
        }
        self.audit_transfers()
    }

    fn audit_account(
        &self,
        partner: &PartnerId,
        account: Account,
    ) -> Result<Vec<OrderKey>, String> {
        let lines = self.entries.iter().filter(|((of, _), _)| of == partner);
        let mut last = Account::default();
        let mut told = Vec::new();
        for ((_, sequence), entry) in lines {
            let saved = self.decisions.get(&entry.order);
            let expected = last.balance.checked_add_signed(entry.change);
            let agrees = saved.is_some_and(|saved| {
                (&saved.partner, saved.sequence) == (partner, *sequence)
                    && (saved.balance_change(), saved.balance) == (entry.change, entry.balance)
            });
            if *sequence != last.sequence + 1 || expected != Some(entry.balance) || !agrees {
                return Err(format!(
                    "{partner}: {sequence} {entry:?} after {last:?}: {saved:?}"
                ));
            }
            last = Account {
                balance: entry.balance,
                sequence: *sequence,
            };
            told.push(entry.order.clone());
        }
        if last != account {
            return Err(format!("{partner}: {account:?} after {last:?}"));
        }
        Ok(told)
    }

    fn audit_transfers(&self) -> Result<(), String> {
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for decision in self.decisions.values() {
            if let Posting::Transfer {
                debit,
                credit,
                points,
                ..
            } = &decision.posting
            {
                *sums.entry(debit.to_string()).or_default() -= i128::from(points.get());
                *sums.entry(credit.to_string()).or_default() += i128::from(points.get());
            }
        }
        let owned: i128 = self
            .accounts
            .values()
            .map(|account| i128::from(account.balance))
            .sum();
        let platform = sums
            .get(&AccountRef::Platform.to_string())
            .copied()
            .unwrap_or_default();
        if sums.values().sum::<i128>() != 0 || platform != -owned {
            return Err(format!("{sums:?} against balances of {owned}"));
        }
        Ok(())
    }
}
