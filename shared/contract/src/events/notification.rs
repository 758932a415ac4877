//! The events that notification publishes.

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{
    Category, CustomerId, EventType, NotificationId, PartnerId, Region, RequestId, codes::frozen_codes, time,
    values::Expected,
};

/// A message to a customer that SNS took. Whether it arrives, SNS knows later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSent {
    /// The id of this notification over this channel.
    pub notification_id: NotificationId,
    /// The request's id.
    pub request_id: RequestId,
    /// The customer's id.
    pub customer_id: CustomerId,
    /// The channel that the message went over.
    #[serde(deserialize_with = "used_channel")]
    #[schemars(extend("enum" = ["sms", "push"]))]
    pub channel: Channel,
    /// The type of the event that the message tells of.
    #[serde(deserialize_with = "cause")]
    #[schemars(schema_with = "cause_schema")]
    pub cause: EventType,
    /// The kind of service that the request is for; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The place of the service; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The time of the submission; absent from events of revision 1.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Time>")]
    pub submitted_at: Option<Timestamp>,
    /// The matched partner; absent where none was found, and from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<PartnerId>,
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

/// A message to a customer that was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationFailed {
    /// The id of this notification over this channel.
    pub notification_id: NotificationId,
    /// The request's id.
    pub request_id: RequestId,
    /// The customer's id.
    pub customer_id: CustomerId,
    /// The channel that refused, or would have been used first.
    pub channel: Channel,
    /// The type of the event that the message tells of.
    #[serde(deserialize_with = "cause")]
    #[schemars(schema_with = "cause_schema")]
    pub cause: EventType,
    /// The kind of service that the request is for; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The place of the service; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The time of the submission; absent from events of revision 1.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Time>")]
    pub submitted_at: Option<Timestamp>,
    /// The matched partner; absent where none was found, and from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<PartnerId>,
    /// The reason.
    pub reason: FailedReason,
}

frozen_codes! {
    "The channel of a notification.",
    Channel {
        /// A text message.
        Sms = "sms",
        /// A push to the customer's device.
        Push = "push",
        /// The customer has neither.
        None = "none",
    }
}

frozen_codes! {
    "The reason why a message was not sent.",
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
