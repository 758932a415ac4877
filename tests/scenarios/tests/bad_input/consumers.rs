//! The queues whose events can be good by themselves, each with a good event.

use std::collections::BTreeSet;

use builders::events::{self, EventBuilder};
use serde_json::Value;
use support::wiring::DEPLOYED;

/// A queue and a good event for it.
#[derive(Clone, Copy, Debug)]
pub struct Consumer {
    pub queue: &'static str,
    pub good: fn(&str) -> Value,
    /// A type that other functions accept, but not this one.
    pub foreign: &'static str,
    /// Whether others than the topic send to it.
    pub is_sent_to_directly: bool,
}

pub const INTAKE: Consumer = Consumer {
    queue: "intake.fifo",
    good: submitted,
    foreign: "points.purchased",
    is_sent_to_directly: true,
};

pub const PARTNERS: Consumer = Consumer {
    queue: "partners.fifo",
    good: registered,
    foreign: "request.submitted",
    is_sent_to_directly: true,
};

pub const POINTS: Consumer = Consumer {
    queue: "points.fifo",
    good: purchased,
    foreign: "notification.sent",
    is_sent_to_directly: true,
};

pub const NOTIFICATION: Consumer = Consumer {
    queue: "notification",
    good: unmatched,
    foreign: "notification.sent",
    is_sent_to_directly: false,
};

pub const STATISTICS: Consumer = Consumer {
    queue: "statistics",
    good: deducted,
    foreign: "request.submitted",
    is_sent_to_directly: false,
};

pub const CONSUMERS: [Consumer; 5] = [INTAKE, PARTNERS, POINTS, NOTIFICATION, STATISTICS];

/// The queues without a consumer here: their events are good only for a request that matching has decided on.
const OF_KNOWN_REQUESTS: [&str; 2] = ["outcomes.fifo", "deferred.fifo"];

#[test]
fn every_queue_that_a_function_reads_has_its_consumer_here() {
    let read: BTreeSet<&str> = DEPLOYED.mappings.iter().map(|m| &*m.queue).collect();
    let with_consumer = CONSUMERS.iter().map(|consumer| consumer.queue);
    assert_eq!(read, with_consumer.chain(OF_KNOWN_REQUESTS).collect());
}

/// An event at the time at which the pipeline's clock starts, in another zone.
fn json(event: EventBuilder) -> Value {
    event.time("1970-01-01T09:00:00+09:00").json()
}

pub fn submitted(key: &str) -> Value {
    json(events::request_submitted(key))
}

pub fn purchased(key: &str) -> Value {
    json(events::points_purchased(key, "partner", 10))
}

pub fn registered(key: &str) -> Value {
    json(events::partner_registered(key).with("categories", ["washing"].as_slice()))
}

pub fn unmatched(key: &str) -> Value {
    json(events::request_unmatched(key, 1))
}

pub fn deducted(key: &str) -> Value {
    json(events::points_deducted(key, 1, "partner"))
}
