//! The guarantees that the checker knows, and how it reports one that does not hold.

use std::fmt;

use super::contract::unknown_type;

/// The guarantees' numbers and titles are headings here: `## 2 Points are exact`.
const DOCS: &str = include_str!("../../../../docs/understand/guarantees.md");

/// A guarantee by its number in docs/understand/guarantees.md; 13 is for other tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// No code panics unless a fault of the plan makes it.
    NoPanic = 0,
    /// Every request is settled, and every message has its effect.
    NothingLost = 1,
    /// A match is charged at most once, and accounts agree with their histories.
    PointsExact = 2,
    /// One live match a request, no claim beyond capacity, no deferral while a partner is available.
    MatchingExact = 3,
    /// Nothing is handled behind a failed record of its message group.
    GroupOrder = 4,
    /// The response names failed records only, each once.
    OnlyFailuresReturn = 5,
    /// A record that can never succeed is quarantined, and no other is.
    BadRecordsQuarantined = 6,
    /// A record that fails on its last receives is set aside with what failed, and takes no other record along.
    FailuresSetAside = 7,
    /// An invocation ends before its deadline.
    AnsweredInTime = 8,
    /// One message to the customer for each decision and channel.
    NotifiedOnce = 9,
    /// Personal data appears in `customer` and in the quarantine only.
    PersonalDataContained = 10,
    /// What is published again is published with the same bytes.
    RepeatsIdentical = 11,
    /// Statistics agree with what was published.
    CountedOnce = 12,
}

impl Guarantee {
    /// The guarantee that a wrong event of this type breaks.
    pub fn of_event(event_type: &str) -> Self {
        match event_type.split('.').next() {
            Some("points") => Self::PointsExact,
            Some("notification") => Self::NotifiedOnce,
            Some("request") => Self::MatchingExact,
            _ => unknown_type(event_type, "Guarantee::of_event"),
        }
    }
}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = format!("{} ", *self as u8);
        let mut headings = DOCS.lines().filter_map(|line| line.strip_prefix("## "));
        match headings.find(|heading| heading.starts_with(&number)) {
            Some(heading) => write!(f, "guarantee {heading}"),
            None => f.write_str("a panic that no fault planned"),
        }
    }
}

/// A guarantee that does not hold.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The guarantee.
    pub guarantee: Guarantee,
    /// What was found instead, with the request, partner or message concerned.
    pub details: String,
}

impl Violation {
    /// A violation with these details.
    pub fn new(guarantee: Guarantee, details: impl Into<String>) -> Self {
        let details = details.into();
        Self { guarantee, details }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.guarantee, self.details)
    }
}

/// Success, or the first violation that was found.
pub type Checked<T = ()> = Result<T, Violation>;

/// Returns a violation with a formatted text unless a condition holds: `ensure!(PointsExact: balance >= 0, "{partner}")`.
macro_rules! ensure {
    ($guarantee:ident: $condition:expr, $($details:tt)+) => {
        if !$condition {
            return Err($crate::checker::Violation::new($guarantee, format!($($details)+)));
        }
    };
}
pub(super) use ensure;
