//! The terms on which decisions are made, and the moment at which they are.

use std::time::Duration;

use contract::{Event, Publication, Received, Source};
use jiff::Timestamp;

/// How long to go on trying, and to remember.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// From this decision on, nobody free means the end.
    pub max_attempts: u32,
    /// The delay of the deferred queue.
    pub deferral_delay: Duration,
    /// How long an ended request is remembered.
    pub retention: Duration,
}

/// When and why something is decided.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The message that asks for it.
    pub cause: &'a Received,
    /// The time now.
    pub now: Timestamp,
    /// The terms.
    pub terms: &'a Terms,
}

impl Moment<'_> {
    /// When a request that ends now may be forgotten, in seconds since 1970.
    pub(super) fn expires_at(&self) -> i64 {
        let retention = self.terms.retention.as_secs();
        self.now.as_second().saturating_add_unsigned(retention)
    }

    /// When a request that is deferred now is tried again.
    pub(super) fn retry_at(&self) -> Timestamp {
        let later = self.now.saturating_add(self.terms.deferral_delay);
        later.unwrap_or(self.now)
    }

    /// What is published of this.
    pub(super) fn publication(&self, event: impl Into<Event>, group: &str) -> Publication {
        Publication::new(Source::Matching, event, group, self.now, self.cause)
    }
}
