//! The customers' devices: what SNS sends to phone numbers and push endpoints.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::SnsError;

/// A text message or a push message.
#[derive(Clone, Debug)]
pub struct CustomerMessage {
    /// When it was sent.
    pub at: SystemTime,
    /// The phone number, or the push endpoint's ARN.
    pub to: String,
}

/// The receivers of text messages and push messages.
#[derive(Debug, Default)]
pub struct Devices {
    messages: Vec<CustomerMessage>,
    disabled: BTreeSet<String>,
}

impl Devices {
    /// All messages that were sent, in order. Two sends are two messages, since SNS does not deduplicate these.
    pub fn messages(&self) -> &[CustomerMessage] {
        &self.messages
    }

    /// Refuses this endpoint from now on.
    pub fn disable(&mut self, endpoint: impl Into<String>) {
        self.disabled.insert(endpoint.into());
    }

    /// Sends a message and returns its id. A disabled endpoint is refused (SNS API Reference, "Publish").
    pub fn publish(&mut self, message: CustomerMessage) -> Result<String, SnsError> {
        if self.disabled.contains(&message.to) {
            return Err(SnsError::EndpointDisabled);
        }
        self.messages.push(message);
        Ok(format!("text-{}", self.messages.len()))
    }
}
