//! The topic and the quarantine, as the functions see them.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::{BoxError, Queue, Record, Rejection, Topic};
use contract::Publication;

use crate::fakes::FaultyTransport;

/// What takes in all that leaves the functions; clones share it.
#[derive(Clone, Debug)]
pub struct Exit {
    seen: Rc<RefCell<Seen>>,
    transport: FaultyTransport,
}

impl Exit {
    /// Nothing has left yet; calls are made over this transport.
    pub fn over(transport: FaultyTransport) -> Self {
        let seen = Rc::default();
        Self { seen, transport }
    }

    /// What has left the functions so far.
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }
}

/// What has left the functions, in order and with repeats.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Events on the topic.
    pub published: Vec<Publication>,
    /// Records in quarantine.
    pub quarantined: Vec<(Record, Rejection)>,
}

impl Topic for Exit {
    type Event = Publication;

    async fn publish(&self, events: &[&Publication]) -> Vec<Result<(), BoxError>> {
        let publish = || {
            let events = events.iter().copied().cloned();
            self.seen.borrow_mut().published.extend(events);
        };
        let published = self.transport.call("sns.PublishBatch", publish).await;
        let result = |_: &&Publication| published.map_err(Into::into);
        events.iter().map(result).collect()
    }
}

impl Queue for Exit {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        let name = "sqs.ChangeMessageVisibilityBatch";
        Ok(self.transport.call(name, || ()).await?)
    }

    async fn quarantine(
        &self,
        record: &Record,
        rejection: &Rejection,
        _: SystemTime,
    ) -> Result<(), BoxError> {
        let send = || {
            let entry = (record.clone(), rejection.clone());
            self.seen.borrow_mut().quarantined.push(entry);
        };
        Ok(self.transport.call("sqs.SendMessage", send).await?)
    }
}
