//! A fake of SNS's messages to customers, with the promises of `notification::sender`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::rc::Rc;

use aws::AwsFailure;
use contract::{Phone, PushEndpointArn};
use notification::sender::{PushMessage, SendError, Sender};

use crate::fakes::{Fault, FaultyTransport};

/// A message that a customer received.
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
    async fn send_push(&self, endpoint: &PushEndpointArn, message: &PushMessage<'_>) -> Result<(), SendError> {
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
