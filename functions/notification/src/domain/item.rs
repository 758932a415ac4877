//! What is stored about a request's notifications.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::{Publication, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The stored item of one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotificationItem {
    /// The newest attempt that has an outcome or had a lease; 0 if there is none. It never goes down: once a newer
    /// update may have been sent, older ones are superseded.
    pub attempt: u32,
    /// The end of the current lease; `None` while no process is sending.
    pub lease_until: Option<Timestamp>,
    /// The saved outcomes of the newest attempts that were notified of: [`KEPT_OUTCOMES`] of them, and of the older ones the last
    /// that told of a match.
    pub outcomes: BTreeMap<u32, SavedOutcome>,
}

/// The outcome of notifying a customer of one attempt.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedOutcome {
    /// Whether the customer was told of this attempt's match: a `notification.sent` for a `request.matched`.
    #[serde(rename = "ofMatch")]
    pub told_of_match: bool,
    /// The events to publish, verbatim: one for each channel that was tried.
    pub publications: Vec<Publication>,
}

/// The number of outcomes that an item keeps, which bounds its size: a request can be matched and refused hundreds of times. A
/// repeat of an older attempt counts as superseded: it is delivered again after so many newer ones only if their events were
/// published and its own were not.
pub const KEPT_OUTCOMES: u32 = 20;

/// The length of a lease: longer than the function's time-out, so that a process whose lease has ended is certainly not
/// sending any more. A test of the template compares the two.
pub const LEASE_DURATION: Duration = Duration::from_mins(1);

/// The right to send one attempt's messages: until it ends, no other process sends anything about the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The request that is leased.
    pub request_id: RequestId,
    /// The attempt to notify of.
    pub attempt: u32,
    /// The lease's end, in whole milliseconds. It identifies the lease: a later lease of the request ends later.
    pub until: Timestamp,
}

/// The reason why a process does not get, or has lost, the lease for an attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum LeaseRefusal {
    /// The attempt has an outcome: these are its events, to be published again.
    AlreadySaved(Vec<Publication>),
    /// A newer attempt has an outcome or had a lease: nothing is sent or published for this one.
    Superseded,
    /// Another process may be sending about this request right now.
    Leased,
}

impl NotificationItem {
    /// Says why an attempt was refused the lease, given the item as it is.
    ///
    /// A saved outcome is published again even after a newer one: the queue is a standard queue, so that the newer one does not
    /// show that the older one's events were published.
    pub fn into_refusal(mut self, attempt: u32) -> LeaseRefusal {
        match self.outcomes.remove(&attempt) {
            Some(outcome) => LeaseRefusal::AlreadySaved(outcome.publications),
            None if self.attempt > attempt => LeaseRefusal::Superseded,
            None => LeaseRefusal::Leased,
        }
    }

    /// The attempts whose outcomes make room for one more.
    pub fn outcomes_to_drop(&self) -> Vec<u32> {
        let last_told = self.outcomes.iter().rfind(|(_, outcome)| outcome.told_of_match);
        let last_told = last_told.map(|(attempt, _)| attempt);
        let surplus = (self.outcomes.len() + 1).saturating_sub(KEPT_OUTCOMES as usize);
        let oldest = self.outcomes.keys().take(surplus);
        // guard: told-match-is-remembered
        oldest.filter(|attempt| Some(*attempt) != last_told).copied().collect()
    }

    /// Whether the customer was told of a match in an attempt before this one.
    pub fn told_of_match_before(&self, attempt: u32) -> bool {
        let mut earlier = self.outcomes.range(..attempt);
        earlier.any(|(_, outcome)| outcome.told_of_match)
    }
}
