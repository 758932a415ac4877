//! The policy that decisions follow, and the context of one decision.

use std::time::Duration;

use contract::{Event, Publication, Received, Source};
use jiff::Timestamp;

/// How long a partner is looked for, and how long a request is remembered.
#[derive(Clone, Copy, Debug)]
pub struct MatchingPolicy {
    /// The attempt, counted from 1, from which on a request is unmatched instead of deferred.
    pub max_attempts: u32,
    /// The time from a deferral to the next attempt, 0 to 900 s; gives the event's `retryAt`. The delay is an attribute of
    /// the deferred queue, since FIFO queues have none per message; see ARCHITECTURE.md.
    pub deferral_delay: Duration,
    /// How long a request is kept after its final state; repeats of its events are recognised that long.
    pub retention: Duration,
}

/// The message that a decision is about, and the time and policy it is made by.
#[derive(Clone, Copy, Debug)]
pub struct DecisionContext<'a> {
    /// The message: the cause of what is published.
    pub cause: &'a Received,
    /// The current time.
    pub now: Timestamp,
    /// The policy to follow.
    pub policy: &'a MatchingPolicy,
}

impl DecisionContext<'_> {
    /// The end of the retention of a request that reaches a final state now, in seconds since 1970.
    pub(super) fn expires_at(&self) -> i64 {
        let retention = self.policy.retention.as_secs();
        self.now.as_second().saturating_add_unsigned(retention)
    }

    /// The time of the next attempt of a request that is deferred now.
    pub(super) fn retry_at(&self) -> Timestamp {
        let later = self.now.saturating_add(self.policy.deferral_delay);
        later.unwrap_or(self.now)
    }

    /// The publication of an event that this decision causes, in the message group `group`.
    pub(super) fn publication(&self, event: impl Into<Event>, group: &str) -> Publication {
        Publication::new(Source::Matching, event, group, self.now, self.cause)
    }
}
