//! Settings of queues and subscriptions as AWS's API has them.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName as Name;
use serde_json::json;
use support::wiring::{FilterPolicy, QueueSpec, Rule};

/// A policy that lets the topic deliver.
const POLICY: &str = r#"{ "Statement": [{
    "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:SendMessage", "Resource": "*"
}] }"#;

/// A queue's attributes, but for its redrive policy.
pub fn queue(spec: &QueueSpec) -> HashMap<Name, String> {
    let mut attributes = HashMap::from([
        (Name::Policy, POLICY.to_owned()),
        (Name::DelaySeconds, spec.delay.as_secs().to_string()),
        (Name::VisibilityTimeout, spec.visibility.as_secs().to_string()),
        (Name::MaximumMessageSize, spec.maximum_message_size.to_string()),
    ]);
    if spec.fifo {
        let by_content = spec.content_based_deduplication.to_string();
        attributes.extend([
            (Name::FifoQueue, "true".to_owned()),
            (Name::ContentBasedDeduplication, by_content),
            (Name::DeduplicationScope, "messageGroup".to_owned()),
            (Name::FifoThroughputLimit, "perMessageGroupId".to_owned()),
        ]);
    }
    attributes
}

/// A subscription's filter policy.
pub fn filter(policy: FilterPolicy) -> String {
    let rules = policy.event_type.into_iter().map(|rule| match rule {
        Rule::Is(wanted) => json!(wanted),
        Rule::IsNot { anything_but } => json!({ "anything-but": anything_but }),
    });
    json!({ "eventType": rules.collect::<Vec<_>>() }).to_string()
}
