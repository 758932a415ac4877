//! Who is subscribed to the topic.

use aws_sdk_sns::Client;
use aws_sdk_sns::operation::list_subscriptions_by_topic::ListSubscriptionsByTopicOutput;
use aws_sdk_sns::types::Subscription;

use crate::failure::Failure;

/// A subscription as SNS lists it.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// SNS's word: `sqs`.
    pub protocol: String,
    /// Where it delivers: a queue's ARN.
    pub endpoint: String,
    /// Its ARN, or a word in the place of one: `PendingConfirmation`, `Deleted`.
    pub arn: String,
}

/// Reads a topic's subscriptions.
pub async fn read(client: &Client, topic: &str) -> Result<Vec<Listed>, Failure> {
    let pages = client
        .list_subscriptions_by_topic()
        .topic_arn(topic)
        .into_paginator()
        .send();
    let pages: Result<Vec<_>, _> = pages.collect().await;
    let pages = pages.map_err(|error| Failure::of_call("sns:ListSubscriptionsByTopic", &error))?;
    let listed = pages.iter().flat_map(ListSubscriptionsByTopicOutput::subscriptions);
    Ok(listed.map(Listed::of).collect())
}

/// The ARN of a queue's subscription, if it is confirmed.
pub fn of_queue<'a>(listed: &'a [Listed], queue: &str) -> Option<&'a String> {
    let mut of_queue = listed
        .iter()
        .filter(|one| one.endpoint == queue && one.arn.starts_with("arn:"));
    of_queue.next().map(|one| &one.arn)
}

impl Listed {
    fn of(read: &Subscription) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Self {
            protocol: text(read.protocol()),
            endpoint: text(read.endpoint()),
            arn: text(read.subscription_arn()),
        }
    }
}
