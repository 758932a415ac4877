//! Tells customers what became of their requests, by push and text message.

pub mod delivery;
pub mod domain;
pub mod handler;
pub mod report;
pub mod sender;
pub mod settings;
pub mod store;
pub mod texts;

pub use handler::{Busy, LEASE, Notifier};
pub use settings::Settings;

use contract::EventType::{self, RequestMatched, RequestUnmatched};

/// The variable that names its queue, and what it takes from there.
pub const QUEUES: &[(&str, &[EventType])] = &[(
    "NOTIFICATION_QUEUE_URL",
    &[RequestMatched, RequestUnmatched],
)];
