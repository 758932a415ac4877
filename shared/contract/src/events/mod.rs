//! What each event says, by the part of the system that it comes from.

mod intake;
mod matching;
mod notification;
mod points;
mod shapes;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

pub use intake::{MatchClosed, PartnerRegistered, PointsPurchased, RequestSubmitted};
pub use matching::{RequestDeferred, RequestMatched, RequestUnmatched, UnmatchedReason};
pub use notification::{Channel, FailedReason, NotificationFailed, NotificationSent};
pub use points::{PointsCredited, PointsDeducted, PointsRejected, RejectedReason};
pub use shapes::{Customer, Fee, Partner};

use crate::{EventType, json};

macro_rules! events {
    ($($name:ident),+ $(,)?) => {
        /// Any event that says something about the business: all but `record.quarantined`.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[expect(missing_docs, reason = "each is named as its contents")]
        pub enum Event {
            $($name($name),)+
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Self {
                Self::$name(event)
            }
        })+

        impl Event {
            /// What kind of event it is.
            pub fn event_type(&self) -> EventType {
                match self {
                    $(Self::$name(_) => EventType::$name,)+
                }
            }

            /// The parts of its key, joined by `/`: the same for every repeat of the event.
            pub fn subject(&self) -> String {
                match self {
                    $(Self::$name(event) => event.subject(),)+
                }
            }

            /// What correlates it with its causes and effects where the envelope does not say.
            pub(crate) fn correlation(&self) -> &str {
                match self {
                    $(Self::$name(event) => event.correlation(),)+
                }
            }
        }
    };
}

events!(
    PartnerRegistered,
    RequestSubmitted,
    MatchClosed,
    RequestMatched,
    RequestDeferred,
    RequestUnmatched,
    PointsPurchased,
    PointsCredited,
    PointsDeducted,
    PointsRejected,
    NotificationSent,
    NotificationFailed,
);

impl Event {
    /// Reads the `data` of an event; `None` for the one type that no consumer takes.
    pub(crate) fn read(kind: EventType, data: &RawValue) -> Result<Option<Self>, json::Flaw> {
        fn read<T: DeserializeOwned + Into<Event>>(data: &RawValue) -> Result<Event, json::Flaw> {
            json::read::<T>(data).map(Into::into)
        }
        let event = match kind {
            EventType::PartnerRegistered => {
                let event: PartnerRegistered = json::read(data)?;
                event.check()?;
                Ok(event.into())
            }
            EventType::RequestSubmitted => read::<RequestSubmitted>(data),
            EventType::MatchClosed => read::<MatchClosed>(data),
            EventType::RequestMatched => read::<RequestMatched>(data),
            EventType::RequestDeferred => read::<RequestDeferred>(data),
            EventType::RequestUnmatched => read::<RequestUnmatched>(data),
            EventType::PointsPurchased => read::<PointsPurchased>(data),
            EventType::PointsCredited => read::<PointsCredited>(data),
            EventType::PointsDeducted => read::<PointsDeducted>(data),
            EventType::PointsRejected => read::<PointsRejected>(data),
            EventType::NotificationSent => read::<NotificationSent>(data),
            EventType::NotificationFailed => read::<NotificationFailed>(data),
            EventType::RecordQuarantined => return Ok(None),
        };
        event.map(Some)
    }

    /// The customer whom the event is about, where it says how to reach them.
    pub(crate) fn customer(&self) -> Option<&Customer> {
        match self {
            Self::RequestSubmitted(event) => Some(&event.customer),
            Self::RequestMatched(event) => Some(&event.customer),
            Self::RequestUnmatched(event) => Some(&event.customer),
            _ => None,
        }
    }
}
