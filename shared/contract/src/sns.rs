//! The JSON that SNS wraps a message in where raw delivery is off.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::json::{Flaw, Object};

/// The message in a wrapping, and the attributes that came with it.
pub(crate) struct Notification<'a> {
    pub message: Cow<'a, str>,
    attributes: Option<Object<'a>>,
}

/// A wrapped message attribute: its data type and value, where they are strings.
#[derive(Debug, Default)]
pub(crate) struct WrappedAttribute<'a> {
    pub data_type: Option<Cow<'a, str>>,
    pub value: Option<Cow<'a, str>>,
}

impl<'a> Notification<'a> {
    /// `None` if the body is no wrapping at all. Names in an event's envelope are lower-case, so a
    /// body with one of these two is a wrapping; one with a `specversion` is an event in any case.
    pub fn of(body: &Object<'a>) -> Result<Option<Self>, Flaw> {
        let wrapping = body.has("Type") || body.has("TopicArn");
        if body.has("specversion") || !wrapping {
            return Ok(None);
        }
        // confirmations carry links: none is ever followed
        if body.text("Type")?.as_deref() != Some("Notification") {
            return Err(Flaw::value("must be `Notification`").within("Type"));
        }
        let Some(message) = body.text("Message")? else {
            return Err(Flaw::value("must be text").within("Message"));
        };
        let attributes = body.get("MessageAttributes").map(Object::parse).transpose();
        Ok(Some(Self {
            message,
            attributes: attributes.map_err(|flaw| flaw.within("MessageAttributes"))?,
        }))
    }

    /// An attribute by its name. One that is malformed has neither type nor value.
    pub fn attribute(&self, name: &'static str) -> Result<Option<WrappedAttribute<'a>>, Flaw> {
        let Some(raw) = self.attributes.as_ref().and_then(|all| all.get(name)) else {
            return Ok(None);
        };
        let within = |flaw: Flaw| flaw.within(name).within("MessageAttributes");
        attribute(raw).map(Some).map_err(within)
    }
}

fn attribute(raw: &RawValue) -> Result<WrappedAttribute<'_>, Flaw> {
    if !raw.get().starts_with('{') {
        return Ok(WrappedAttribute::default());
    }
    let attribute = Object::parse(raw)?;
    Ok(WrappedAttribute {
        data_type: attribute.text("Type")?,
        value: attribute.text("Value")?,
    })
}
