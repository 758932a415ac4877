//! The decoder of records: by Matchflow's contract, and by the event types that a function takes from each of its queues.

use std::collections::BTreeMap;

use batch::{Attribute, Decode, Record, Rejection};
use contract::{EventType, EventTypeAttribute, Invalid, Reason, Received};

/// The event types that a function takes from each of its queues.
///
/// A record of a type that is taken from none of them is ignored. Producers and the topic have queues of their own: a type on
/// the wrong one was sent by a sender that may not send it, and breaks the contract. So does a type on a queue that the
/// function does not know.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The event types by queue name.
    accepts: BTreeMap<String, Vec<EventType>>,
    /// The event types of all queues together.
    handled: Vec<EventType>,
}

impl Contract {
    /// The contract of a function that takes these event types from the queues of these names.
    pub fn new(accepts: impl IntoIterator<Item = (String, Vec<EventType>)>) -> Self {
        let accepts: BTreeMap<_, _> = accepts.into_iter().collect();
        let handled = accepts.values().flatten().copied().collect();
        Self { accepts, handled }
    }

    fn takes(&self, event_type: EventType, queue: &str) -> bool {
        let types = self.accepts.get(queue);
        types.is_some_and(|types| types.contains(&event_type))
    }
}

impl Decode for Contract {
    type Message = Received;

    fn decode(&self, record: &Record) -> Result<Option<Received>, Rejection> {
        let attribute = event_type_attribute(record.attributes.get("eventType"));
        let received = contract::decode(&record.body, attribute, &self.handled, &record.queue_arn);
        let Some(received) = received.map_err(rejection)? else {
            return Ok(None);
        };
        if !self.takes(received.event.event_type(), record.queue_name()) {
            let detail = "`type` must be one that is taken from this queue";
            return Err(rejection(Invalid::new(Reason::BreaksContract, detail)));
        }
        Ok(Some(received))
    }
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
