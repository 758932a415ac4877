//! The types of events.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::values::Expected;

macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// What an event tells: its envelope's `type`.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum EventType {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl EventType {
            /// Every type there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The type as it goes over the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

event_types! {
    /// A partner, or a newer version of one.
    PartnerRegistered = "partner.registered",
    /// A customer asks for a service.
    RequestSubmitted = "request.submitted",
    /// A match's work is done.
    MatchClosed = "match.closed",
    /// A partner was found.
    RequestMatched = "request.matched",
    /// Nobody is free: tried again later.
    RequestDeferred = "request.deferred",
    /// No partner was found.
    RequestUnmatched = "request.unmatched",
    /// A partner paid for points.
    PointsPurchased = "points.purchased",
    /// Points were added to a partner's account.
    PointsCredited = "points.credited",
    /// A match was charged.
    PointsDeducted = "points.deducted",
    /// A match could not be charged.
    PointsRejected = "points.rejected",
    /// A customer was told.
    NotificationSent = "notification.sent",
    /// A customer could not be told.
    NotificationFailed = "notification.failed",
    /// A record that can never succeed was set aside.
    RecordQuarantined = "record.quarantined",
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventType {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|t| t.as_str() == text);
        found.copied().ok_or(Expected("a known event type"))
    }
}
