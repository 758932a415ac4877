//! Messages to one receiver: a phone or a device.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::SnsError;

/// A message to one receiver.
#[derive(Clone, Debug)]
pub struct Text {
    /// When it was sent.
    pub at: SystemTime,
    /// The phone number, or the push endpoint's ARN.
    pub to: String,
    /// What was sent.
    pub message: String,
}

/// The receivers of text and push messages.
#[derive(Debug, Default)]
pub struct Phones {
    texts: Vec<Text>,
    disabled: BTreeSet<String>,
}

impl Phones {
    /// All that was sent, in order: two sends are two messages, since nothing deduplicates them.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// This endpoint is refused from now on.
    pub fn disable(&mut self, endpoint: impl Into<String>) {
        self.disabled.insert(endpoint.into());
    }

    /// Sends, and gives the message's id. A disabled endpoint is refused (SNS API Reference, "Publish").
    pub fn publish(&mut self, text: Text) -> Result<String, SnsError> {
        if self.disabled.contains(&text.to) {
            return Err(SnsError::EndpointDisabled);
        }
        self.texts.push(text);
        Ok(format!("text-{}", self.texts.len()))
    }
}
