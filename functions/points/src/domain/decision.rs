//! The immutable records of the ledger.

use std::fmt;
use std::str::FromStr;

use contract::{PartnerId, Points, Publication, RejectedReason, TransferId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Account, Key};

/// What was decided about an order, once and for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The order's business key.
    pub order: Key,
    /// What a repeat of the order must equal: [`super::Order::fingerprint`].
    pub fingerprint: String,
    /// Whose account it stands on.
    pub partner: PartnerId,
    /// A transfer or a refusal.
    #[serde(flatten)]
    pub ruling: Ruling,
    /// The account's balance after it.
    pub balance: u64,
    /// Its place among the decisions on the account: 1, 2, …; 0 where there was no account.
    pub sequence: u64,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The event that tells of it, published verbatim however often the order comes.
    pub publication: Publication,
}

impl Decision {
    /// The account as this decision leaves it; none where it stands on no account.
    pub fn account(&self) -> Option<Account> {
        (self.sequence > 0).then_some(Account {
            balance: self.balance,
            sequence: self.sequence,
        })
    }

    /// By how much it changed the partner's balance.
    pub fn change(&self) -> i64 {
        match &self.ruling {
            Ruling::Refusal { .. } => 0,
            Ruling::Transfer { credit, points, .. } => match credit {
                Party::Partner(_) => i64::from(points.get()),
                Party::Platform => -i64::from(points.get()),
            },
        }
    }
}

/// The two things that a decision can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ruling {
    /// Points moved from one account to another.
    Transfer {
        /// The transfer's id.
        id: TransferId,
        /// The account that the points were taken from.
        debit: Party,
        /// The account that the points were given to.
        credit: Party,
        /// How many.
        points: Points,
    },
    /// No points moved.
    Refusal {
        /// How many were asked for.
        points: Points,
        /// Why they were not given.
        reason: RejectedReason,
    },
}

/// A side of a transfer. Only partners' accounts store a balance: the platform's is the sum of all
/// theirs with the sign turned, since a row that every charge writes would be hot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Party {
    /// The house: sells points and takes fees.
    Platform,
    /// A partner's account.
    Partner(PartnerId),
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::Partner(id) => write!(f, "partner#{id}"),
        }
    }
}

impl From<Party> for String {
    fn from(party: Party) -> Self {
        party.to_string()
    }
}

impl TryFrom<String> for Party {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once('#') {
            None if text == "platform" => Some(Self::Platform),
            Some(("partner", id)) => PartnerId::from_str(id).map(Self::Partner).ok(),
            _ => None,
        }
        .ok_or("expected platform or partner#<partnerId>")
    }
}
