//! The decoder of records: by Matchflow's contract, and by what a function takes from each of its queues.

use std::collections::BTreeMap;

use batch::{Attribute, Correlation, Decode, Record, Rejection};
use contract::{EventType, EventTypeAttribute, Invalid, Reason, Received, Undecoded};

use crate::queue::original;

/// A queue that a function consumes.
#[derive(Clone, Copy, Debug)]
pub struct InputQueue {
    /// The environment variable with the queue's URL.
    pub url_variable: &'static str,
    /// The event types that the function takes from the queue.
    pub event_types: &'static [EventType],
    /// Whether others than the topic send to the queue, too.
    pub is_sent_to_directly: bool,
}

impl InputQueue {
    /// A queue that other systems send to. Any other type is a sender's mistake, and must not vanish: it breaks the contract.
    pub const fn direct(url_variable: &'static str, event_types: &'static [EventType]) -> Self {
        Self {
            url_variable,
            event_types,
            is_sent_to_directly: true,
        }
    }

    /// A queue that only the topic sends to. Any other type is one that the topic need not have delivered: it is ignored,
    /// unless the function takes it from another of its queues. Then it was forged, and breaks the contract.
    pub const fn of_topic(url_variable: &'static str, event_types: &'static [EventType]) -> Self {
        Self {
            url_variable,
            event_types,
            is_sent_to_directly: false,
        }
    }
}

/// What a function takes from each of its queues. From a queue that it does not know it takes nothing: every event there
/// breaks the contract.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The queues by name.
    queues: BTreeMap<String, InputQueue>,
}

impl Contract {
    /// The contract of a function that consumes these queues, each with its name.
    pub fn new(queues: impl IntoIterator<Item = (String, InputQueue)>) -> Self {
        let queues = queues.into_iter().collect();
        Self { queues }
    }

    /// Whether the function takes events of this type from any of its queues.
    fn handles(&self, event_type: EventType) -> bool {
        self.queues
            .values()
            .any(|queue| queue.event_types.contains(&event_type))
    }
}

impl Decode for Contract {
    type Message = Received;

    fn decode(&self, record: &Record) -> Result<Option<Received>, Rejection> {
        let attribute = event_type_attribute(record.attributes.get("eventType"));
        let queue = self.queues.get(record.queue_name());
        let accepts = queue.map_or(&[][..], |queue| queue.event_types);
        match contract::decode(&record.body, attribute, accepts, &record.queue_arn) {
            Ok(received) => Ok(Some(received)),
            Err(Undecoded::Invalid(invalid)) => Err(rejection(invalid)),
            Err(Undecoded::OtherType(other)) => {
                let is_ignored = queue.is_some_and(|queue| !queue.is_sent_to_directly)
                    && !other.is_some_and(|event_type| self.handles(event_type));
                if is_ignored {
                    Ok(None)
                } else {
                    Err(refused_type(accepts))
                }
            }
        }
    }

    fn correlation(&self, record: &Record) -> Correlation {
        let contract::Correlation {
            correlation_id,
            traceparent,
            event_type,
        } = contract::correlation(&original(record));
        Correlation {
            correlation_id,
            traceparent,
            message_type: event_type.map(|known| known.as_str().to_owned()),
        }
    }
}

/// The rejection of an event whose type the queue does not take.
fn refused_type(accepts: &[EventType]) -> Rejection {
    let accepted: Vec<_> = accepts.iter().map(|event_type| event_type.as_str()).collect();
    let detail = match &accepted[..] {
        [] => "`type` must be one that is taken from this queue, which is none".to_owned(),
        types => format!("`type` must be one that is taken from this queue: {}", types.join(", ")),
    };
    rejection(Invalid::new(Reason::BreaksContract, detail))
}

/// The rejection, for `batch`, of a record that breaks the contract.
pub fn rejection(invalid: Invalid) -> Rejection {
    Rejection {
        reason: invalid.reason.as_str(),
        detail: invalid.detail,
    }
}

fn event_type_attribute(attribute: Option<&Attribute>) -> EventTypeAttribute<'_> {
    let attribute = attribute.map(|a| EventTypeAttribute::new(&a.data_type, a.string_value.as_deref()));
    attribute.unwrap_or(EventTypeAttribute::Absent)
}
