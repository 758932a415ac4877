//! The next delivery of a message to a function, and what it leads to.

use contract::Publication;
use serde_json::{Value, json};
use support::fakes::Fault;
use support::pipeline::Pipeline;

/// A pipeline, and the message to deliver next; what is published and called is counted from here on.
pub struct Delivery {
    pub pipeline: Pipeline,
    pub queue: &'static str,
    pub message: Value,
    /// The number of events published before.
    published: usize,
    /// The number of calls made before.
    called: usize,
}

/// What a delivery does to its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryResult {
    /// The message is deleted.
    Done,
    /// The message failed and comes back.
    ComesBack,
    /// The process was killed before it answered; the message comes back.
    Killed,
}

impl Delivery {
    /// The delivery of the last message of a queue.
    pub fn of(pipeline: Pipeline, queue: &'static str) -> Self {
        let message = pipeline.messages_in(queue).pop().unwrap();
        let published = pipeline.output().published.len();
        let called = pipeline.faults.calls();
        Self {
            pipeline,
            queue,
            message,
            published,
            called,
        }
    }

    /// The same with another message of the same queue.
    pub fn then(self, message: Value) -> Self {
        Self { message, ..self }
    }

    /// Delivers the message; a test may do so several times.
    pub async fn deliver(&self) -> DeliveryResult {
        deliver(&self.pipeline, self.queue, &self.message).await
    }

    /// Delivers the message with a fault at the next call of this name.
    pub async fn deliver_with(&self, fault: Fault, call: &'static str) -> DeliveryResult {
        self.pipeline.faults.fail_next(call, fault);
        self.deliver().await
    }

    /// Delivers the message once more, and checks that it publishes the same once more and has no other effect.
    pub async fn assert_repeat(&self) {
        let (published, effects) = (self.published(), self.effects());
        assert_eq!(self.deliver().await, DeliveryResult::Done);
        assert_eq!(self.published(), vec![published; 2].concat());
        assert_eq!(self.effects(), effects);
    }

    /// The events published since.
    pub fn published(&self) -> Vec<Publication> {
        let mut published = self.pipeline.output().published;
        published.split_off(self.published)
    }

    /// The types of the events published since.
    pub fn types(&self) -> Vec<&'static str> {
        let published = self.published();
        published.iter().map(|p| p.event_type.as_str()).collect()
    }

    /// The names of the calls made since.
    pub fn called(&self) -> Vec<&'static str> {
        self.pipeline.faults.called().split_off(self.called)
    }

    /// The reasons of all quarantined records.
    pub fn quarantined(&self) -> Vec<&'static str> {
        let quarantined = self.pipeline.output().quarantined;
        quarantined.iter().map(|(_, why)| why.reason).collect()
    }

    /// All stored items but the counters, and the messages that customers received.
    pub fn effects(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        let pipeline = &self.pipeline;
        (
            pipeline.matching.stored_requests(),
            pipeline.matching.stored_partners(),
            pipeline.ledger.items(),
            pipeline.notifications.items(),
            pipeline.phones.inbox(),
        )
    }

    /// Changes the message's event.
    pub fn change(&mut self, change: impl FnOnce(&mut Value)) {
        let mut event = serde_json::from_str(self.message["body"].as_str().unwrap()).unwrap();
        change(&mut event);
        self.message["body"] = event.to_string().into();
    }
}

/// Delivers a message in a batch of its own.
pub async fn deliver(pipeline: &Pipeline, queue: &str, message: &Value) -> DeliveryResult {
    let event = json!({ "Records": [message] });
    let Some(response) = pipeline.deliver(queue, event).await else {
        return DeliveryResult::Killed;
    };
    let response = serde_json::to_value(response).unwrap();
    if response == json!({ "batchItemFailures": [] }) {
        return DeliveryResult::Done;
    }
    let failure = json!({ "itemIdentifier": message["messageId"] });
    assert_eq!(response, json!({ "batchItemFailures": [failure] }));
    DeliveryResult::ComesBack
}
