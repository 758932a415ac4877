//! What a customer was told about a request so far.

use std::collections::BTreeMap;

use contract::{Publication, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is stored for one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// The newest attempt that was told, or taken on to be told. It never goes down: older news is
    /// overtaken from the moment on when somebody may have begun to send newer news.
    pub attempt: u32,
    /// Until when the process that took this attempt on may be sending.
    pub lease_until: Option<Timestamp>,
    /// What came of each attempt that was told.
    pub told: BTreeMap<u32, Told>,
}

/// What came of telling one attempt.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// Whether the customer now knows of this attempt's match (`notification.sent` of a match).
    pub of_match: bool,
    /// What is published about it, one event a channel that was tried, verbatim.
    pub publications: Vec<Publication>,
}

/// The right to send one attempt's news, while nobody else may send anything about the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The request.
    pub request: RequestId,
    /// The attempt to be told.
    pub attempt: u32,
    /// Its end, in whole milliseconds; it tells the lease from any later one of the request.
    pub until: Timestamp,
}

/// Why an attempt cannot be taken on.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It was told: this is published, again.
    Repeat(Vec<Publication>),
    /// Newer news was told, or taken on: this is not told, and nothing is published for it.
    Overtaken,
    /// Somebody may be sending news of this request right now.
    Busy,
}

impl Story {
    /// Why this attempt could not be taken on in this story.
    ///
    /// What was told is published again even if newer news was told since: on a standard queue newer
    /// news does not mean that the older one's events were published.
    pub fn verdict(mut self, attempt: u32) -> Verdict {
        match self.told.remove(&attempt) {
            Some(told) => Verdict::Repeat(told.publications),
            None if self.attempt > attempt => Verdict::Overtaken,
            None => Verdict::Busy,
        }
    }

    /// Whether the customer was told of a match before this attempt.
    pub fn told_of_match_before(&self, attempt: u32) -> bool {
        self.told.range(..attempt).any(|(_, told)| told.of_match)
    }
}
