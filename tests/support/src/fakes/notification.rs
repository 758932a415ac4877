//! Fakes of notification's ports: its table and its customers' phones, in memory, with the promises of
//! `notification::store` and `notification::sender`.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::rc::Rc;

use aws::AwsFailure;
use batch::BoxError;
use contract::{Phone, PushEndpointArn, RequestId};
use jiff::Timestamp;
use notification::domain::{Lease, NotificationItem, SavedOutcome};
use notification::sender::{PushMessage, SendError, Sender};
use notification::store::{LeaseRequest, LeaseResult, SaveResult, Store};

use super::{Fault, FaultyTransport};

/// A fake of the table; clones share their items. Each write is one update, without a token: sent again, its condition is
/// checked against what it wrote itself.
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

    async fn call<T>(
        &self,
        name: &'static str,
        mut action: impl FnMut(&mut Items) -> T,
    ) -> Result<T, BoxError> {
        let action = || action(&mut self.items.borrow_mut());
        Ok(self.transport.call(name, action).await?)
    }
}

impl NotificationTable {
    /// Writes an attempt if its lease could be acquired now. With and without a lease it is the same call to the transport.
    async fn write_if_free(
        &self,
        request: &LeaseRequest<'_>,
        write: impl Fn(&mut NotificationItem),
    ) -> Result<LeaseResult, BoxError> {
        self.call("notification.acquire_lease", |items| {
            let item = items.entry(request.request_id.clone()).or_default();
            let leased = item.lease_until.is_some_and(|until| until > request.now);
            if item.attempt > request.attempt
                || item.outcomes.contains_key(&request.attempt)
                || leased
            {
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
    async fn acquire_lease(
        &self,
        request: &LeaseRequest<'_>,
        until: Timestamp,
    ) -> Result<LeaseResult, BoxError> {
        self.write_if_free(request, |item| item.lease_until = Some(until))
            .await
    }

    async fn save_unsent(
        &self,
        request: &LeaseRequest<'_>,
        outcome: &SavedOutcome,
    ) -> Result<LeaseResult, BoxError> {
        self.write_if_free(request, |item| {
            item.lease_until = None;
            item.outcomes.insert(request.attempt, outcome.clone());
        })
        .await
    }

    async fn save(&self, lease: &Lease, outcome: &SavedOutcome) -> Result<SaveResult, BoxError> {
        self.call("notification.save", |items| {
            let Some(item) = leased(items, lease) else {
                let item = items.get(&lease.request_id).cloned();
                return SaveResult::LeaseLost(item.unwrap_or_default());
            };
            item.lease_until = None;
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

/// A message that reached somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The phone number or the endpoint.
    pub to: String,
    /// What was read.
    pub text: String,
}

/// A fake of SNS: customers' phones; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Phones {
    inbox: Rc<RefCell<Vec<Message>>>,
    refused: Rc<RefCell<Vec<String>>>,
    answers: Rc<RefCell<VecDeque<SendError>>>,
    transport: FaultyTransport,
}

impl Phones {
    /// Phones behind a transport.
    pub fn over(transport: FaultyTransport) -> Self {
        Self {
            transport,
            ..Self::default()
        }
    }

    /// Refuses this phone number or endpoint from now on.
    pub fn refuse(&self, to: &str) {
        self.refused.borrow_mut().push(to.to_owned());
    }

    /// Answers the next send that is not refused with this error.
    pub fn answer(&self, error: SendError) {
        self.answers.borrow_mut().push_back(error);
    }

    /// What was received, in order.
    pub fn inbox(&self) -> Vec<Message> {
        self.inbox.borrow().clone()
    }

    async fn send(&self, to: &str, text: &str) -> Result<(), SendError> {
        let mut tried = false;
        let once = || {
            // A lost answer ends the call: nothing below the sender sends again.
            if mem::replace(&mut tried, true) {
                return Err(SendError::Unknown(failure("timeout")));
            }
            self.receive(to, text)
        };
        match self.transport.call("sns.Publish", once).await {
            Ok(answer) => answer,
            Err(Fault::Refused | Fault::Contended) => Err(SendError::NotSent(failure("Throttled"))),
            Err(_) => Err(SendError::Unknown(failure("timeout"))),
        }
    }

    fn receive(&self, to: &str, text: &str) -> Result<(), SendError> {
        if self.refused.borrow().iter().any(|refused| refused == to) {
            return Err(SendError::Refused(failure("EndpointDisabled")));
        }
        if let Some(error) = self.answers.borrow_mut().pop_front() {
            return Err(error);
        }
        let message = Message {
            to: to.to_owned(),
            text: text.to_owned(),
        };
        self.inbox.borrow_mut().push(message);
        Ok(())
    }
}

impl Sender for Phones {
    async fn send_push(
        &self,
        endpoint: &PushEndpointArn,
        message: &PushMessage<'_>,
    ) -> Result<(), SendError> {
        self.send(endpoint.as_str(), message.text).await
    }

    async fn send_sms(&self, phone: &Phone, text: &str) -> Result<(), SendError> {
        self.send(phone.as_str(), text).await
    }
}

/// A failed `Publish` with this code.
pub fn failure(code: &str) -> AwsFailure {
    AwsFailure {
        operation: "sns:Publish",
        code: code.to_owned(),
        request_id: None,
    }
}
