//! What happened, as far as a customer is told about it.

use contract::{
    Category, Customer, Event, EventType, MatchId, PartnerName, Received, RequestId,
    UnmatchedReason,
};
use jiff::Timestamp;

/// One piece of news for one customer.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The request it is about.
    pub request: &'a RequestId,
    /// The number of the decision: of two pieces of news about a request, the higher is the newer.
    pub attempt: u32,
    /// Who is told.
    pub customer: &'a Customer,
    /// What was asked for.
    pub category: &'a Category,
    /// When it happened.
    pub time: Timestamp,
    /// What happened.
    pub subject: Subject<'a>,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A partner was found.
    Matched(&'a MatchId, &'a PartnerName),
    /// Nobody serves this category in this region.
    NoPartner,
    /// Whoever serves it had no time in the attempts allowed.
    NoCapacity,
}

/// Which text tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// A first match.
    Matched,
    /// A match after one that the customer was told of.
    Rematched,
    /// The match that the customer was told of fell through, and no other was found.
    Withdrawn,
    /// Nobody serves this category in this region.
    NoPartner,
    /// Nobody had time.
    NoCapacity,
}

impl<'a> News<'a> {
    /// The news in an event; `None` if customers are not told about it.
    pub fn of(received: &'a Received) -> Option<Self> {
        let time = received.time;
        match &received.event {
            Event::RequestMatched(matched) => Some(Self {
                request: &matched.request_id,
                attempt: matched.attempt,
                customer: &matched.customer,
                category: &matched.category,
                time,
                subject: Subject::Matched(&matched.match_id, &matched.partner.name),
            }),
            Event::RequestUnmatched(unmatched) => Some(Self {
                request: &unmatched.request_id,
                attempt: unmatched.attempt,
                customer: &unmatched.customer,
                category: &unmatched.category,
                time,
                subject: match unmatched.reason {
                    UnmatchedReason::NoPartner => Subject::NoPartner,
                    UnmatchedReason::NoCapacity => Subject::NoCapacity,
                    // Whoever closed the request knows that it is over.
                    UnmatchedReason::Closed => return None,
                },
            }),
            _ => None,
        }
    }

    /// The type of the event told about.
    pub fn cause(&self) -> EventType {
        match self.subject {
            Subject::Matched(..) => EventType::RequestMatched,
            Subject::NoPartner | Subject::NoCapacity => EventType::RequestUnmatched,
        }
    }

    /// The match that it is about.
    pub fn match_id(&self) -> Option<&'a MatchId> {
        match self.subject {
            Subject::Matched(match_id, _) => Some(match_id),
            Subject::NoPartner | Subject::NoCapacity => None,
        }
    }

    /// The partner that was found; nothing if none was.
    pub fn partner(&self) -> &'a str {
        match self.subject {
            Subject::Matched(_, name) => name.as_str(),
            Subject::NoPartner | Subject::NoCapacity => "",
        }
    }

    /// How it is told to a customer who was or was not told of an earlier match of this request.
    pub fn wording(&self, told_of_match: bool) -> Wording {
        match (self.subject, told_of_match) {
            (Subject::Matched(..), false) => Wording::Matched,
            (Subject::Matched(..), true) => Wording::Rematched,
            (Subject::NoPartner | Subject::NoCapacity, true) => Wording::Withdrawn,
            (Subject::NoPartner, false) => Wording::NoPartner,
            (Subject::NoCapacity, false) => Wording::NoCapacity,
        }
    }
}
