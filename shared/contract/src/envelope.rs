//! From a message body to the event in it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::{
    Event, EventType, Home, Invalid, Reason,
    extensions::{correlation_id, traceparent},
    json::{self, Flaw, Object},
    sns::{Notification, WrappedAttribute},
    time,
};

/// An event that came in, with what its envelope says that matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The envelope's id: the cause of what is published for it. It does not identify the event; its key does.
    pub id: String,
    /// When it happened, as its sender says.
    pub time: Timestamp,
    /// What correlates it with its causes and effects.
    pub correlation_id: String,
    /// W3C trace context, to be carried on.
    pub traceparent: Option<String>,
    /// What happened.
    pub event: Event,
}

/// The message attribute `eventType` as it came with the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTypeAttribute<'a> {
    /// There is none.
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
            Some(text) if data_type == "String" => Self::Text(text),
            _ => Self::OtherType,
        }
    }
}

/// Reads the event in a message body, raw or in an SNS wrapping.
///
/// `event_type` is the record's own attribute; in a wrapping, the wrapping's counts instead.
/// `None` is an event of a type that is not in `accepts`, which is nobody's fault, whatever its data
/// say. `queue_arn` is the queue the record came by: push endpoints must be of its account and region.
pub fn decode(
    body: &str,
    event_type: EventTypeAttribute<'_>,
    accepts: &[EventType],
    queue_arn: &str,
) -> Result<Option<Received>, Invalid> {
    let not_an_envelope = |flaw: Flaw| flaw.into_invalid(Reason::NotAnEnvelope);
    let outer = object(body).map_err(not_an_envelope)?;
    let Some(wrapping) = Notification::of(&outer).map_err(not_an_envelope)? else {
        return event(&outer, event_type, accepts, queue_arn);
    };
    let attribute = wrapping.attribute("eventType").map_err(not_an_envelope)?;
    let event_type = match &attribute {
        None => EventTypeAttribute::Absent,
        Some(WrappedAttribute { data_type, value }) => {
            EventTypeAttribute::new(data_type.as_deref().unwrap_or_default(), value.as_deref())
        }
    };
    let inner =
        object(&wrapping.message).map_err(|flaw| not_an_envelope(flaw.within("Message")))?;
    event(&inner, event_type, accepts, queue_arn)
}

/// A body as an object.
pub(crate) fn object(body: &str) -> Result<Object<'_>, Flaw> {
    if body.trim().is_empty() {
        return Err(Flaw::value("must not be empty"));
    }
    Object::parse(json::parse(body)?)
}

fn event(
    envelope: &Object<'_>,
    event_type: EventTypeAttribute<'_>,
    accepts: &[EventType],
    queue_arn: &str,
) -> Result<Option<Received>, Invalid> {
    let not_an_envelope = |flaw: Flaw| flaw.into_invalid(Reason::NotAnEnvelope);
    let breaks_contract = |flaw: Flaw| flaw.into_invalid(Reason::BreaksContract);

    let header = Header::of(envelope).map_err(not_an_envelope)?;
    agree(&header.kind, event_type).map_err(breaks_contract)?;
    let kind = header
        .kind
        .parse()
        .ok()
        .filter(|kind| accepts.contains(kind));
    let Some(kind) = kind else { return Ok(None) };

    let data = data(envelope).map_err(not_an_envelope)?;
    let in_data = |flaw: Flaw| breaks_contract(flaw.within("data"));
    let Some(event) = Event::read(kind, data).map_err(in_data)? else {
        return Ok(None);
    };
    at_home(&event, queue_arn).map_err(in_data)?;
    let correlation = correlation_id(envelope).map_err(not_an_envelope)?;
    let traceparent = traceparent(envelope).map_err(not_an_envelope)?;
    Ok(Some(Received {
        id: header.id.into_owned(),
        time: header.time,
        correlation_id: correlation.map_or_else(|| event.correlation().to_owned(), Cow::into_owned),
        traceparent: traceparent.map(Cow::into_owned),
        event,
    }))
}

/// What every envelope says, of whatever type.
struct Header<'a> {
    id: Cow<'a, str>,
    kind: Cow<'a, str>,
    time: Timestamp,
}

impl<'a> Header<'a> {
    fn of(envelope: &Object<'a>) -> Result<Self, Flaw> {
        if envelope.text("specversion")?.as_deref() != Some("1.0") {
            return Err(Flaw::value("must be \"1.0\"").within("specversion"));
        }
        let id = name(envelope, "id")?;
        if !is_uri_reference(&name(envelope, "source")?) {
            return Err(Flaw::value("must be a URI reference").within("source"));
        }
        let kind = name(envelope, "type")?;
        let time = envelope.text("time")?.as_deref().and_then(time::parse);
        let time = time.ok_or_else(|| Flaw::value(time::EXPECTED).within("time"))?;
        Ok(Self { id, kind, time })
    }
}

fn name<'a>(envelope: &Object<'a>, member: &'static str) -> Result<Cow<'a, str>, Flaw> {
    let text = envelope.text(member)?;
    let text = text.filter(|text| (1..=256).contains(&text.chars().count()));
    text.ok_or_else(|| Flaw::value("must be text of 1 to 256 characters").within(member))
}

/// RFC 3986's characters; how they are put together is not looked at.
fn is_uri_reference(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    text.bytes().all(allowed)
}

fn agree(kind: &str, attribute: EventTypeAttribute<'_>) -> Result<(), Flaw> {
    match attribute {
        EventTypeAttribute::Absent => Ok(()),
        EventTypeAttribute::Text(text) if text == kind => Ok(()),
        EventTypeAttribute::Text(_) => {
            Err(Flaw::value("must equal the attribute `eventType`").within("type"))
        }
        EventTypeAttribute::OtherType => {
            Err(Flaw::value("must be of data type String").within("eventType"))
        }
    }
}

/// The event's data, said to be JSON and an object.
fn data<'a>(envelope: &Object<'a>) -> Result<&'a RawValue, Flaw> {
    if envelope.has("datacontenttype")
        && !envelope
            .text("datacontenttype")?
            .is_some_and(|t| is_json(&t))
    {
        return Err(Flaw::value("must be application/json").within("datacontenttype"));
    }
    if envelope.has("data_base64") {
        return Err(Flaw::value("must not stand in place of `data`").within("data_base64"));
    }
    let data = envelope
        .get("data")
        .filter(|raw| raw.get().starts_with('{'));
    data.ok_or_else(|| Flaw::value("must be an object").within("data"))
}

/// As `CloudEvents` has it: the subtype is `json` or ends in `+json`, whatever the parameters.
fn is_json(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default();
    let media = media.trim().to_ascii_lowercase();
    let subtype = media.split_once('/').map(|(_, subtype)| subtype);
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

fn at_home(event: &Event, queue_arn: &str) -> Result<(), Flaw> {
    let endpoint = event
        .customer()
        .and_then(|customer| customer.push_endpoint_arn.as_ref());
    let home = Home::of(queue_arn);
    if endpoint.is_none_or(|endpoint| home.is_some_and(|home| endpoint.is_at(home))) {
        return Ok(());
    }
    let flaw = Flaw::value("must be of this account and region");
    Err(flaw.within("pushEndpointArn").within("customer"))
}
