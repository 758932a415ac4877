//! Notifies customers of their requests' status, by push and text message.

mod context;
mod delivery;
pub mod domain;
pub mod handler;
pub mod sender;
pub mod settings;
pub mod store;
pub mod texts;

use aws::InputQueue;
use contract::EventType::{RequestMatched, RequestUnmatched};

/// The function's queue, and the event types that are handled from it.
pub const QUEUES: &[InputQueue] = &[InputQueue::of_topic(
    "NOTIFICATION_QUEUE_URL",
    &[RequestMatched, RequestUnmatched],
)];
