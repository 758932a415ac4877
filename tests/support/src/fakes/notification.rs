//! Fakes of notification's ports: its stories and its customers' phones, in memory, with the promises of
//! `notification::store` and `notification::sender`.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::rc::Rc;

use aws::AwsFailure;
use batch::BoxError;
use contract::{Phone, PushEndpointArn, RequestId};
use notification::domain::{Lease, Story, Told};
use notification::sender::{Push, SendError, Sender};
use notification::store::{Saved, Store, Taken, Taking, Write};

use super::{Fault, FaultyTransport};

/// A fake of the table; clones share their items. Each write is one update, without a token: sent again, its condition is
/// checked against what it wrote itself.
#[derive(Clone, Debug, Default)]
pub struct Stories {
    items: Rc<RefCell<Items>>,
    transport: FaultyTransport,
}

type Items = BTreeMap<RequestId, Story>;

impl Stories {
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

impl Store for Stories {
    async fn take(&self, taking: &Taking<'_>) -> Result<Taken, BoxError> {
        let Taking {
            request,
            attempt,
            now,
            write,
        } = *taking;
        self.call("notification.take", |items| {
            let before = items.get(request).cloned().unwrap_or_default();
            let leased = before.lease_until.is_some_and(|until| until > now);
            if before.attempt > attempt || before.told.contains_key(&attempt) || leased {
                return Taken::No(before);
            }
            let story = items.entry(request.clone()).or_default();
            story.attempt = attempt;
            match write {
                Write::LeaseUntil(until) => story.lease_until = Some(until),
                Write::Told(told) => {
                    story.lease_until = None;
                    story.told.insert(attempt, told.clone());
                }
            }
            Taken::Yes(before)
        })
        .await
    }

    async fn save(&self, lease: &Lease, told: &Told) -> Result<Saved, BoxError> {
        self.call("notification.save", |items| match held(items, lease) {
            Some(story) => {
                story.lease_until = None;
                story.told.insert(lease.attempt, told.clone());
                Saved::Yes
            }
            None => Saved::LeaseLost(items.get(&lease.request).cloned().unwrap_or_default()),
        })
        .await
    }

    async fn release(&self, lease: &Lease) -> Result<(), BoxError> {
        self.call("notification.release", |items| {
            if let Some(story) = held(items, lease) {
                story.lease_until = None;
            }
        })
        .await
    }
}

fn held<'a>(items: &'a mut Items, lease: &Lease) -> Option<&'a mut Story> {
    let story = items.get_mut(&lease.request)?;
    (story.attempt == lease.attempt && story.lease_until == Some(lease.until)).then_some(story)
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
    async fn push(&self, endpoint: &PushEndpointArn, push: &Push<'_>) -> Result<(), SendError> {
        self.send(endpoint.as_str(), push.text).await
    }

    async fn text(&self, phone: &Phone, text: &str) -> Result<(), SendError> {
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
