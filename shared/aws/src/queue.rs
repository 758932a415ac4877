//! The queues: when a failed record is delivered again, and the quarantine.

mod client;
mod visibility;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::MessageAttributeValue;
use batch::{BoxError, Queue, Record, Rejection};
use contract::{Original, OriginalAttribute, Source};
use jiff::Timestamp;

use crate::AwsFailure;

pub(crate) use client::SqsClient;
pub use visibility::{DelayError, QueueError};

pub(crate) const SEND: &str = "sqs:SendMessage";

/// The function's queues and the quarantine queue.
#[derive(Clone, Debug)]
pub struct SqsQueue {
    client: SqsClient,
    /// The function, as the sender of what it quarantines.
    source: Source,
    /// Queue name → URL.
    urls: BTreeMap<String, String>,
    quarantine_url: String,
}

impl SqsQueue {
    /// The queues that the function `source` consumes, by their URLs, and the quarantine queue's URL.
    pub fn new(
        config: &SdkConfig,
        source: Source,
        urls: impl IntoIterator<Item = String>,
        quarantine_url: impl Into<String>,
    ) -> Self {
        let named = |url: String| (queue_name(&url).to_owned(), url);
        Self {
            client: SqsClient::new(config),
            source,
            urls: urls.into_iter().map(named).collect(),
            quarantine_url: quarantine_url.into(),
        }
    }
}

impl Queue for SqsQueue {
    /// Tries every record, and reports failures at the end.
    async fn delay(&self, delays: &[(&Record, Duration)]) -> Result<(), BoxError> {
        visibility::change_all(self.client.get(), &self.urls, delays).await?;
        Ok(())
    }

    async fn quarantine(&self, record: &Record, rejection: &Rejection, now: SystemTime) -> Result<(), BoxError> {
        let message = contract::quarantined(
            self.source,
            &original(record),
            rejection.reason,
            &rejection.detail,
            Timestamp::try_from(now)?,
        );
        let call = self.client.get().send_message().queue_url(&self.quarantine_url);
        let mut call = call
            .message_body(message.body)
            .message_group_id(message.group)
            .message_deduplication_id(message.deduplication_id);
        for (name, value) in message.attributes {
            call = call.message_attributes(name, string(value)?);
        }
        let answer = call.send().await;
        answer.map_err(|error| AwsFailure::new(SEND, &error))?;
        Ok(())
    }
}

pub(crate) fn string(value: String) -> Result<MessageAttributeValue, BuildError> {
    let attribute = MessageAttributeValue::builder().data_type("String");
    attribute.string_value(value).build()
}

/// The record, in the contract's form.
pub(crate) fn original(record: &Record) -> Original<'_> {
    let attributes = record.attributes.iter();
    let attributes = attributes.map(|(name, attribute)| OriginalAttribute {
        name,
        data_type: &attribute.data_type,
        string_value: attribute.string_value.as_deref(),
        binary_value: attribute.binary_value.as_deref(),
    });
    Original {
        body: &record.body,
        attributes: attributes.collect(),
        queue_arn: &record.queue_arn,
        message_id: &record.message_id,
        receive_count: record.receive_count,
        group: record.group.as_deref(),
    }
}

/// The name of the queue with this URL: its last part.
pub(crate) fn queue_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// A queue's URL, if the value looks like one.
pub(crate) fn queue_url(value: &str) -> Option<String> {
    let has_name = !queue_name(value).is_empty();
    (value.starts_with("http") && has_name).then(|| value.to_owned())
}
