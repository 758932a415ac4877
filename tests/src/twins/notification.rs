//! Notification's twins: its stories and its customers' phones, in memory, with the promises of
//! `notification::store` and `notification::sender`, and faults on request.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::future::{pending, poll_fn};
use std::mem;
use std::rc::Rc;
use std::task::Poll;

use batch::BoxError;
use contract::{Phone, PushEndpointArn, RequestId};
use messaging::AwsFailure;
use notification::domain::{Lease, Story, Told};
use notification::sender::{Push, SendError, Sender};
use notification::store::{Saved, Store, Taken, Taking, Write};

/// What goes wrong in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and the caller is told so.
    Fails,
    /// It is done, but the answer never arrives.
    TimesOutAfter,
    /// The process is killed before it is done: the call never returns, and [`Faults::run`] drops the process.
    KilledBefore,
    /// The process is killed after it was done.
    KilledAfter,
}

/// The faults of a run by the number of the call: calls to stories and phones are counted together, from 0.
#[derive(Clone, Debug, Default)]
pub struct Faults(Rc<RefCell<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    calls: usize,
    faults: BTreeMap<usize, Fault>,
    killed: bool,
}

impl Faults {
    /// Lets a call go wrong.
    pub fn plan(&self, call: usize, fault: Fault) {
        self.0.borrow_mut().faults.insert(call, fault);
    }

    /// Lets the call after so many others from now on go wrong.
    pub fn plan_next(&self, calls: usize, fault: Fault) {
        self.plan(self.calls() + calls, fault);
    }

    /// Forgets what was planned and has not happened.
    pub fn clear(&self) {
        self.0.borrow_mut().faults.clear();
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.0.borrow().calls
    }

    /// Runs a process until it is done; `None` if it is killed before.
    pub async fn run<T>(&self, process: impl Future<Output = T>) -> Option<T> {
        let mut process = std::pin::pin!(process);
        poll_fn(|context| match process.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if mem::take(&mut self.0.borrow_mut().killed) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Does a call, or not, as planned. Others get their turn before it, so that processes interleave.
    async fn call<T>(&self, action: impl FnOnce() -> T) -> Result<T, Fault> {
        tokio::task::yield_now().await;
        let fault = {
            let mut plan = self.0.borrow_mut();
            let call = plan.calls;
            plan.calls += 1;
            plan.faults.remove(&call)
        };
        match fault {
            None => Ok(action()),
            Some(Fault::Fails) => Err(Fault::Fails),
            Some(Fault::TimesOutAfter) => {
                action();
                Err(Fault::TimesOutAfter)
            }
            Some(Fault::KilledBefore) => self.kill().await,
            Some(Fault::KilledAfter) => {
                action();
                self.kill().await
            }
        }
    }

    async fn kill<T>(&self) -> T {
        self.0.borrow_mut().killed = true;
        pending().await
    }
}

/// The twin of the table; clones share their items.
#[derive(Clone, Debug, Default)]
pub struct Stories {
    items: Rc<RefCell<BTreeMap<RequestId, Story>>>,
    faults: Faults,
}

impl Stories {
    /// No stories, with these faults.
    pub fn new(faults: Faults) -> Self {
        Self {
            faults,
            ..Self::default()
        }
    }

    /// What is stored.
    pub fn items(&self) -> BTreeMap<RequestId, Story> {
        self.items.borrow().clone()
    }

    async fn call<T>(
        &self,
        action: impl FnOnce(&mut BTreeMap<RequestId, Story>) -> T,
    ) -> Result<T, BoxError> {
        let done = self
            .faults
            .call(|| action(&mut self.items.borrow_mut()))
            .await;
        done.map_err(|fault| format!("{fault:?}").into())
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
        self.call(|items| {
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
        self.call(|items| match held(items, lease) {
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
        self.call(|items| {
            if let Some(story) = held(items, lease) {
                story.lease_until = None;
            }
        })
        .await
    }
}

fn held<'a>(items: &'a mut BTreeMap<RequestId, Story>, lease: &Lease) -> Option<&'a mut Story> {
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

/// The twin of SNS: customers' phones; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Phones {
    inbox: Rc<RefCell<Vec<Message>>>,
    refused: Rc<RefCell<Vec<String>>>,
    answers: Rc<RefCell<VecDeque<SendError>>>,
    faults: Faults,
}

impl Phones {
    /// Phones, with these faults.
    pub fn new(faults: Faults) -> Self {
        Self {
            faults,
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
        let sent = self.faults.call(|| {
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
        });
        match sent.await {
            Ok(answer) => answer,
            Err(Fault::Fails) => Err(SendError::NotSent(failure("Throttled"))),
            Err(_) => Err(SendError::Unknown(failure("timeout"))),
        }
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
