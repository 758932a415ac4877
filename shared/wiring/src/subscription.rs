//! A queue's subscription to the topic, and its filter policy.

use serde::Deserialize;

/// A subscription of a queue, with raw delivery: body and attributes arrive as they were published (SNS Developer Guide,
/// "Raw message delivery").
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscription {
    /// The subscribed queue's name.
    pub queue: String,
    /// The filter; without one every message is delivered.
    pub filter_policy: Option<FilterPolicy>,
    /// The queue for messages that cannot be delivered; without one they are lost.
    pub undelivered: Option<String>,
}

/// A filter policy on the message attribute `eventType`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterPolicy {
    /// The rules, of which one has to hold.
    pub event_type: Vec<Rule>,
}

/// A rule of a filter policy on a string.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Rule {
    /// The value is this.
    Is(String),
    /// The value is none of these.
    IsNot {
        /// The excluded values.
        #[serde(rename = "anything-but")]
        anything_but: Vec<String>,
    },
}

impl Subscription {
    /// Whether a message with this attribute `eventType` is delivered. A message without it is not, whatever the rules (SNS
    /// Developer Guide, "Amazon SNS subscription filter policies", "String value matching").
    pub fn accepts(&self, event_type: Option<&str>) -> bool {
        let Some(policy) = &self.filter_policy else {
            return true;
        };
        let Some(event_type) = event_type else {
            return false;
        };
        policy.event_type.iter().any(|rule| match rule {
            Rule::Is(wanted) => event_type == wanted,
            Rule::IsNot { anything_but } => !anything_but.iter().any(|excluded| excluded == event_type),
        })
    }
}
