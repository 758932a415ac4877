//! What a rule finds.

use std::fmt;

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A decision and the event saved with it say the same, and name the accounts that a purchase or a charge moves points between.
    DecisionFitsEvent,
    /// An account's decisions have sequences without gaps, each balance follows from the one before, none is negative, and the last
    /// is the account's.
    AccountFollowsHistory,
    /// The balance that matching knows of a partner is the one that the ledger had at that sequence.
    KnownBalance,
    /// A partner has as many open matches as requests have a live match with it.
    OpenMatches,
    /// A request is in a state that matching knows, with all that belongs to the state.
    RequestState,
    /// The match of a confirmed or closed request is charged, each released one is refused, and no other is decided.
    MatchCharge,
    /// Each charge, refused or not, is for a match that a request has or had.
    ChargeHasMatch,
}

impl Rule {
    /// Its name in an audit's answer.
    pub fn name(self) -> &'static str {
        match self {
            Self::DecisionFitsEvent => "decision-fits-event",
            Self::AccountFollowsHistory => "account-follows-history",
            Self::KnownBalance => "known-balance",
            Self::OpenMatches => "open-matches",
            Self::RequestState => "request-state",
            Self::MatchCharge => "match-charge",
            Self::ChargeHasMatch => "charge-has-match",
        }
    }
}

/// What a violation is about, by its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A partner: its registration and claims, or its account.
    Partner(String),
    /// A request.
    Request(String),
    /// A decision of the ledger, by its order: `match#…` or `purchase#…`.
    Decision(String),
}

/// A rule that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// What it does not hold of.
    pub subject: Subject,
    /// What is stored.
    pub found: String,
    /// What should be.
    pub expected: String,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partner(id) => write!(f, "partner {id}"),
            Self::Request(id) => write!(f, "request {id}"),
            Self::Decision(order) => write!(f, "decision {order}"),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; should be: {}", self.subject, self.found, self.expected)
    }
}
