//! The events that notification publishes.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{CustomerId, EventType, NotificationId, RequestId, codes::frozen_codes, values::Expected};

/// A customer was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSent {
    /// Which piece of news over which channel.
    pub notification_id: NotificationId,
    /// About which request.
    pub request_id: RequestId,
    /// To whom.
    pub customer_id: CustomerId,
    /// How: by push or by text message.
    #[serde(deserialize_with = "used_channel")]
    #[schemars(extend("enum" = ["sms", "push"]))]
    pub channel: Channel,
    /// The type of the event that was told about.
    #[serde(deserialize_with = "cause")]
    #[schemars(schema_with = "cause_schema")]
    pub cause: EventType,
}

/// Reads the channel over which something was sent, which is not `none`.
fn used_channel<'de, D: Deserializer<'de>>(from: D) -> Result<Channel, D::Error> {
    match Channel::deserialize(from)? {
        Channel::None => Err(D::Error::custom(Expected("one of sms, push"))),
        channel => Ok(channel),
    }
}

/// Reads the type of an event about which customers are notified.
fn cause<'de, D: Deserializer<'de>>(from: D) -> Result<EventType, D::Error> {
    match EventType::deserialize(from)? {
        cause @ (EventType::RequestMatched | EventType::RequestUnmatched) => Ok(cause),
        _ => Err(D::Error::custom(Expected("one of request.matched, request.unmatched"))),
    }
}

/// The two types that [`cause`] takes: the list of all types grows.
fn cause_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": [EventType::RequestMatched, EventType::RequestUnmatched] })
}

/// A customer could not be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationFailed {
    /// Which piece of news over which channel.
    pub notification_id: NotificationId,
    /// About which request.
    pub request_id: RequestId,
    /// To whom.
    pub customer_id: CustomerId,
    /// How it was tried, or would have been.
    pub channel: Channel,
    /// The type of the event that was to be told about.
    #[serde(deserialize_with = "cause")]
    #[schemars(schema_with = "cause_schema")]
    pub cause: EventType,
    /// Why.
    pub reason: FailedReason,
}

frozen_codes! {
    "How a customer is told.",
    Channel {
        /// Text message.
        Sms = "sms",
        /// Push to the customer's device.
        Push = "push",
        /// The customer has neither.
        None = "none",
    }
}

frozen_codes! {
    "Why a customer could not be told.",
    FailedReason {
        /// The customer has neither a phone nor a push endpoint.
        NoChannel = "no_channel",
        /// The channel refused: the endpoint is disabled or gone.
        Refused = "refused",
        /// Text messages to this phone's prefix are not allowed.
        PrefixNotAllowed = "prefix_not_allowed",
        /// The news is too old.
        TooLate = "too_late",
    }
}
