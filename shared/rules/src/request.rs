//! Requests and their states, as they are stored.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::json::{elements, number, text};
use crate::match_id;
use crate::violation::{Rule, Subject, Violation};

/// More attempts than any request makes: ids are derived for each.
const TOO_MANY: i128 = 100_000;

/// The states of a request.
pub mod states {
    /// Not stored: the request is not known yet.
    pub const NONE: &str = "none";
    /// No partner was available, and the request is decided again later.
    pub const DEFERRED: &str = "deferred";
    /// Matched; points has not answered yet.
    pub const PENDING: &str = "pending";
    /// Closed by a producer before points answered.
    pub const CLOSING: &str = "closing";
    /// Matched and charged.
    pub const CONFIRMED: &str = "confirmed";
    /// Closed by a producer, and charged.
    pub const CLOSED: &str = "closed";
    /// Without a partner after the last attempt.
    pub const UNMATCHED: &str = "unmatched";
    /// Closed by a producer, and its charge was refused.
    pub const WITHDRAWN: &str = "withdrawn";

    /// The states in which a match occupies its partner.
    pub const LIVE: [&str; 3] = [PENDING, CLOSING, CONFIRMED];

    /// The states of a settled request: charged (and still at work, or closed), or unmatched.
    pub const SETTLED: [&str; 4] = [CONFIRMED, CLOSED, UNMATCHED, WITHDRAWN];

    /// The states in which the request waits for what comes next.
    pub const WAITING: [&str; 3] = [DEFERRED, PENDING, CLOSING];

    /// The states in which the current attempt's match is charged.
    pub const CHARGED: [&str; 2] = [CONFIRMED, CLOSED];
}

/// A request, as far as rules need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// The number of its last decision, from 1.
    pub attempt: i128,
    /// What the decision has led to so far.
    pub state: String,
    /// The partner of its match; empty without one.
    pub partner: String,
    /// The attempts of which the match was refused.
    pub released: BTreeSet<i128>,
    /// The time of submission, as stored.
    pub submitted_at: String,
}

impl Request {
    /// Reads a request's item.
    pub fn of(item: &Value) -> Self {
        Self {
            id: text(&item["requestId"]).to_owned(),
            attempt: number(&item["attempt"]),
            state: text(&item["state"]).to_owned(),
            partner: text(&item["partner"]).to_owned(),
            released: elements(&item["released"]).map(number).collect(),
            submitted_at: text(&item["submission"]["submittedAt"]).to_owned(),
        }
    }

    /// Whether its match occupies a partner.
    pub fn is_live(&self) -> bool {
        states::LIVE.contains(&&*self.state)
    }

    /// The keys under which the matches of its attempts are charged, whether or not an attempt made one.
    pub fn orders(&self) -> impl Iterator<Item = String> {
        self.attempts().map(|attempt| order(&self.id, attempt))
    }

    /// The attempts that it made; none where their number cannot be right.
    pub(crate) fn attempts(&self) -> std::ops::RangeInclusive<i128> {
        1..=if self.attempt > TOO_MANY { 0 } else { self.attempt }
    }

    pub(crate) fn check(&self) -> Option<Violation> {
        let has_match = self.is_live() || self.state == states::CLOSED;
        let is_known = states::SETTLED.contains(&&*self.state) || states::WAITING.contains(&&*self.state);
        let expected = if !is_known {
            "a state that matching knows"
        } else if !(1..=TOO_MANY).contains(&self.attempt) {
            "a number of attempts from 1"
        } else if has_match == self.partner.is_empty() {
            "a partner if, and only if, the state has a match"
        } else if self.released.iter().any(|attempt| !(1..self.attempt).contains(attempt)) {
            "released attempts before the current one"
        } else {
            return None;
        };
        let partner = if self.partner.is_empty() { "none" } else { &self.partner };
        let released = &self.released;
        Some(Violation {
            rule: Rule::RequestState,
            subject: Subject::Request(self.id.clone()),
            found: format!(
                "{} in attempt {}, partner {partner}, released {released:?}",
                self.state, self.attempt
            ),
            expected: expected.to_owned(),
        })
    }
}

/// The key under which an attempt's match is charged.
pub(crate) fn order(request: &str, attempt: i128) -> String {
    format!("match#{}", match_id(request, attempt))
}
