//! Orders: what points is asked to do, and what makes two of them the same.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use contract::{Event, MatchId, PartnerId, PointsPurchased, PurchaseId, Received, RequestMatched};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The business key of an order, under which it is decided once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum OrderKey {
    /// A partner's purchase of points.
    Purchase(PurchaseId),
    /// The charge for a match.
    Match(MatchId),
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purchase(id) => write!(f, "purchase#{id}"),
            Self::Match(id) => write!(f, "match#{id}"),
        }
    }
}

impl From<OrderKey> for String {
    fn from(key: OrderKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for OrderKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let key = match text.split_once('#') {
            Some(("purchase", id)) => PurchaseId::from_str(id).map(Self::Purchase).ok(),
            Some(("match", id)) => MatchId::from_str(id).map(Self::Match).ok(),
            _ => None,
        };
        key.ok_or("expected purchase#<purchaseId> or match#<matchId>")
    }
}

/// A purchase or a charge, as received.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// The business key.
    pub key: OrderKey,
    /// The partner to credit or to charge.
    pub partner: &'a PartnerId,
    /// The event that asks for it; the cause of what is published.
    pub cause: &'a Received,
    pub(super) task: Task<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Task<'a> {
    Purchase(&'a PointsPurchased),
    Charge(&'a RequestMatched),
}

impl<'a> Order<'a> {
    /// The order that an event asks for; none for events that ask for none.
    pub fn of(cause: &'a Received) -> Option<Self> {
        let (key, partner, task) = match &cause.event {
            Event::PointsPurchased(purchase) => (
                OrderKey::Purchase(purchase.purchase_id.clone()),
                &purchase.partner_id,
                Task::Purchase(purchase),
            ),
            Event::RequestMatched(matched) => (
                OrderKey::Match(matched.match_id.clone()),
                &matched.partner.id,
                Task::Charge(matched),
            ),
            _ => return None, // `QUEUES` has no other type: the decoder lets none through
        };
        Some(Self {
            key,
            partner,
            cause,
            task,
        })
    }

    /// The SHA-256, in hexadecimal, of the parsed data in canonical JSON (defaults filled in, unknown
    /// members left out, members in alphabetical order). Repeats are compared by it. The data itself is
    /// not stored: a match names its customer, and the ledger, kept forever, holds no personal data.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "only map keys that are no strings make it fail; events have no maps"
    )]
    pub fn fingerprint(&self) -> String {
        let data = serde_json::to_value(&self.cause.event).expect("an event is plain data");
        let mut fingerprint = String::with_capacity(64);
        for byte in Sha256::digest(data.to_string()) {
            let _ = write!(fingerprint, "{byte:02x}"); // writing to a String cannot fail
        }
        fingerprint
    }
}
