//! The topic's settings, and its subscriptions'.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sns::Client;
use aws_sdk_sns::operation::list_subscriptions_by_topic::ListSubscriptionsByTopicOutput;

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

/// The ARNs of the topic's subscriptions, by endpoint.
pub async fn subscriptions(client: &Client, topic: &str) -> Result<BTreeMap<String, String>, Failure> {
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

/// Reads a subscription's attributes.
pub async fn subscription(client: &Client, arn: &str) -> Result<Option<Attributes>, Failure> {
    let request = client.get_subscription_attributes().subscription_arn(arn);
    let answer = existing("sns:GetSubscriptionAttributes", request.send().await)?;
    Ok(answer.and_then(|answer| answer.attributes))
}
