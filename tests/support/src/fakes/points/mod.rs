//! A fake of the ledger, with the promises of `points::store`.

mod audit;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use aws::WriteError;
use batch::BoxError;
use contract::PartnerId;
use points::domain::{Account, AccountChange, Decision, LedgerView, Order, OrderKey, account_changes};
use points::store::{CommitError, Store};

use super::{Fault, FaultyTransport, conflict};

/// The items that are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items {
    /// Decisions by business key.
    pub decisions: BTreeMap<OrderKey, Decision>,
    /// Accounts by partner.
    pub accounts: BTreeMap<PartnerId, Account>,
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

    /// Puts an account, in place of the decisions that it takes to get there.
    pub fn put_account(&self, partner: &str, account: Account) {
        let mut items = self.items.borrow_mut();
        items.accounts.insert(partner.parse().unwrap(), account);
    }

    /// What is stored.
    pub fn items(&self) -> Items {
        self.items.borrow().clone()
    }
}

impl Store for Ledger {
    async fn accounts(&self, partners: &[&PartnerId]) -> Result<LedgerView, BoxError> {
        let read = async || {
            let mut view = LedgerView::default();
            self.items.borrow().read_accounts(partners.iter().copied(), &mut view);
            view
        };
        Ok(self.transport.read("points.accounts", read).await?)
    }

    async fn load(&self, orders: &[&Order<'_>]) -> Result<LedgerView, BoxError> {
        let read = async || {
            // `BatchGetItem` is no snapshot: what is read last may be newer.
            let mut view = LedgerView::default();
            let keys = orders.iter().map(|order| &order.key);
            self.items.borrow().read_decisions(keys, &mut view);
            self.transport.pause().await;
            let partners = orders.iter().map(|order| order.partner);
            self.items.borrow().read_accounts(partners, &mut view);
            view
        };
        Ok(self.transport.read("points.load", read).await?)
    }

    async fn commit(&self, decisions: &[&Decision]) -> Result<(), CommitError> {
        if decisions.is_empty() {
            return Ok(());
        }
        let put = async || self.items.borrow_mut().put(decisions);
        match self.transport.transact("points.commit", put).await {
            Ok(answer) => answer.map_err(|stored| conflicting(Vec::new(), stored)),
            Err(Fault::Contended) => Err(conflicting(vec![0], None)),
            Err(fault) => Err(CommitError::Failed(fault.into())),
        }
    }
}

fn conflicting(contended: Vec<usize>, stored: Option<LedgerView>) -> CommitError {
    match conflict(contended) {
        WriteError::Conflict(conflict) => CommitError::Conflict { conflict, stored },
        WriteError::Failed(error) => CommitError::Failed(error),
    }
}

impl Items {
    fn read_accounts<'p>(&self, partners: impl Iterator<Item = &'p PartnerId>, view: &mut LedgerView) {
        for partner in partners {
            if let Some(account) = self.accounts.get(partner) {
                view.insert_account(partner.clone(), *account);
            }
        }
    }

    fn read_decisions<'k>(&self, keys: impl Iterator<Item = &'k OrderKey>, view: &mut LedgerView) {
        for key in keys {
            if let Some(decision) = self.decisions.get(key) {
                view.insert_decision(decision.clone());
            }
        }
    }

    /// Puts decisions and their accounts, or returns what the conditions that failed met, if each met an item.
    fn put(&mut self, decisions: &[&Decision]) -> Result<(), Option<LedgerView>> {
        let mut met = LedgerView::default();
        self.read_decisions(decisions.iter().map(|decision| &decision.order), &mut met);
        let mut changes = account_changes(decisions);
        let fails = |partner: &PartnerId, change: &AccountChange| {
            let stored = self.accounts.get(partner).map_or(0, |account| account.sequence);
            stored != change.sequence_before
        };
        let others: Vec<_> = changes
            .extract_if(.., |partner, change| fails(partner, change))
            .collect();
        self.read_accounts(others.iter().map(|(partner, _)| *partner), &mut met);
        if !others.is_empty() || met != LedgerView::default() {
            let each_met_an_item = met.accounts().count() == others.len();
            return Err(each_met_an_item.then_some(met));
        }
        for decision in decisions {
            self.decisions.insert(decision.order.clone(), (*decision).clone());
        }
        for (partner, change) in changes {
            if let Some(account) = change.after {
                self.accounts.insert(partner.clone(), account);
            }
        }
        Ok(())
    }
}
