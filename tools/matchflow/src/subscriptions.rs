//! Who is subscribed to the topic.

use std::collections::BTreeMap;

use aws_sdk_sns::Client;
use aws_sdk_sns::operation::list_subscriptions_by_topic::ListSubscriptionsByTopicOutput;

use crate::failure::Failure;

/// Reads the ARNs of a topic's subscriptions, by endpoint.
pub async fn read(client: &Client, topic: &str) -> Result<BTreeMap<String, String>, Failure> {
    let pages = client
        .list_subscriptions_by_topic()
        .topic_arn(topic)
        .into_paginator()
        .send();
    let pages: Result<Vec<_>, _> = pages.collect().await;
    let pages = pages.map_err(|error| Failure::of_call("sns:ListSubscriptionsByTopic", &error))?;
    let listed = pages.iter().flat_map(ListSubscriptionsByTopicOutput::subscriptions);
    let pairs = listed.filter_map(|one| Some((one.endpoint.clone()?, one.subscription_arn.clone()?)));
    Ok(pairs.collect())
}
