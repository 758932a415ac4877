//! From a message body to the event in it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::{
    AccountRegion, Event, EventType, Invalid, Reason,
    extensions::{correlation_id, traceparent},
    json::{self, Flaw, Object},
    sns::{Notification, WrappedAttribute},
    strings::{is_uri_reference, required_text, text},
    time,
};

/// An event that was received, with what the functions use of its envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The envelope's id: the cause of what is published for it. It does not identify the event; its key does.
    pub id: String,
    /// The envelope's `time`: when the event happened, by its sender's clock.
    pub time: Timestamp,
    /// The `correlationid` of the envelope, else the id of the event's request, purchase or partner: the same on all that one
    /// event causes.
    pub correlation_id: String,
    /// W3C trace context, carried on to what is published for the event.
    pub traceparent: Option<String>,
    /// The envelope's `data`.
    pub event: Event,
}

/// The message attribute `eventType` of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTypeAttribute<'a> {
    /// The record has none.
    Absent,
    /// A String attribute.
    Text(&'a str),
    /// An attribute of another data type, or without a value.
    OtherType,
}

impl<'a> EventTypeAttribute<'a> {
    /// The attribute by its data type and its string value, where there is one.
    pub fn new(data_type: &str, string_value: Option<&'a str>) -> Self {
        match string_value {
            Some(text) if is_string(data_type) => Self::Text(text),
            _ => Self::OtherType,
        }
    }
}

/// Whether an attribute's data type is String, labelled or not: SQS allows a label behind a dot ("Amazon SQS message metadata"
/// in its developer guide).
pub(crate) fn is_string(data_type: &str) -> bool {
    data_type == "String" || data_type.starts_with("String.")
}

/// Why there is no event to handle in a message body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecoded {
    /// No event that the contract allows.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// An event of a type that was not asked for, where it is one of the contract's. Its data were not looked at.
    #[error("an event of another type")]
    OtherType(Option<EventType>),
}

/// Reads the event in a message body, raw or in an SNS wrapping.
///
/// `event_type` is the record's own attribute; in a wrapping, the wrapping's counts instead.
/// `accepts` are the types that are asked for. `queue_arn` is the queue the record came by: push endpoints must be of its
/// account and region.
///
/// # Errors
/// [`Undecoded`]: the body holds no event that the contract allows, or none of a type in `accepts`.
pub fn decode(
    body: &str,
    event_type: EventTypeAttribute<'_>,
    accepts: &[EventType],
    queue_arn: &str,
) -> Result<Received, Undecoded> {
    let not_an_envelope = |flaw: Flaw| flaw.into_invalid(Reason::NotAnEnvelope);
    let outer = parse_object(body).map_err(not_an_envelope)?;
    let Some(wrapping) = Notification::of(&outer).map_err(not_an_envelope)? else {
        return read_event(&outer, event_type, accepts, queue_arn);
    };
    let attribute = wrapping.attribute("eventType").map_err(not_an_envelope)?;
    let event_type = match &attribute {
        None => EventTypeAttribute::Absent,
        Some(WrappedAttribute { data_type, value }) => {
            EventTypeAttribute::new(data_type.as_deref().unwrap_or_default(), value.as_deref())
        }
    };
    let inner = parse_object(&wrapping.message).map_err(|flaw| not_an_envelope(flaw.within("Message")))?;
    read_event(&inner, event_type, accepts, queue_arn)
}

/// Parses a body that has to be an object.
pub(crate) fn parse_object(body: &str) -> Result<Object<'_>, Flaw> {
    if body.trim().is_empty() {
        return Err(Flaw::value("must not be empty"));
    }
    Object::parse(json::parse(body)?)
}

fn read_event(
    envelope: &Object<'_>,
    event_type: EventTypeAttribute<'_>,
    accepts: &[EventType],
    queue_arn: &str,
) -> Result<Received, Undecoded> {
    let not_an_envelope = |flaw: Flaw| flaw.into_invalid(Reason::NotAnEnvelope);
    let breaks_contract = |flaw: Flaw| flaw.into_invalid(Reason::BreaksContract);

    let header = Header::of(envelope).map_err(not_an_envelope)?;
    check_attribute(event_type, &header.event_type).map_err(breaks_contract)?;
    let known = known_type(&header.event_type);
    let Some(event_type) = known.filter(|event_type| accepts.contains(event_type)) else {
        return Err(Undecoded::OtherType(known));
    };

    let data = read_data(envelope).map_err(not_an_envelope)?;
    let in_data = |flaw: Flaw| breaks_contract(flaw.within("data"));
    let Some(event) = Event::read(event_type, data).map_err(in_data)? else {
        return Err(Undecoded::OtherType(known));
    };
    check_push_endpoint(&event, queue_arn).map_err(in_data)?;
    let correlation = correlation_id(envelope).map_err(not_an_envelope)?;
    let traceparent = traceparent(envelope).map_err(not_an_envelope)?;
    Ok(Received {
        id: header.id.into_owned(),
        time: header.time,
        correlation_id: correlation.map_or_else(|| event.correlation().to_owned(), Cow::into_owned),
        traceparent: traceparent.map(Cow::into_owned),
        event,
    })
}

/// The event in an envelope, if it is whole, whoever takes it.
pub(crate) fn readable_event(envelope: &Object<'_>) -> Option<Event> {
    let header = Header::of(envelope).ok()?;
    let event_type = known_type(&header.event_type)?;
    Event::read(event_type, read_data(envelope).ok()?).ok()?
}

/// The event type of this name.
pub(crate) fn known_type(name: &str) -> Option<EventType> {
    EventType::ALL.iter().find(|known| known.as_str() == name).copied()
}

/// What every envelope must say, whatever the event's type.
struct Header<'a> {
    id: Cow<'a, str>,
    event_type: Cow<'a, str>,
    time: Timestamp,
}

impl<'a> Header<'a> {
    fn of(envelope: &Object<'a>) -> Result<Self, Flaw> {
        if envelope.text("specversion")?.as_deref() != Some("1.0") {
            return Err(Flaw::value("must be \"1.0\"").within("specversion"));
        }
        let id = required_text(envelope, "id")?;
        if !is_uri_reference(&required_text(envelope, "source")?) {
            return Err(Flaw::value("must be a URI reference").within("source"));
        }
        let event_type = required_text(envelope, "type")?;
        text(envelope, "subject")?;
        let Some(time) = envelope.text("time")?.as_deref().and_then(time::parse) else {
            return Err(Flaw::value(time::EXPECTED).within("time"));
        };
        Ok(Self { id, event_type, time })
    }
}

fn check_attribute(attribute: EventTypeAttribute<'_>, event_type: &str) -> Result<(), Flaw> {
    match attribute {
        EventTypeAttribute::Absent => Ok(()),
        EventTypeAttribute::Text(text) if text == event_type => Ok(()),
        EventTypeAttribute::Text(_) => Err(Flaw::value("must equal the attribute `eventType`").within("type")),
        EventTypeAttribute::OtherType => Err(Flaw::value("must be of data type String").within("eventType")),
    }
}

/// The event's data, which must be an object, and JSON by its content type.
fn read_data<'a>(envelope: &Object<'a>) -> Result<&'a RawValue, Flaw> {
    let content_type = envelope.text("datacontenttype")?;
    if envelope.has("datacontenttype") && !content_type.is_some_and(|text| is_json(&text)) {
        return Err(Flaw::value("must be application/json").within("datacontenttype"));
    }
    if envelope.has("data_base64") {
        return Err(Flaw::value("must not stand in place of `data`").within("data_base64"));
    }
    match envelope.get("data") {
        Some(data) if data.get().starts_with('{') => Ok(data),
        _ => Err(Flaw::value("must be an object").within("data")),
    }
}

/// As `CloudEvents` has it: the subtype is `json` or ends in `+json`, whatever the parameters.
fn is_json(content_type: &str) -> bool {
    let without_parameters = content_type.split(';').next().unwrap_or_default();
    let media_type = without_parameters.trim().to_ascii_lowercase();
    media_type
        .split_once('/')
        .is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"))
}

/// Refuses a push endpoint outside of the queue's account and region: it is never published to.
fn check_push_endpoint(event: &Event, queue_arn: &str) -> Result<(), Flaw> {
    let endpoint = event
        .customer()
        .and_then(|customer| customer.push_endpoint_arn.as_ref());
    let Some(endpoint) = endpoint else {
        return Ok(());
    };
    if AccountRegion::of(queue_arn).is_some_and(|home| endpoint.is_in(home)) {
        return Ok(());
    }
    let flaw = Flaw::value("must be of this account and region");
    Err(flaw.within("pushEndpointArn").within("customer"))
}
