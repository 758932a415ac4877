//! The topic's settings, and its subscriptions'.

use std::collections::HashMap;

use aws_sdk_sns::Client;

use super::existing;
use crate::failure::Failure;

/// Attributes by their names.
pub type Attributes = HashMap<String, String>;

/// Reads the topic's attributes.
pub async fn read(client: &Client, topic: &str) -> Result<Option<Attributes>, Failure> {
    let answer = existing(
        "sns:GetTopicAttributes",
        client.get_topic_attributes().topic_arn(topic).send().await,
    )?;
    Ok(answer.and_then(|answer| answer.attributes))
}

/// Reads a subscription's attributes.
pub async fn subscription(client: &Client, arn: &str) -> Result<Option<Attributes>, Failure> {
    let request = client.get_subscription_attributes().subscription_arn(arn);
    let answer = existing("sns:GetSubscriptionAttributes", request.send().await)?;
    Ok(answer.and_then(|answer| answer.attributes))
}
