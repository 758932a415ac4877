//! What tests send, the queues and subscriptions to which they send it, and how long they wait.

use std::time::Duration;

use support::wiring::QueueSpec;
use support::wiring::{FilterPolicy, Rule, Subscription};

/// Longer than any test.
pub const LONG: Duration = Duration::from_mins(1);
/// Short enough to wait for, and long enough to see that it is not over.
pub const SHORT: Duration = Duration::from_secs(2);

/// What is sent.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    pub group: Option<&'a str>,
    pub id: Option<&'a str>,
    pub body: &'a str,
}

/// A FIFO message whose body is its deduplication id.
pub fn of(group: &'static str, body: &'static str) -> Sent<'static> {
    Sent {
        group: Some(group),
        id: Some(body),
        body,
    }
}

/// A standard message.
pub fn alone(body: &str) -> Sent<'_> {
    Sent {
        group: None,
        id: None,
        body,
    }
}

/// Whether this is the name of a FIFO queue.
pub fn is_fifo(queue: &str) -> bool {
    queue.strip_suffix(".fifo").is_some()
}

/// A FIFO queue (`….fifo`) or a standard one, by its name. What was received from it comes back after [`LONG`].
pub fn queue(name: &str) -> QueueSpec {
    QueueSpec {
        name: name.to_owned(),
        fifo: is_fifo(name),
        content_based_deduplication: false,
        delay: Duration::ZERO,
        visibility: LONG,
        maximum_message_size: 1024,
        dead_letters: None,
    }
}

/// A subscription of this queue to these types of events.
pub fn subscription(queue: &str, rules: Option<Vec<Rule>>) -> Subscription {
    Subscription {
        queue: queue.to_owned(),
        filter_policy: rules.map(|event_type| FilterPolicy { event_type }),
        undelivered: Some("undelivered.fifo".to_owned()),
    }
}
