//! An event as it is published.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Event, EventType, Received, codes::codes, ids, json, time};

mod stored;

codes! {
    /// The function that made an event: its envelope's `source`.
    Source {
        /// Matching.
        Matching = "/matchflow/matching",
        /// Points.
        Points = "/matchflow/points",
        /// Notification.
        Notification = "/matchflow/notification",
        /// Statistics, which publishes nothing but quarantines like the others.
        Statistics = "/matchflow/statistics",
    }
}

impl Source {
    /// The function's name.
    pub fn function(self) -> &'static str {
        let source = self.as_str();
        source.strip_prefix("/matchflow/").unwrap_or(source)
    }
}

/// An event to be published: saved with the decision and sent verbatim, however often.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "stored::Stored")]
pub struct Publication {
    /// The event's id, and its deduplication id.
    pub id: String,
    /// The event's type: the attribute `eventType`.
    pub event_type: EventType,
    /// The message group, within which events keep their order.
    pub group: String,
    /// The attribute `correlationId`.
    pub correlation_id: String,
    /// The whole event in JSON. It may hold personal data, so it is not shown in `Debug`.
    pub body: String,
}

impl Publication {
    /// An event that `cause` led `source` to decide on at `time`.
    pub fn new(source: Source, event: impl Into<Event>, group: &str, time: Timestamp, cause: &Received) -> Self {
        let event = event.into();
        let event_type = event.event_type();
        let subject = event.subject();
        let id = ids::event_id(event_type, &subject);
        let body = json::text(&Envelope {
            specversion: SpecVersion::V1,
            id: &id,
            source: source.as_str(),
            event_type: event_type.as_str(),
            subject: Some(&subject),
            time,
            datacontenttype: Some(JSON),
            correlationid: Some(&cause.correlation_id),
            causationid: Some(&cause.id),
            traceparent: cause.traceparent.as_deref(),
            data: &event,
        });
        Self {
            id,
            event_type,
            group: group.to_owned(),
            correlation_id: cause.correlation_id.clone(),
            body,
        }
    }
}

impl fmt::Debug for Publication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publication")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("group", &self.group)
            .field("correlation_id", &self.correlation_id)
            .finish_non_exhaustive()
    }
}

pub(crate) const JSON: &str = "application/json";

/// The pattern of `CloudEvents`' strings: no control characters, no noncharacters. Those beyond U+FFFF are left to the check,
/// since no notation for them is understood by all validators.
const TEXT: &str = r"^[^\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]*$";

/// A `CloudEvents` 1.0 event in structured JSON mode.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Envelope<'a, T> {
    pub specversion: SpecVersion,
    /// The event's id. Its business key, in `data`, identifies it.
    #[schemars(length(min = 1, max = 256), regex(pattern = TEXT))]
    pub id: &'a str,
    /// The sender, as a URI reference.
    #[schemars(regex(pattern = r"^[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,256}$"))]
    pub source: &'a str,
    #[serde(rename = "type")]
    pub event_type: &'a str,
    /// The parts of the business key, joined by `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = TEXT))]
    pub subject: Option<&'a str>,
    /// The time of the event, by its sender's clock.
    #[serde(with = "time")]
    #[schemars(with = "time::Time")]
    pub time: Timestamp,
    /// The format of `data`: `application/json`, also where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[^/;]+/([^/;]+\+)?[Jj][Ss][Oo][Nn]\s*(;.*)?$"))]
    pub datacontenttype: Option<&'a str>,
    /// The correlation id: one value on everything that one event caused. A malformed one is not refused, but replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Za-z0-9._:-]{1,128}$"))]
    pub correlationid: Option<&'a str>,
    /// The id of the event that caused this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = TEXT))]
    pub causationid: Option<&'a str>,
    /// The W3C trace context. A malformed one is not refused, but dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"))]
    pub traceparent: Option<&'a str>,
    pub data: T,
}

/// The one version of `CloudEvents` there is.
#[derive(Serialize, JsonSchema)]
pub(crate) enum SpecVersion {
    #[serde(rename = "1.0")]
    V1,
}
