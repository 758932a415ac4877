//! The steps of a workload.

use std::fmt;

use super::messages::Message;

/// What is done from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A producer sends a message.
    Send(Message),
    /// A customer or partner closes the match of this attempt, once it was published.
    Close {
        /// The request's id.
        request: String,
        /// The number of the attempt.
        attempt: u32,
    },
    /// An operator moves a dead-letter queue's messages back.
    Redrive(&'static str),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(message) => {
                let malformed = if message.must_be_quarantined { ", malformed" } else { "" };
                let (queue, content) = (message.queue, &message.content);
                let group = content.group.as_deref().unwrap_or_default();
                write!(f, "send to {queue} (group {group}{malformed}): ")?;
                let event = &message.event;
                match event["type"].as_str() {
                    Some(event_type) => write!(f, "{event_type} {}", event["data"]),
                    None => f.write_str(&content.body),
                }
            }
            Self::Close { request, attempt } => {
                write!(f, "after its match: close request {request}, attempt {attempt}")
            }
            Self::Redrive(queue) => write!(f, "redrive {queue}"),
        }
    }
}
