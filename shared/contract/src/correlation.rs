//! What ties a record to others in logs and traces, read from a record of any kind.

use crate::{
    EventType, Original,
    envelope::{is_string, known_type, parse_object, readable_event},
    extensions::{correlation_id, is_correlation_id, traceparent},
    json::{Flaw, Object},
    sns::Notification,
};

/// The correlation id, the trace context and the event type of a record, where they can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correlation {
    /// As [`Received`](crate::Received) has it for an event; of another record as its `record.quarantined` has it.
    pub correlation_id: Option<String>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The envelope's type, if it is a known one.
    pub event_type: Option<EventType>,
}

/// Reads a record's correlation. It says nothing else of the record's contents, and what is not well formed is absent.
pub fn correlation(original: &Original<'_>) -> Correlation {
    let found = in_body(original.body).unwrap_or_default();
    Correlation {
        correlation_id: found.correlation_id.or_else(|| correlation_id_of(original)),
        ..found
    }
}

fn in_body(body: &str) -> Option<Correlation> {
    let outer = parse_object(body).ok()?;
    match Notification::of(&outer).ok()? {
        None => in_envelope(&outer),
        Some(wrapping) => in_envelope(&parse_object(&wrapping.message).ok()?),
    }
}

fn in_envelope(envelope: &Object<'_>) -> Option<Correlation> {
    let by_key = || Some(readable_event(envelope)?.correlation().to_owned());
    Some(Correlation {
        correlation_id: correlation_id(envelope).ok()?.map(Into::into).or_else(by_key),
        traceparent: traceparent(envelope).ok()?.map(Into::into),
        event_type: envelope.text("type").ok()?.and_then(|name| known_type(&name)),
    })
}

/// The correlation id, where one can be read: in the body, else from the attributes.
pub(crate) fn correlation_id_of(original: &Original<'_>) -> Option<String> {
    let attribute = || {
        let mut all = original.attributes.iter();
        let attribute = all.find(|a| a.name == "correlationId" && is_string(a.data_type))?;
        attribute
            .string_value
            .filter(|text| is_correlation_id(text))
            .map(str::to_owned)
    };
    correlation_in_body(original.body).ok().flatten().or_else(attribute)
}

/// The `correlationid` of the event in a body; in a wrapping without one, the wrapped attribute.
fn correlation_in_body(body: &str) -> Result<Option<String>, Flaw> {
    let outer = parse_object(body)?;
    let Some(wrapping) = Notification::of(&outer)? else {
        return Ok(correlation_id(&outer)?.map(Into::into));
    };
    let inner = parse_object(&wrapping.message).and_then(|inner| Ok(correlation_id(&inner)?.map(Into::into)));
    if let Ok(Some(id)) = inner {
        return Ok(Some(id));
    }
    let attribute = wrapping.attribute("correlationId")?.unwrap_or_default();
    let text = attribute
        .value
        .filter(|_| attribute.data_type.as_deref().is_some_and(is_string));
    Ok(text.filter(|text| is_correlation_id(text)).map(Into::into))
}
