//! The status updates that customers are notified of.

use contract::{
    Category, Customer, Event, EventType, MatchId, Partner, PartnerId, Received, Region, RequestId, UnmatchedReason,
};
use jiff::Timestamp;

/// A new status of a request, borrowed from the event that says so.
#[derive(Clone, Copy, Debug)]
pub struct StatusUpdate<'a> {
    /// The request whose status it is.
    pub request_id: &'a RequestId,
    /// The number of the decision, from 1: of two updates of a request, the higher one is the newer.
    pub attempt: u32,
    /// The customer to notify.
    pub customer: &'a Customer,
    /// The category of the request, which the text names.
    pub category: &'a Category,
    /// The region of the request.
    pub region: &'a Region,
    /// The time of the request's submission.
    pub submitted_at: Timestamp,
    /// The event's `time`: when matching decided.
    pub decided_at: Timestamp,
    /// The status that the decision led to.
    pub status: Status<'a>,
}

/// The status of a request after a decision.
#[derive(Clone, Copy, Debug)]
pub enum Status<'a> {
    /// A partner was matched.
    Matched(&'a MatchId, &'a Partner),
    /// No partner serves this category in this region.
    NoPartner,
    /// Partners serve it, but none had capacity in the attempts allowed.
    NoCapacity,
}

/// The template of the text that a customer reads: a file in `texts/<language>/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTemplate {
    /// A first match.
    Matched,
    /// A match after one that the customer was told of.
    Rematched,
    /// The match that the customer was told of fell through, and no other was made.
    Withdrawn,
    /// No partner serves this category in this region.
    NoPartner,
    /// No partner had capacity.
    NoCapacity,
}

impl<'a> StatusUpdate<'a> {
    /// Reads the status update from an event; `None` if customers are not notified of such an event.
    pub fn from_received(received: &'a Received) -> Option<Self> {
        let decided_at = received.time;
        match &received.event {
            Event::RequestMatched(matched) => Some(Self {
                request_id: &matched.request_id,
                attempt: matched.attempt,
                customer: &matched.customer,
                category: &matched.category,
                region: &matched.region,
                submitted_at: matched.submitted_at,
                decided_at,
                status: Status::Matched(&matched.match_id, &matched.partner),
            }),
            Event::RequestUnmatched(unmatched) => Some(Self {
                request_id: &unmatched.request_id,
                attempt: unmatched.attempt,
                customer: &unmatched.customer,
                category: &unmatched.category,
                region: &unmatched.region,
                submitted_at: unmatched.submitted_at,
                decided_at,
                status: match unmatched.reason {
                    UnmatchedReason::NoPartner => Status::NoPartner,
                    UnmatchedReason::NoCapacity => Status::NoCapacity,
                    // The request was closed on the customer's side: there is nothing to tell.
                    UnmatchedReason::Closed => return None,
                },
            }),
            _ => None, // `QUEUES` has no other type: the decoder lets none through
        }
    }

    /// The type of the event that the update was read from.
    pub fn event_type(&self) -> EventType {
        match self.status {
            Status::Matched(..) => EventType::RequestMatched,
            Status::NoPartner | Status::NoCapacity => EventType::RequestUnmatched,
        }
    }

    /// The id of the match that the update tells of, if it tells of one.
    pub fn match_id(&self) -> Option<&'a MatchId> {
        match self.status {
            Status::Matched(match_id, _) => Some(match_id),
            Status::NoPartner | Status::NoCapacity => None,
        }
    }

    /// The id of the matched partner; none if there is none.
    pub fn partner_id(&self) -> Option<&'a PartnerId> {
        match self.status {
            Status::Matched(_, partner) => Some(&partner.id),
            Status::NoPartner | Status::NoCapacity => None,
        }
    }

    /// The name of the matched partner; empty if there is none.
    pub fn partner_name(&self) -> &'a str {
        match self.status {
            Status::Matched(_, partner) => partner.name.as_str(),
            Status::NoPartner | Status::NoCapacity => "",
        }
    }

    /// The template for a customer who was, or was not, told of an earlier match of this request.
    pub fn template(&self, told_of_match: bool) -> TextTemplate {
        match (self.status, told_of_match) {
            (Status::Matched(..), false) => TextTemplate::Matched,
            (Status::Matched(..), true) => TextTemplate::Rematched,
            (Status::NoPartner | Status::NoCapacity, true) => TextTemplate::Withdrawn,
            (Status::NoPartner, false) => TextTemplate::NoPartner,
            (Status::NoCapacity, false) => TextTemplate::NoCapacity,
        }
    }
}
