//! Ids of things: 1 to 64 of `A-Z a-z 0-9 _ -`, one type for each kind of thing.

use uuid::Uuid;

use super::{made_of, shown, text};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        text!(
            $(#[$doc])*
            $name,
            "an id: 1 to 64 of A-Z a-z 0-9 _ -",
            { "pattern": "^[A-Za-z0-9_-]{1,64}$" },
            is_id
        );
        shown!($name);
    };
}

fn is_id(text: &str) -> bool {
    made_of(text, 1..=64, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

identifier!(
    /// A customer's request for a service.
    RequestId
);
identifier!(
    /// One match of a request with a partner.
    MatchId
);
identifier!(
    /// A partner who serves requests.
    PartnerId
);
identifier!(
    /// A customer who submits requests.
    CustomerId
);
identifier!(
    /// A purchase of points by a partner.
    PurchaseId
);
identifier!(
    /// A movement of points in the ledger.
    TransferId
);
identifier!(
    /// One notification of a customer over one channel.
    NotificationId
);

/// Ids that this system derives itself: a UUID's text always has an id's form.
macro_rules! derived {
    ($($name:ident),+) => {
        $(impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id.to_string())
            }
        })+
    };
}

derived!(MatchId, TransferId, NotificationId);
