//! The guarantees that the checker knows, and how it reports one that does not hold.

use std::fmt;

/// A guarantee of docs/understand/guarantees.md. Guarantees 7 and 13 are for other tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// 1: every request reaches a final state, and every message has its effect.
    NothingLost,
    /// 2: a match is charged at most once, and accounts agree with their histories.
    PointsExact,
    /// 3: one live match a request, no claim beyond capacity, no deferral while a partner is available.
    MatchingExact,
    /// 4: nothing is handled behind a failed record of its message group.
    GroupOrder,
    /// 5: the response names failed records only, each once.
    OnlyFailuresReturn,
    /// 6: a record that can never succeed is quarantined, and no other is.
    BadRecordsQuarantined,
    /// 8: an invocation ends before its deadline.
    AnsweredInTime,
    /// 9: one message to the customer for each decision and channel.
    NotifiedOnce,
    /// 10: personal data appears in `customer` and in the quarantine only.
    PersonalDataContained,
    /// 11: what is published again is published with the same bytes.
    RepeatsIdentical,
    /// 12: statistics agree with what was published.
    CountedOnce,
    /// Without a number: no code panics unless a fault of the plan makes it.
    NoPanic,
}

impl Guarantee {
    /// The guarantee that a wrong event of this type breaks.
    pub(super) fn of_event(event_type: &str) -> Self {
        match event_type.split('.').next() {
            Some("points") => Self::PointsExact,
            Some("notification") => Self::NotifiedOnce,
            _ => Self::MatchingExact,
        }
    }
}

/// The numbered ones are the headings of docs/understand/guarantees.md.
impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingLost => "guarantee 1 Nothing is lost",
            Self::PointsExact => "guarantee 2 Points are exact",
            Self::MatchingExact => {
                "guarantee 3 One live match a request, and no claim beyond capacity"
            }
            Self::GroupOrder => "guarantee 4 Order holds within a message group",
            Self::OnlyFailuresReturn => "guarantee 5 Only a failed record comes back",
            Self::BadRecordsQuarantined => "guarantee 6 A bad record leaves at once",
            Self::AnsweredInTime => "guarantee 8 The answer is out before the deadline",
            Self::NotifiedOnce => "guarantee 9 One message for one piece of news",
            Self::PersonalDataContained => "guarantee 10 Personal data stays where it belongs",
            Self::RepeatsIdentical => "guarantee 11 A repeat has no second effect",
            Self::CountedOnce => "guarantee 12 Each event is counted once",
            Self::NoPanic => "a panic that no fault planned",
        })
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

/// Returns a violation of the guarantee with a formatted text, unless the condition holds.
macro_rules! ensure {
    ($guarantee:expr, $condition:expr, $($details:tt)+) => {
        if !$condition {
            return Err($crate::checker::Violation::new($guarantee, format!($($details)+)));
        }
    };
}
pub(super) use ensure;

#[cfg(test)]
mod tests {
    use super::Guarantee::{
        AnsweredInTime, BadRecordsQuarantined, CountedOnce, GroupOrder, MatchingExact, NothingLost,
        NotifiedOnce, OnlyFailuresReturn, PersonalDataContained, PointsExact, RepeatsIdentical,
    };

    #[test]
    fn every_guarantee_is_a_heading_in_the_docs() {
        let docs = include_str!("../../../../docs/understand/guarantees.md");
        for guarantee in [
            NothingLost,
            PointsExact,
            MatchingExact,
            GroupOrder,
            OnlyFailuresReturn,
            BadRecordsQuarantined,
            AnsweredInTime,
            NotifiedOnce,
            PersonalDataContained,
            RepeatsIdentical,
            CountedOnce,
        ] {
            let heading = guarantee.to_string().replace("guarantee ", "\n## ");
            assert!(
                docs.contains(&heading),
                "docs/understand/guarantees.md lacks {heading}"
            );
        }
    }
}
