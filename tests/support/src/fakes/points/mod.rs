//! A fake of the ledger, with the promises of `points::store`.

mod audit;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use aws::WriteError;
use batch::BoxError;
use contract::PartnerId;
use points::domain::{Account, Decision, LedgerView, Order, OrderKey};
use points::store::Store;

use super::{Fault, FaultyTransport, conflict};

/// An entry of an account's history.
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
        let view = self.transport.read("points.load", async || {
            // `BatchGetItem` is no snapshot: what is read last may be newer.
            let mut view = LedgerView::default();
            for order in orders {
                let decision = self.items.borrow().decisions.get(&order.key).cloned();
                if let Some(decision) = decision {
                    view.insert_decision(decision);
                }
            }
            self.transport.pause().await;
            for order in orders {
                let account = self.items.borrow().accounts.get(order.partner).copied();
                if let Some(account) = account {
                    view.insert_account(order.partner.clone(), account);
                }
            }
            view
        });
        Ok(view.await?)
    }

    async fn commit(&self, decision: &Decision) -> Result<(), WriteError> {
        let put = async || self.items.borrow_mut().put(decision);
        match self.transport.transact("points.commit", put).await {
            Ok(answer) => answer,
            Err(Fault::Contended) => Err(conflict(vec![0])),
            Err(fault) => Err(WriteError::Failed(fault.into())),
        }
    }
}

impl Items {
    fn put(&mut self, decision: &Decision) -> Result<(), WriteError> {
        let partner = &decision.partner;
        let before = self.accounts.get(partner).map_or(0, |account| account.sequence);
        let entry_key = (partner.clone(), decision.sequence);
        let follows = match decision.account() {
            Some(account) => account.sequence == before + 1 && !self.entries.contains_key(&entry_key),
            None => !self.accounts.contains_key(partner),
        };
        if !follows || self.decisions.contains_key(&decision.order) {
            return Err(conflict(Vec::new()));
        }
        self.decisions.insert(decision.order.clone(), decision.clone());
        if let Some(account) = decision.account() {
            self.accounts.insert(partner.clone(), account);
            let entry = Entry {
                change: decision.balance_change(),
                balance: decision.balance,
                order: decision.order.clone(),
            };
            self.entries.insert(entry_key, entry);
        }
        Ok(())
    }
}
