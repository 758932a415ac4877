//! Who gets what.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::sqs::Attribute;

/// A subscription of a queue, with raw delivery: body and attributes arrive as they were published (SNS Developer Guide,
/// "Raw message delivery").
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscription {
    /// The queue.
    pub queue: String,
    /// What it gets; everything without one.
    pub filter_policy: Option<FilterPolicy>,
    /// Where that goes which cannot be delivered; without one it is lost.
    pub undelivered: Option<String>,
}

/// A filter policy on message attributes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterPolicy {
    /// On the attribute `eventType`: one of the rules has to hold.
    pub event_type: Vec<Rule>,
}

/// A rule on a string.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Rule {
    /// It is this.
    Is(String),
    /// It is none of these.
    IsNot {
        /// These.
        #[serde(rename = "anything-but")]
        anything_but: Vec<String>,
    },
}

impl Subscription {
    /// Whether it gets what has these attributes. What lacks the filtered one is not delivered, by whichever rule (SNS
    /// Developer Guide, "Amazon SNS subscription filter policies", "String value matching").
    pub(super) fn wants(&self, attributes: &BTreeMap<String, Attribute>) -> bool {
        let Some(policy) = &self.filter_policy else {
            return true;
        };
        let attribute = attributes.get("eventType");
        let Some(value) = attribute.and_then(|attribute| attribute.string_value.as_ref()) else {
            return false;
        };
        policy.event_type.iter().any(|rule| match rule {
            Rule::Is(wanted) => value == wanted,
            Rule::IsNot { anything_but } => !anything_but.contains(value),
        })
    }
}
