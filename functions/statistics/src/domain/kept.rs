//! Events as they are kept: all they say, but for the customer.

use std::fmt;

use contract::{
    Event, EventType, NotificationFailed, NotificationSent, PointsCredited, PointsDeducted,
    PointsRejected, PurchaseId, Received, RequestDeferred, RequestId, ids,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::decisions::{Matched, Unmatched};

/// What an event belongs to: its request or, where it has none, its purchase.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// A request.
    Request(RequestId),
    /// A purchase of points.
    Purchase(PurchaseId),
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(id) => write!(f, "request#{id}"),
            Self::Purchase(id) => write!(f, "purchase#{id}"),
        }
    }
}

/// An event that is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The id that the contract derives from its business key. It counts once.
    pub id: String,
    /// When it was decided.
    #[serde(with = "contract::time")]
    pub time: Timestamp,
    /// What correlates it with its causes and effects.
    pub correlation_id: String,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "each is named as its contents")]
pub enum What {
    #[serde(rename = "request.matched")]
    Matched(Matched),
    #[serde(rename = "request.deferred")]
    Deferred(RequestDeferred),
    #[serde(rename = "request.unmatched")]
    Unmatched(Unmatched),
    #[serde(rename = "points.credited")]
    Credited(PointsCredited),
    #[serde(rename = "points.deducted")]
    Deducted(PointsDeducted),
    #[serde(rename = "points.rejected")]
    Rejected(PointsRejected),
    #[serde(rename = "notification.sent")]
    Sent(NotificationSent),
    #[serde(rename = "notification.failed")]
    NotSent(NotificationFailed),
}

impl Kept {
    /// What is kept of an event, and where it belongs; `None` for what nobody publishes.
    pub fn of(received: &Received) -> Option<(Stream, Self)> {
        let what = What::of(&received.event)?;
        let event_type = received.event.event_type();
        let kept = Self {
            id: ids::event_id(event_type, &received.event.subject()),
            time: received.time,
            correlation_id: received.correlation_id.clone(),
            what,
        };
        Some((kept.what.stream(), kept))
    }
}

impl What {
    fn of(event: &Event) -> Option<Self> {
        Some(match event.clone() {
            Event::RequestMatched(event) => Self::Matched(event.into()),
            Event::RequestDeferred(event) => Self::Deferred(event),
            Event::RequestUnmatched(event) => Self::Unmatched(event.into()),
            Event::PointsCredited(event) => Self::Credited(event),
            Event::PointsDeducted(event) => Self::Deducted(event),
            Event::PointsRejected(event) => Self::Rejected(event),
            Event::NotificationSent(event) => Self::Sent(event),
            Event::NotificationFailed(event) => Self::NotSent(event),
            _ => return None,
        })
    }

    fn stream(&self) -> Stream {
        Stream::Request(match self {
            Self::Credited(event) => return Stream::Purchase(event.purchase_id.clone()),
            Self::Matched(event) => event.request_id.clone(),
            Self::Deferred(event) => event.request_id.clone(),
            Self::Unmatched(event) => event.request_id.clone(),
            Self::Deducted(event) => event.request_id.clone(),
            Self::Rejected(event) => event.request_id.clone(),
            Self::Sent(event) => event.request_id.clone(),
            Self::NotSent(event) => event.request_id.clone(),
        })
    }

    /// Its type.
    pub fn event_type(&self) -> EventType {
        match self {
            Self::Matched(_) => EventType::RequestMatched,
            Self::Deferred(_) => EventType::RequestDeferred,
            Self::Unmatched(_) => EventType::RequestUnmatched,
            Self::Credited(_) => EventType::PointsCredited,
            Self::Deducted(_) => EventType::PointsDeducted,
            Self::Rejected(_) => EventType::PointsRejected,
            Self::Sent(_) => EventType::NotificationSent,
            Self::NotSent(_) => EventType::NotificationFailed,
        }
    }
}
