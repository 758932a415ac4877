//! The calls of a replay: the topic's archive, a queue's subscription, and its replay.

use std::collections::HashMap;

use aws_sdk_sns::Client;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::stack::Stack;
use crate::subscriptions;

/// The topic's archive.
#[derive(Debug)]
pub struct Archive {
    /// For how many days an event is kept.
    pub days: String,
    /// The earliest moment from which events can be replayed, as SNS writes it.
    pub begins: String,
}

/// A queue's subscription, and its last replay.
#[derive(Debug)]
pub struct Subscription {
    arn: String,
    /// SNS's word for how the replay is; none if there was none.
    pub status: Option<String>,
    /// From when on it replays, as it was set.
    pub from: Option<String>,
    /// Until when: from then on SNS delivers nothing there any more.
    pub until: Option<String>,
}

impl Archive {
    /// The archive of the stack's topic; fails if it has none.
    pub async fn of(client: &Client, stack: &Stack) -> Result<Self, Failure> {
        let answer = client.get_topic_attributes().topic_arn(stack.topic()).send().await;
        let answer = answer.map_err(|error| Failure::of_call("sns:GetTopicAttributes", &error))?;
        let attributes = answer.attributes.unwrap_or_default();
        let policy = json_in(&attributes, "ArchivePolicy");
        // SNS writes the number as text.
        let days = policy["MessageRetentionPeriod"].as_str().map(str::to_owned);
        let days = days.or_else(|| Some(policy["MessageRetentionPeriod"].as_u64()?.to_string()));
        let days = days.ok_or_else(|| {
            let next = "Events of before are not kept anywhere: put back what failed (matchflow redrive), or set ArchiveDays for the future";
            Failure::new("The topic has no archive", "ArchiveDays is 0 in this stack", next)
        })?;
        let begins = attributes.get("BeginningArchiveTime").cloned().unwrap_or_default();
        Ok(Self { days, begins })
    }

    /// Whether it has events of this moment; yes if SNS does not say when it begins.
    pub fn has(&self, time: Timestamp) -> bool {
        self.begins.parse::<Timestamp>().map_or(true, |begins| begins <= time)
    }
}

impl Subscription {
    /// The subscription of a queue to the stack's topic.
    pub async fn of(client: &Client, stack: &Stack, queue: &str) -> Result<Self, Failure> {
        let arn = arn(client, stack, queue).await?;
        let answer = client.get_subscription_attributes().subscription_arn(&arn).send().await;
        let answer = answer.map_err(|error| Failure::of_call("sns:GetSubscriptionAttributes", &error))?;
        let attributes = answer.attributes.unwrap_or_default();
        let policy = json_in(&attributes, "ReplayPolicy");
        let moment = |name: &str| policy[name].as_str().map(str::to_owned);
        Ok(Self {
            arn,
            status: attributes.get("ReplayStatus").cloned(),
            from: moment("StartingPoint"),
            until: moment("EndingPoint"),
        })
    }

    /// Has SNS deliver all events from a moment on again. An end is never set: behind it SNS would deliver nothing more.
    pub async fn replay(&self, client: &Client, from: Timestamp) -> Result<(), Failure> {
        let policy = json!({ "PointType": "Timestamp", "StartingPoint": point(from) });
        let request = client.set_subscription_attributes().subscription_arn(&self.arn);
        let request = request
            .attribute_name("ReplayPolicy")
            .attribute_value(policy.to_string());
        let answer = request.send().await;
        answer.map_err(|error| Failure::of_call("sns:SetSubscriptionAttributes", &error))?;
        Ok(())
    }
}

async fn arn(client: &Client, stack: &Stack, queue: &str) -> Result<String, Failure> {
    let listed = subscriptions::read(client, stack.topic()).await?;
    let arn = subscriptions::of_queue(&listed, &stack.queue_arn(queue)).cloned();
    arn.ok_or_else(|| {
        let what = format!("{queue} is not subscribed to the topic");
        let next = "Deploy the stack again: docs/do/deploy.md";
        Failure::new(what, "its subscription was deleted", next)
    })
}

/// A moment as SNS takes it.
pub fn point(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn json_in(attributes: &HashMap<String, String>, name: &str) -> Value {
    let text = attributes.get(name).map_or("", String::as_str);
    serde_json::from_str(text).unwrap_or_default()
}
