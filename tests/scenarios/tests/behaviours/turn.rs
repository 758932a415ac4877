//! A function's turn: a message is about to be handled.

use contract::Publication;
use serde_json::{Value, json};
use support::company::Company;
use support::fakes::Fault;

/// A company, and the message that one of its functions handles next.
pub struct Turn {
    pub company: Company,
    pub queue: &'static str,
    pub message: Value,
    /// How much had left the functions, and was called for, before.
    published: usize,
    called: usize,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Done,
    ComesBack,
    /// There is no answer: the process was killed.
    Killed,
}

impl Turn {
    /// The last message of this queue.
    pub fn of(company: Company, queue: &'static str) -> Self {
        let message = company.pipeline.waiting(queue).pop().unwrap();
        let published = company.pipeline.seen().published.len();
        let called = company.pipeline.faults.calls();
        Self {
            company,
            queue,
            message,
            published,
            called,
        }
    }

    /// Another message of this queue comes next.
    pub fn then(self, message: Value) -> Self {
        Self { message, ..self }
    }

    /// Delivers the message, as often as one likes.
    pub async fn deliver(&self) -> Answer {
        deliver(&self.company, self.queue, &self.message).await
    }

    /// Delivers the message with something wrong at its next call of this name.
    pub async fn deliver_with(&self, fault: Fault, call: &'static str) -> Answer {
        self.company.pipeline.faults.fail_next(call, fault);
        self.deliver().await
    }

    /// What was published since.
    pub fn published(&self) -> Vec<Publication> {
        let mut published = self.company.pipeline.seen().published;
        published.split_off(self.published)
    }

    /// The types published since.
    pub fn types(&self) -> Vec<&'static str> {
        let published = self.published();
        published.iter().map(|p| p.event_type.as_str()).collect()
    }

    /// The calls made since.
    pub fn called(&self) -> Vec<&'static str> {
        self.company.pipeline.faults.called().split_off(self.called)
    }

    /// The reasons for which records were set aside.
    pub fn quarantined(&self) -> Vec<&'static str> {
        let quarantined = self.company.pipeline.seen().quarantined;
        quarantined.iter().map(|(_, why)| why.reason).collect()
    }

    /// All that is stored.
    pub fn stored(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        let pipeline = &self.company.pipeline;
        (
            pipeline.table.stored_requests(),
            pipeline.table.stored_partners(),
            pipeline.ledger.items(),
            pipeline.stories.items(),
        )
    }

    /// The message's event, changed in place.
    pub fn change(&mut self, change: impl FnOnce(&mut Value)) {
        let mut event = serde_json::from_str(self.message["body"].as_str().unwrap()).unwrap();
        change(&mut event);
        self.message["body"] = event.to_string().into();
    }
}

/// Delivers a message alone.
pub async fn deliver(company: &Company, queue: &str, message: &Value) -> Answer {
    let event = json!({ "Records": [message] });
    let Some(response) = company.pipeline.deliver(queue, event).await else {
        return Answer::Killed;
    };
    let response = serde_json::to_value(response).unwrap();
    if response == json!({ "batchItemFailures": [] }) {
        return Answer::Done;
    }
    let failure = json!({ "itemIdentifier": message["messageId"] });
    assert_eq!(response, json!({ "batchItemFailures": [failure] }));
    Answer::ComesBack
}
