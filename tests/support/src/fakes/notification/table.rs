//! A fake of notification's table, with the promises of `notification::store`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use batch::BoxError;
use contract::RequestId;
use jiff::Timestamp;
use notification::domain::{Lease, NotificationItem, SavedOutcome};
use notification::store::{LeaseRequest, LeaseResult, SaveResult, Store};

use crate::fakes::FaultyTransport;

/// A table in memory; clones share their items. Each write is one update without a token: sent again, its condition is checked
/// against what it wrote itself.
#[derive(Clone, Debug, Default)]
pub struct NotificationTable {
    items: Rc<RefCell<Items>>,
    transport: FaultyTransport,
}

type Items = BTreeMap<RequestId, NotificationItem>;

impl NotificationTable {
    /// An empty table behind a transport.
    pub fn over(transport: FaultyTransport) -> Self {
        let items = Rc::default();
        Self { items, transport }
    }

    /// What is stored.
    pub fn items(&self) -> Items {
        self.items.borrow().clone()
    }

    async fn call<T>(&self, name: &'static str, mut action: impl FnMut(&mut Items) -> T) -> Result<T, BoxError> {
        let action = || action(&mut self.items.borrow_mut());
        Ok(self.transport.call(name, action).await?)
    }

    /// Writes an attempt if its lease could be acquired now. With and without a lease it is the same call to the transport.
    async fn write_if_free(
        &self,
        request: &LeaseRequest<'_>,
        write: impl Fn(&mut NotificationItem),
    ) -> Result<LeaseResult, BoxError> {
        self.call("notification.acquire_lease", |items| {
            let item = items.entry(request.request_id.clone()).or_default();
            let leased = item.lease_until.is_some_and(|until| until > request.now);
            if item.attempt > request.attempt || item.outcomes.contains_key(&request.attempt) || leased {
                return LeaseResult::Refused(item.clone());
            }
            let before = item.clone();
            item.attempt = request.attempt;
            write(item);
            LeaseResult::Acquired(before)
        })
        .await
    }
}

impl Store for NotificationTable {
    async fn acquire_lease(&self, request: &LeaseRequest<'_>, until: Timestamp) -> Result<LeaseResult, BoxError> {
        self.write_if_free(request, |item| item.lease_until = Some(until)).await
    }

    async fn save_unsent(&self, request: &LeaseRequest<'_>, outcome: &SavedOutcome) -> Result<SaveResult, BoxError> {
        let result = self.write_if_free(request, |item| {
            item.lease_until = None;
            item.outcomes.insert(request.attempt, outcome.clone());
        });
        Ok(match result.await? {
            LeaseResult::Acquired(_) => SaveResult::Saved,
            LeaseResult::Refused(item) => SaveResult::Refused(item),
        })
    }

    async fn save(&self, lease: &Lease, outcome: &SavedOutcome, dropped: &[u32]) -> Result<SaveResult, BoxError> {
        self.call("notification.save", |items| {
            let Some(item) = leased(items, lease) else {
                let item = items.get(&lease.request_id).cloned();
                return SaveResult::Refused(item.unwrap_or_default());
            };
            item.lease_until = None;
            item.outcomes.retain(|attempt, _| !dropped.contains(attempt));
            item.outcomes.insert(lease.attempt, outcome.clone());
            SaveResult::Saved
        })
        .await
    }

    async fn release(&self, lease: &Lease) -> Result<(), BoxError> {
        self.call("notification.release", |items| {
            if let Some(item) = leased(items, lease) {
                item.lease_until = None;
            }
        })
        .await
    }
}

fn leased<'a>(items: &'a mut Items, lease: &Lease) -> Option<&'a mut NotificationItem> {
    let item = items.get_mut(&lease.request_id)?;
    (item.attempt == lease.attempt && item.lease_until == Some(lease.until)).then_some(item)
}
