//! Notifies customers of their requests' status, by push and text message.

mod context;
mod delivery;
pub mod domain;
pub mod handler;
pub mod sender;
pub mod settings;
pub mod store;
pub mod texts;

use contract::EventType::{self, RequestMatched, RequestUnmatched};

/// The environment variable that names the function's queue, and the event types that are handled from it.
pub const QUEUES: &[(&str, &[EventType])] = &[("NOTIFICATION_QUEUE_URL", &[RequestMatched, RequestUnmatched])];
