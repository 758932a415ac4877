//! Messages, queues and subscriptions of the tests.

use std::time::Duration;

use support::wiring::{DeadLetters, FilterPolicy, QueueSpec, Rule, Subscription};

/// A visibility timeout longer than any test.
pub const LONG: Duration = Duration::from_mins(1);
/// A visibility timeout that is short enough to wait for, and long enough to see before its end.
pub const SHORT: Duration = Duration::from_secs(2);

/// A message to a queue: its group, its deduplication id and its body.
#[derive(Clone, Copy)]
pub struct OutgoingMessage<'a> {
    pub group: Option<&'a str>,
    pub id: Option<&'a str>,
    pub body: &'a str,
}

/// A FIFO message whose body is its deduplication id.
pub fn fifo_message(group: &'static str, body: &'static str) -> OutgoingMessage<'static> {
    OutgoingMessage {
        group: Some(group),
        id: Some(body),
        body,
    }
}

/// A standard message.
pub fn standard_message(body: &str) -> OutgoingMessage<'_> {
    OutgoingMessage {
        group: None,
        id: None,
        body,
    }
}

/// Whether a queue of this name is a FIFO queue.
pub fn is_fifo(queue: &str) -> bool {
    queue.strip_suffix(".fifo").is_some()
}

/// A queue of this name, FIFO if it ends in `.fifo`, with a visibility timeout of [`LONG`].
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

/// A queue whose messages move to this dead-letter queue after so many receives.
pub fn queue_with_dead_letters(name: &str, dead: &str, max_receive_count: u32) -> QueueSpec {
    let dead_letters = DeadLetters {
        queue: dead.to_owned(),
        max_receive_count,
    };
    QueueSpec {
        dead_letters: Some(dead_letters),
        ..queue(name)
    }
}

/// A subscription of this queue with these rules on the event type, or to everything.
pub fn subscription(queue: &str, rules: Option<Vec<Rule>>) -> Subscription {
    Subscription {
        queue: queue.to_owned(),
        filter_policy: rules.map(|event_type| FilterPolicy { event_type }),
        undelivered: Some("undelivered.fifo".to_owned()),
    }
}
