//! The accounts that this process remembers, and reads that message groups share.
//!
//! A batch of charges needs no read where the process knows the partners' accounts: it wrote them last. The condition on an
//! account's sequence keeps that true. If another process wrote it since, the transaction fails, and says what is stored.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::PartnerId;
use tokio::sync::OnceCell;
use tokio::task::yield_now;

use crate::domain::{Account, LedgerView, Order};
use crate::store::Store;

/// The most accounts that are remembered.
const REMEMBERED: usize = 10_000;

/// How many accounts are read after one that was not as remembered, before accounts are remembered again. A read of one costs
/// a twentieth of a transaction that fails: where many processes serve the same partners, remembering must not cost more than
/// it saves.
const READ_AFTER_STALE: usize = 100;

/// The accounts that this process has read or written last.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    remembered: Mutex<Remembered>,
    next_read: Mutex<Option<Arc<SharedRead>>>,
}

#[derive(Debug, Default)]
struct Remembered {
    accounts: HashMap<PartnerId, Account>,
    /// How many accounts are still to be read.
    to_read: usize,
}

/// A read for all groups that join it before it begins.
#[derive(Debug, Default)]
struct SharedRead {
    partners: Mutex<BTreeSet<PartnerId>>,
    /// None if they could not be read.
    accounts: OnceCell<Option<LedgerView>>,
}

impl Accounts {
    /// The accounts of these orders' partners: as remembered, or else read now; none if they could not be read. A remembered
    /// one is taken out; it is put back by [`Accounts::remember`] once the orders are saved. So what failed, or was cut off, is
    /// forgotten.
    pub async fn of(&self, store: &impl Store, orders: &[&Order<'_>]) -> Option<LedgerView> {
        let mut ledger = LedgerView::default();
        let partners: BTreeSet<_> = orders.iter().map(|order| order.partner).collect();
        let mut unknown = Vec::new();
        for partner in partners {
            match lock(&self.remembered).take(partner) {
                Some(account) => ledger.insert_account(partner.clone(), account),
                None => unknown.push(partner),
            }
        }
        if !unknown.is_empty() {
            self.read(store, &unknown, &mut ledger).await?;
        }
        Some(ledger)
    }

    /// Remembers accounts as they were saved.
    pub fn remember(&self, ledger: &LedgerView) {
        let mut remembered = lock(&self.remembered);
        for (partner, account) in ledger.accounts() {
            remembered.put(partner, account);
        }
    }

    /// Notes that an account was not as expected.
    pub fn note_stale(&self) {
        *lock(&self.remembered) = Remembered {
            accounts: HashMap::new(),
            to_read: READ_AFTER_STALE,
        };
    }

    /// Reads accounts together with those that the batch's other groups want.
    async fn read(&self, store: &impl Store, partners: &[&PartnerId], ledger: &mut LedgerView) -> Option<()> {
        let read = self.join(partners);
        yield_now().await; // the other groups join meanwhile
        let begin = async || {
            lock(&self.next_read).take_if(|next| Arc::ptr_eq(next, &read)); // those that come now join another one
            let partners = lock(&read.partners).clone();
            let partners: Vec<_> = partners.iter().collect();
            let read = store.accounts(&partners).await;
            read.inspect_err(|error| tracing::debug!(error, "accounts not read together"))
                .ok()
        };
        let read = read.accounts.get_or_init(begin).await.as_ref()?;
        for partner in partners {
            if let Some(account) = read.account(partner) {
                ledger.insert_account((*partner).clone(), account);
            }
        }
        Some(())
    }

    fn join(&self, partners: &[&PartnerId]) -> Arc<SharedRead> {
        let mut next = lock(&self.next_read);
        let read = next.get_or_insert_default();
        lock(&read.partners).extend(partners.iter().copied().cloned());
        Arc::clone(read)
    }
}

impl Remembered {
    fn take(&mut self, partner: &PartnerId) -> Option<Account> {
        if self.to_read > 0 {
            self.to_read -= 1;
            return None;
        }
        self.accounts.remove(partner)
    }

    fn put(&mut self, partner: &PartnerId, account: Account) {
        if self.accounts.len() == REMEMBERED {
            self.accounts.clear();
        }
        self.accounts.insert(partner.clone(), account);
    }
}

/// No lock is held across a wait or a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
