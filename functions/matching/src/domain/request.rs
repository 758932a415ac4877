//! A request and where it is in its life.

use std::collections::BTreeSet;
use std::fmt;

use contract::{
    Category, Customer, MatchId, PartnerId, Publication, Region, RequestId, RequestSubmitted, ids,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything remembered of one request.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Whose life this is.
    pub request_id: RequestId,
    /// What was asked for, and when.
    pub submission: Submission,
    /// How far it has come.
    #[serde(flatten)]
    pub stage: Stage,
    /// The attempts whose matches fell through. An earlier attempt that is not among them was a deferral.
    pub released: BTreeSet<u32>,
    /// What the decision of this attempt publishes, verbatim, until its answer shows that it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<Publication>,
    /// When an ended request may be forgotten, in seconds since 1970; none for a live one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// The contents of a `request.submitted`, as far as they matter later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Submission {
    /// Who asks.
    pub customer: Customer,
    /// For what kind of work.
    pub category: Category,
    /// And where.
    pub region: Region,
    /// A hash of the details: enough to tell another submission from a repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details_hash: Option<String>,
    /// The `time` of the submission.
    pub submitted_at: Timestamp,
}

impl Submission {
    pub(super) fn new(event: &RequestSubmitted, time: Timestamp) -> Self {
        Self {
            customer: event.customer.clone(),
            category: event.category.clone(),
            region: event.region.clone(),
            details_hash: event.details_hash().map(str::to_owned),
            submitted_at: time,
        }
    }

    /// Whether both say the same; the time of sending is not part of that.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let submitted_at = self.submitted_at;
        *self
            == Self {
                submitted_at,
                ..other.clone()
            }
    }
}

/// The attempt and its state: what every write is conditional on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The number of the last decision, deferrals counted.
    pub attempt: u32,
    /// What came of it so far.
    #[serde(flatten)]
    pub state: State,
}

/// The states of a request's life; those with a live or closed match name its partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "partner", rename_all = "camelCase")]
pub enum State {
    /// Matched; the charge is not yet answered.
    Pending(PartnerId),
    /// Matched and closed already; the charge is not yet answered.
    Closing(PartnerId),
    /// Matched and charged.
    Confirmed(PartnerId),
    /// Matched, charged and done.
    Closed(PartnerId),
    /// Nobody was free: to be tried again.
    Deferred,
    /// Ended without a match.
    Unmatched,
    /// Ended without a match, closed before its charge was refused.
    Withdrawn,
}

impl Request {
    /// The match of the current attempt, if it is one.
    pub fn current_match(&self) -> MatchId {
        ids::match_id(&self.request_id, self.stage.attempt)
    }

    /// The attempt that this match would be of.
    pub(super) fn attempt_of(&self, match_id: &MatchId) -> Option<u32> {
        (1..=self.stage.attempt)
            .rev()
            .find(|attempt| ids::match_id(&self.request_id, *attempt) == *match_id)
    }

    /// The attempt whose match fell through last.
    pub(super) fn last_released(&self) -> Option<u32> {
        self.released.last().copied()
    }

    /// The match that fell through last.
    pub(super) fn replaces(&self) -> Option<MatchId> {
        let attempt = self.last_released()?;
        Some(ids::match_id(&self.request_id, attempt))
    }

    /// Whether it has ended and its retention is over: from then on it is as if it had never been, whenever
    /// the table gets to deleting it.
    pub fn expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now.as_second())
    }

    /// What is published again for the cause of the decision `attempt`: nothing once the state has moved on.
    pub(super) fn saved_for(&self, attempt: u32) -> Option<Publication> {
        self.saved.clone().filter(|_| self.stage.attempt == attempt)
    }

    /// The same request at another point of the same attempt.
    pub(super) fn at(&self, state: State) -> Self {
        let mut next = self.clone();
        next.stage.state = state;
        next
    }
}

/// Shows no customer and no saved body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("request_id", &self.request_id)
            .field("stage", &self.stage)
            .field("released", &self.released)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
