//! A queue's settings.

use std::collections::BTreeMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::Value;

use super::existing;
use crate::failure::Failure;
use crate::stack::Stack;

/// A queue's attributes, by their names.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pub url: String,
    pub attributes: BTreeMap<String, String>,
}

impl Queue {
    pub fn text(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or_default()
    }

    /// An attribute that is JSON.
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(self.text(name)).unwrap_or_default()
    }
}

/// Reads a queue's attributes.
pub async fn read(stack: &Stack, client: &Client, name: &str) -> Result<Option<Queue>, Failure> {
    let url = stack.queue_url(name)?.to_owned();
    let request = client
        .get_queue_attributes()
        .queue_url(&url)
        .attribute_names(QueueAttributeName::All);
    let answer = existing("sqs:GetQueueAttributes", request.send().await)?;
    Ok(answer.map(|answer| {
        let attributes = answer.attributes.unwrap_or_default().into_iter();
        let attributes = attributes
            .map(|(name, value)| (name.as_str().to_owned(), value))
            .collect();
        Queue { url, attributes }
    }))
}
