//! A fake of the topic and of the queues' calls, which keeps what the functions send.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::{BoxError, DeadLetterQueue, Queue, Record, Rejection, Topic};
use contract::Publication;

use crate::fakes::FaultyTransport;

/// The ports by which events and quarantined records leave the functions; clones share what left.
#[derive(Clone, Debug)]
pub struct OutputPorts {
    output: Rc<RefCell<Output>>,
    transport: FaultyTransport,
}

impl OutputPorts {
    /// Ports behind a transport, through which nothing has left yet.
    pub fn over(transport: FaultyTransport) -> Self {
        let output = Rc::default();
        Self { output, transport }
    }

    /// What has left the functions so far, in order and with repeats.
    pub fn output(&self) -> Output {
        self.output.borrow().clone()
    }
}

/// What has left the functions.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The events published to the topic.
    pub published: Vec<Publication>,
    /// The records sent to the quarantine, with their rejections.
    pub quarantined: Vec<(Record, Rejection)>,
    /// The records set aside in a dead-letter queue, with what failed.
    pub set_aside: Vec<(Record, String)>,
}

impl Topic for OutputPorts {
    type Event = Publication;

    async fn publish(&self, events: &[&Publication]) -> Vec<Result<(), BoxError>> {
        let publish = || {
            let events = events.iter().copied().cloned();
            self.output.borrow_mut().published.extend(events);
        };
        let published = self.transport.call("sns.PublishBatch", publish).await;
        let result = |_: &&Publication| published.map_err(Into::into);
        events.iter().map(result).collect()
    }
}

impl Queue for OutputPorts {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        let name = "sqs.ChangeMessageVisibilityBatch";
        Ok(self.transport.call(name, || ()).await?)
    }

    async fn quarantine(&self, record: &Record, rejection: &Rejection, _: SystemTime) -> Result<(), BoxError> {
        let send = || {
            let entry = (record.clone(), rejection.clone());
            self.output.borrow_mut().quarantined.push(entry);
        };
        Ok(self.transport.call("sqs.SendMessage", send).await?)
    }
}

impl DeadLetterQueue for OutputPorts {
    async fn set_aside(&self, record: &Record, failure: &str) -> Result<(), BoxError> {
        let send = || {
            let entry = (record.clone(), failure.to_owned());
            self.output.borrow_mut().set_aside.push(entry);
        };
        Ok(self.transport.call("sqs.SendMessage", send).await?)
    }
}
