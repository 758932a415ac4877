//! Decisions: the immutable records of the ledger.

use std::fmt;
use std::str::FromStr;

use contract::{PartnerId, Points, Publication, RejectedReason, TransferId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Account, OrderKey};

/// The decision on an order, made once and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The order's business key.
    pub order: OrderKey,
    /// The order's [`fingerprint`](super::Order::fingerprint); a repeat of the order has the same.
    pub fingerprint: String,
    /// The partner whose account it is on.
    pub partner: PartnerId,
    /// The transfer or refusal; stored as the attribute `transfer` or `refusal`.
    #[serde(flatten)]
    pub posting: Posting,
    /// The account's balance after it, in points.
    pub balance: u64,
    /// Its number among the decisions on the account: 1, 2, …; 0 if there was no account.
    pub sequence: u64,
    /// The time of the decision.
    pub decided_at: Timestamp,
    /// Its event, published verbatim for the order and every repeat of it.
    pub publication: Publication,
}

impl Decision {
    /// The account after this decision; none if it is on no account.
    pub fn account(&self) -> Option<Account> {
        match self.sequence {
            0 => None,
            sequence => Some(Account {
                balance: self.balance,
                sequence,
            }),
        }
    }

    /// The points that it added to the partner's balance, or took from it (negative); 0 for a refusal.
    pub fn balance_change(&self) -> i64 {
        match &self.posting {
            Posting::Refusal { .. } => 0,
            Posting::Transfer { credit, points, .. } => match credit {
                AccountRef::Partner(_) => i64::from(points.get()),
                AccountRef::Platform => -i64::from(points.get()),
            },
        }
    }
}

/// The part of a decision that says what it does to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Posting {
    /// Points moved from one account to another.
    Transfer {
        /// The transfer's id.
        id: TransferId,
        /// The account that the points were taken from.
        debit: AccountRef,
        /// The account that the points were given to.
        credit: AccountRef,
        /// The number of points moved.
        points: Points,
    },
    /// No points moved.
    Refusal {
        /// The number of points asked for.
        points: Points,
        /// The reason, as published.
        reason: RejectedReason,
    },
}

/// An account, as a side of a transfer. Only partners' accounts store a balance: the platform's is
/// minus the sum of theirs, since an item that every charge writes would be hot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum AccountRef {
    /// The platform's account: debited for purchases, credited with fees.
    Platform,
    /// A partner's account.
    Partner(PartnerId),
}

impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::Partner(id) => write!(f, "partner#{id}"),
        }
    }
}

impl From<AccountRef> for String {
    fn from(account: AccountRef) -> Self {
        account.to_string()
    }
}

impl TryFrom<String> for AccountRef {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let account = match text.split_once('#') {
            None if text == "platform" => Some(Self::Platform),
            Some(("partner", id)) => PartnerId::from_str(id).map(Self::Partner).ok(),
            _ => None,
        };
        account.ok_or("expected platform or partner#<partnerId>")
    }
}
