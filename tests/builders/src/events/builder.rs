//! The builder of events, and their decoding.

use std::fmt::Display;

use contract::{EventType, EventTypeAttribute, Received, ids};
use serde_json::{Map, Value, json};

use super::TIME;

/// An event as JSON: its envelope and its data.
#[derive(Clone, Debug)]
pub struct EventBuilder(Value);

impl EventBuilder {
    /// An event with this data, and with the id that this type and business key give.
    pub fn new(event_type: EventType, data: &Value) -> Self {
        let event = Self(json!({
            "specversion": "1.0", "id": "-", "source": "/tests", "type": event_type.as_str(), "time": TIME, "data": data,
        }));
        let subject = event.received().event.subject();
        event.id(&ids::event_id(event_type, &subject))
    }

    /// Sets the envelope's id.
    #[must_use]
    pub fn id(self, id: &str) -> Self {
        self.envelope("id", json!(id))
    }

    /// Sets the envelope's time.
    #[must_use]
    pub fn time(self, time: impl Display) -> Self {
        self.envelope("time", json!(time.to_string()))
    }

    /// Sets the envelope's correlation id.
    #[must_use]
    pub fn correlation(self, id: &str) -> Self {
        self.envelope("correlationid", json!(id))
    }

    /// Sets the envelope's causation id to this event's id.
    #[must_use]
    pub fn caused_by(self, cause: &Value) -> Self {
        self.envelope("causationid", cause["id"].clone())
    }

    /// Sets a member of the data; `customer/phone` is one within another.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        let (object, name) = self.object_of(member);
        object.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a member of the data.
    #[must_use]
    pub fn without(mut self, member: &str) -> Self {
        let (object, name) = self.object_of(member);
        object.remove(name);
        self
    }

    /// The event as JSON.
    pub fn json(self) -> Value {
        self.0
    }

    /// The event as the body of a message.
    pub fn body(&self) -> String {
        self.0.to_string()
    }

    /// The event as a handler receives it.
    pub fn received(&self) -> Received {
        received(&self.0)
    }

    fn object_of<'m>(&mut self, member: &'m str) -> (&mut Map<String, Value>, &'m str) {
        let (parent, name) = member
            .rsplit_once('/')
            .map_or((String::new(), member), |(parent, name)| (format!("/{parent}"), name));
        let object = self.0["data"].pointer_mut(&parent).unwrap();
        (object.as_object_mut().unwrap(), name)
    }

    fn envelope(mut self, attribute: &str, value: Value) -> Self {
        self.0[attribute] = value;
        self
    }
}

/// An event in JSON as a handler receives it.
pub fn received(event: &Value) -> Received {
    decode(&event.to_string())
}

/// The event in a message's body as a handler receives it.
pub fn decode(body: &str) -> Received {
    let queue = "arn:aws:sqs:ap-northeast-2:000000000000:any.fifo";
    let decoded = contract::decode(body, EventTypeAttribute::Absent, EventType::ALL, queue);
    decoded.unwrap()
}
