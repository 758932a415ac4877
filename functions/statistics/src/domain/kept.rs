//! Events as they are kept: all they say, but for the customer.

use std::fmt;

use contract::{
    Category, Event, EventType, Fee, MatchId, NotificationFailed, NotificationSent, Partner,
    PointsCredited, PointsDeducted, PointsRejected, PurchaseId, Received, Region, RequestDeferred,
    RequestId, RequestMatched, RequestUnmatched, UnmatchedReason, ids,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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

/// `request.matched` without the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "as in the contract's")]
pub struct Matched {
    pub request_id: RequestId,
    pub match_id: MatchId,
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MatchId>,
    pub partner: Partner,
    pub fee: Fee,
    pub category: Category,
    pub region: Region,
    #[serde(with = "contract::time")]
    pub submitted_at: Timestamp,
}

/// `request.unmatched` without the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "as in the contract's")]
pub struct Unmatched {
    pub request_id: RequestId,
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MatchId>,
    pub category: Category,
    pub region: Region,
    #[serde(with = "contract::time")]
    pub submitted_at: Timestamp,
    pub reason: UnmatchedReason,
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

impl From<RequestMatched> for Matched {
    fn from(event: RequestMatched) -> Self {
        Self {
            request_id: event.request_id,
            match_id: event.match_id,
            attempt: event.attempt,
            replaces: event.replaces,
            partner: event.partner,
            fee: event.fee,
            category: event.category,
            region: event.region,
            submitted_at: event.submitted_at,
        }
    }
}

impl From<RequestUnmatched> for Unmatched {
    fn from(event: RequestUnmatched) -> Self {
        Self {
            request_id: event.request_id,
            attempt: event.attempt,
            replaces: event.replaces,
            category: event.category,
            region: event.region,
            submitted_at: event.submitted_at,
            reason: event.reason,
        }
    }
}
