//! Events as they are stored: all they say, but for the customer.

use std::fmt;

use contract::{
    Event, EventType, NotificationFailed, NotificationSent, PointsCredited, PointsDeducted, PointsRejected, PurchaseId,
    Received, RequestDeferred, RequestId, ids,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::decisions::{MatchedBody, UnmatchedBody};

/// The key of a history: the request or, for `points.credited`, the purchase that its events belong to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryKey {
    /// The history of a request.
    Request(RequestId),
    /// The history of a purchase of points.
    Purchase(PurchaseId),
}

impl fmt::Display for HistoryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(id) => write!(f, "request#{id}"),
            Self::Purchase(id) => write!(f, "purchase#{id}"),
        }
    }
}

/// An event of a history, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CountedEvent {
    /// The id that the contract derives from the business key: events with the same id are counted once.
    pub id: String,
    /// The event's `time`: when it was decided. It is counted for that day and hour.
    #[serde(with = "contract::time")]
    pub time: Timestamp,
    /// The event's `correlationid`, the same for all that one event caused.
    pub correlation_id: String,
    /// The event's type and data.
    #[serde(flatten)]
    pub body: EventBody,
}

/// The type and data of an event, without its customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "each is named as the type of its event")]
pub enum EventBody {
    #[serde(rename = "request.matched")]
    Matched(MatchedBody),
    #[serde(rename = "request.deferred")]
    Deferred(RequestDeferred),
    #[serde(rename = "request.unmatched")]
    Unmatched(UnmatchedBody),
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

impl CountedEvent {
    /// Makes the event to store from one that was received; `None` for a type that no function publishes.
    pub fn from_received(received: &Received) -> Option<Self> {
        let event_type = received.event.event_type();
        Some(Self {
            id: ids::event_id(event_type, &received.event.subject()),
            time: received.time,
            correlation_id: received.correlation_id.clone(),
            body: EventBody::from_event(&received.event)?,
        })
    }

    /// The history that the event belongs to.
    pub fn history_key(&self) -> HistoryKey {
        self.body.history_key()
    }
}

impl EventBody {
    fn from_event(event: &Event) -> Option<Self> {
        Some(match event.clone() {
            Event::RequestMatched(event) => Self::Matched(event.into()),
            Event::RequestDeferred(event) => Self::Deferred(event),
            Event::RequestUnmatched(event) => Self::Unmatched(event.into()),
            Event::PointsCredited(event) => Self::Credited(event),
            Event::PointsDeducted(event) => Self::Deducted(event),
            Event::PointsRejected(event) => Self::Rejected(event),
            Event::NotificationSent(event) => Self::Sent(event),
            Event::NotificationFailed(event) => Self::NotSent(event),
            _ => return None, // `QUEUES` has no other type: the decoder lets none through
        })
    }

    fn history_key(&self) -> HistoryKey {
        let request_id = match self {
            Self::Credited(event) => return HistoryKey::Purchase(event.purchase_id.clone()),
            Self::Matched(event) => &event.request_id,
            Self::Deferred(event) => &event.request_id,
            Self::Unmatched(event) => &event.request_id,
            Self::Deducted(event) => &event.request_id,
            Self::Rejected(event) => &event.request_id,
            Self::Sent(event) => &event.request_id,
            Self::NotSent(event) => &event.request_id,
        };
        HistoryKey::Request(request_id.clone())
    }

    /// The type of the event.
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
