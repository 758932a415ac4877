//! A request and its stage.

use std::collections::BTreeSet;
use std::fmt;

use contract::{Category, Customer, MatchId, PartnerId, Publication, Region, RequestId, RequestSubmitted, ids};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::revision_1;

/// Everything that is stored of one request.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The producer's id, the business key.
    pub request_id: RequestId,
    /// The submitted contents and their time.
    pub submission: Submission,
    /// The current attempt and its state; stored as the attributes `attempt`, `state` and `partner`.
    #[serde(flatten)]
    pub stage: Stage,
    /// The attempts of which the match was refused. An earlier attempt that is not among them was a deferral.
    #[serde(rename = "released")]
    pub released_attempts: BTreeSet<u32>,
    /// The event of the current attempt's decision, verbatim; dropped once its answer shows that it was published.
    #[serde(rename = "saved", default, skip_serializing_if = "Option::is_none")]
    pub saved_publication: Option<Publication>,
    /// The end of the retention, in seconds since 1970; none before a final state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// The contents of a `request.submitted` that matter later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Submission {
    /// The customer, as submitted.
    #[serde(deserialize_with = "revision_1::customer")]
    pub customer: Customer,
    /// The category that a partner has to serve.
    pub category: Category,
    /// The region that a partner has to serve.
    pub region: Region,
    /// A hash of the details: enough to tell other contents from a repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details_hash: Option<String>,
    /// The envelope's `time`.
    #[serde(deserialize_with = "revision_1::time")]
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

    /// Whether the event has the contents that were stored. The time of sending is not one of them.
    pub(super) fn has_contents_of(&self, event: &RequestSubmitted) -> bool {
        let has_same_details = match (&self.details_hash, &event.details) {
            (Some(stored), Some(details)) => details.has_hash(stored),
            (stored, details) => stored.is_none() && details.is_none(),
        };
        has_same_details
            && self.customer == event.customer
            && self.category == event.category
            && self.region == event.region
    }
}

/// An attempt and its state: every write of a request is on the condition that its stage is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The number of the last decision, from 1; deferrals count.
    pub attempt: u32,
    /// What the decision has led to so far.
    #[serde(flatten)]
    pub state: State,
}

/// The states of a request. Those with a match name its partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "partner", rename_all = "camelCase")]
pub enum State {
    /// Matched; points has not answered the charge yet.
    Pending(PartnerId),
    /// Matched and closed; points has not answered the charge yet.
    Closing(PartnerId),
    /// Matched and charged.
    Confirmed(PartnerId),
    /// Final: matched, charged and closed.
    Closed(PartnerId),
    /// No partner was available; the next attempt follows after the deferral delay.
    Deferred,
    /// Final: no partner served, or none was available in the last attempt.
    Unmatched,
    /// Final: the match was closed, then its charge refused.
    Withdrawn,
}

impl Request {
    /// The id of the current attempt's match, whether or not the attempt is a match.
    pub fn current_match(&self) -> MatchId {
        ids::match_id(&self.request_id, self.stage.attempt)
    }

    /// The attempt, up to the current one, that a match with this id belongs to.
    pub(super) fn attempt_of(&self, match_id: &MatchId) -> Option<u32> {
        attempt_of(match_id, &self.request_id, self.stage.attempt)
    }

    /// The attempt of which the match was refused last.
    pub(super) fn last_released_attempt(&self) -> Option<u32> {
        self.released_attempts.last().copied()
    }

    /// The match that was refused last, which the current attempt's decision replaces.
    pub(super) fn replaced_match(&self) -> Option<MatchId> {
        let attempt = self.last_released_attempt()?;
        Some(ids::match_id(&self.request_id, attempt))
    }

    /// Whether the retention is over. From then on the request counts as unknown, whenever the table deletes it.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now.as_second())
    }

    /// The saved event of this attempt's decision, to publish again; none if a later attempt was decided, or if its
    /// answer has come.
    pub(super) fn publication_of(&self, attempt: u32) -> Option<Publication> {
        if self.stage.attempt == attempt {
            self.saved_publication.clone()
        } else {
            None
        }
    }

    /// The same request and attempt in another state.
    pub(super) fn with_state(&self, state: State) -> Self {
        let mut next = self.clone();
        next.stage.state = state;
        next
    }
}

/// The attempt, up to this one, of this request that a match belongs to.
pub(super) fn attempt_of(match_id: &MatchId, request_id: &RequestId, last: u32) -> Option<u32> {
    (1..=last).find(|attempt| ids::match_id(request_id, *attempt) == *match_id)
}

/// Shows neither the customer nor the saved event.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("request_id", &self.request_id)
            .field("stage", &self.stage)
            .field("released_attempts", &self.released_attempts)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
