//! A consumer that answers each event with the same event. The last character of a record's id says which port fails for it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::time::{Duration, SystemTime};

use aws::{Contract, InputQueue};
use batch::{
    BoxError, Clock, DeadLetterQueue, Decode, Failure, Handler, Outcome, Queue, Record, Rejection, Topic, each,
};
use contract::{EventType, Original, OriginalAttribute, Publication, Received, Source};
use jiff::Timestamp;
use serde_json::Value;

use EventType::{
    MatchClosed, PartnerRegistered, PointsCredited, PointsDeducted, PointsPurchased, PointsRejected, RequestDeferred,
    RequestMatched, RequestSubmitted, RequestUnmatched,
};

/// The time, which stands still.
pub const NOW: SystemTime = SystemTime::UNIX_EPOCH;

/// The consumer's ports, and what became of the records of a batch.
#[derive(Default)]
pub struct Echo {
    /// The bodies by message id. A second record with an id is the same message again.
    pub bodies: BTreeMap<String, String>,
    /// The ids of the records that were ignored, published, or quarantined or set aside with their whole body.
    pub done: RefCell<BTreeSet<String>>,
    /// Whether a port failed.
    pub port_failed: Cell<bool>,
}

/// A message with the id of its record.
type Message = (String, Received);

/// The event published for it, with the same id.
type Echoed = (String, Publication);

impl Echo {
    /// Decodes as the functions that read these queues do.
    pub fn decoder(&self) -> impl Decode<Message = Message> {
        let contract = contract();
        move |record: &Record| {
            let received = contract.decode(record)?;
            if received.is_none() {
                self.finish(&record.message_id);
            }
            Ok(received.map(|received| (record.message_id.clone(), received)))
        }
    }

    /// Publishes each event again.
    pub fn handler(&self) -> impl Handler<Message = Message, Event = Echoed> {
        each(async |(id, received): &Message, _| -> Outcome<Echoed> {
            self.fails(id, '0').map_err(Failure::retryable)?;
            if id.ends_with('1') {
                return Err(conflict().into());
            }
            let event = received.event.clone();
            let echo = Publication::new(Source::Points, event, "group", received.time, received);
            Ok(vec![(id.clone(), echo)])
        })
    }

    fn finish(&self, id: &str) {
        self.done.borrow_mut().insert(id.to_owned());
    }

    fn fails(&self, id: &str, letter: char) -> Result<(), BoxError> {
        if id.ends_with(letter) {
            self.port_failed.set(true);
            return Err("the port failed".into());
        }
        Ok(())
    }
}

impl Topic for &Echo {
    type Event = Echoed;

    async fn publish(&self, events: &[&Echoed]) -> Vec<Result<(), BoxError>> {
        let publish = |(id, _): &&Echoed| {
            self.fails(id, '2')?;
            self.finish(id);
            Ok(())
        };
        events.iter().map(publish).collect()
    }
}

impl Queue for &Echo {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        Ok(())
    }

    async fn quarantine(&self, record: &Record, rejection: &Rejection, now: SystemTime) -> Result<(), BoxError> {
        self.fails(&record.message_id, '3')?;
        let (reason, detail) = (rejection.reason, &*rejection.detail);
        let now = Timestamp::try_from(now)?;
        let made = contract::quarantined(Source::Points, &original(record), reason, detail, now);
        let event: Value = serde_json::from_str(&made.body)?;
        let body = self.bodies.get(&record.message_id);
        if body.is_some_and(|body| event["data"]["body"] == **body) {
            self.finish(&record.message_id);
        }
        Ok(())
    }
}

impl DeadLetterQueue for &Echo {
    async fn set_aside(&self, record: &Record, _: &str) -> Result<(), BoxError> {
        self.fails(&record.message_id, '4')?;
        if self.bodies.get(&record.message_id) == Some(&record.body) {
            self.finish(&record.message_id);
        }
        Ok(())
    }
}

impl Clock for &Echo {
    fn now(&self) -> SystemTime {
        NOW
    }

    async fn sleep(&self, _: Duration) {
        pending::<()>().await;
    }
}

/// What matching, points and notification take from their queues.
fn contract() -> Contract {
    let direct = |types| InputQueue::direct("", types);
    let of_topic = |types| InputQueue::of_topic("", types);
    let queues = [
        ("intake.fifo", direct(&[RequestSubmitted, MatchClosed])),
        ("partners.fifo", direct(&[PartnerRegistered])),
        (
            "outcomes.fifo",
            of_topic(&[PointsDeducted, PointsRejected, PointsCredited]),
        ),
        ("deferred.fifo", of_topic(&[RequestDeferred])),
        ("points.fifo", direct(&[RequestMatched, PointsPurchased])),
        ("notification", of_topic(&[RequestMatched, RequestUnmatched])),
    ];
    Contract::new(queues.map(|(name, queue)| (format!("matchflow-{name}"), queue)))
}

fn conflict() -> Rejection {
    Rejection {
        reason: "identity_conflict",
        detail: "the purchase is known with other contents".to_owned(),
    }
}

fn original(record: &Record) -> Original<'_> {
    let attributes = record.attributes.iter();
    let attributes = attributes.map(|(name, attribute)| OriginalAttribute {
        name,
        data_type: &attribute.data_type,
        string_value: attribute.string_value.as_deref(),
        binary_value: attribute.binary_value.as_deref(),
    });
    Original {
        body: &record.body,
        attributes: attributes.collect(),
        queue_arn: &record.queue_arn,
        message_id: &record.message_id,
        receive_count: record.receive_count,
        group: record.group.as_deref(),
    }
}
