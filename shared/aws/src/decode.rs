//! Matchflow's contract as `batch` sees it: which event types a function takes, and from which of its queues.

use std::collections::BTreeMap;

use batch::{Attribute, Decode, Record, Rejection};
use contract::{EventType, EventTypeAttribute, Invalid, Reason, Received};

use crate::queue::name;

/// What a function takes from which queue.
///
/// A type that none of its queues takes is none of its business: ignored. One that another of its queues takes is
/// forged: on that queue only the topic may send, on this one a producer did, whoever it is, and the record breaks
/// the contract. That holds in both directions, and for a queue that the function does not know at all.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Queue name → types.
    accepts: BTreeMap<String, Vec<EventType>>,
    /// The types of all queues.
    handled: Vec<EventType>,
}

impl Contract {
    /// By queue name, the types that are taken from it.
    pub fn new(accepts: impl IntoIterator<Item = (String, Vec<EventType>)>) -> Self {
        let accepts: BTreeMap<_, _> = accepts.into_iter().collect();
        let handled = accepts.values().flatten().copied().collect();
        Self { accepts, handled }
    }

    fn takes(&self, event_type: EventType, queue_arn: &str) -> bool {
        let types = self.accepts.get(name(queue_arn, ':'));
        types.is_some_and(|types| types.contains(&event_type))
    }
}

impl Decode for Contract {
    type Message = Received;

    fn decode(&self, record: &Record) -> Result<Option<Received>, Rejection> {
        let attribute = event_type_attribute(record.attributes.get("eventType"));
        let queue_arn = &record.queue_arn;
        let received = contract::decode(&record.body, attribute, &self.handled, queue_arn);
        let Some(received) = received.map_err(rejection)? else {
            return Ok(None);
        };
        if !self.takes(received.event.event_type(), queue_arn) {
            let detail = "`type` must be one that is taken from this queue";
            return Err(rejection(Invalid::new(Reason::BreaksContract, detail)));
        }
        Ok(Some(received))
    }
}

/// What breaks the contract, as `batch` takes it.
pub fn rejection(invalid: Invalid) -> Rejection {
    Rejection {
        reason: invalid.reason.as_str(),
        detail: invalid.detail,
    }
}

fn event_type_attribute(attribute: Option<&Attribute>) -> EventTypeAttribute<'_> {
    let attribute =
        attribute.map(|a| EventTypeAttribute::new(&a.data_type, a.string_value.as_deref()));
    attribute.unwrap_or(EventTypeAttribute::Absent)
}
