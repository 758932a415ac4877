//! A queue.

use serde_json::json;
use wiring::{DEPLOYED, QueueSpec};

use super::attributes::{at_least, is, set};
use super::{dead_letters, key, queue_policies};
use crate::doctor::checks::Checks;
use crate::doctor::codes;
use crate::doctor::context::Context;
use crate::doctor::read::functions::Function;
use crate::doctor::read::queues::Queue;

/// The batches that a function may time out on before a message of them comes again (Lambda Developer Guide, "Using Lambda with Amazon SQS").
const TIMEOUTS: u64 = 6;

/// The settings of any queue.
pub fn is_as_deployed(checks: &mut Checks, cx: &Context, spec: &QueueSpec, read: &Queue) {
    let name = &spec.name;
    let retention = DEPLOYED.required.retention_of(name).as_secs();
    key::encrypts(checks, cx, name, read.text("KmsMasterKeyId"), |key| {
        set(cx, read, &json!({ "KmsMasterKeyId": key }))
    });
    at_least(
        checks,
        cx,
        &codes::RETENTION_TOO_SHORT,
        name,
        read,
        "MessageRetentionPeriod",
        retention,
    );
    at_least(
        checks,
        cx,
        &codes::MESSAGES_TOO_SMALL,
        name,
        read,
        "MaximumMessageSize",
        spec.maximum_message_size as u64,
    );
    if spec.fifo {
        let by_content = spec.content_based_deduplication.to_string();
        is(
            checks,
            cx,
            &codes::DEDUPLICATION_DIFFERS,
            name,
            read,
            "ContentBasedDeduplication",
            &by_content,
        );
        is(
            checks,
            cx,
            &codes::DEDUPLICATION_DIFFERS,
            name,
            read,
            "DeduplicationScope",
            "messageGroup",
        );
        is(
            checks,
            cx,
            &codes::THROUGHPUT_LIMITED,
            name,
            read,
            "FifoThroughputLimit",
            "perMessageGroupId",
        );
    }
    dead_letters::moves(checks, cx, spec, read);
    dead_letters::takes(checks, cx, name, read);
    queue_policies::lets_in(checks, cx, name, read);
}

/// A queue that a function reads, beside the function as it is deployed.
pub fn suits_its_function(
    checks: &mut Checks,
    cx: &Context,
    spec: &QueueSpec,
    read: &Queue,
    function: &Function,
    window: u64,
) {
    let visibility = TIMEOUTS * function.timeout + window;
    at_least(
        checks,
        cx,
        &codes::VISIBILITY_TOO_SHORT,
        &spec.name,
        read,
        "VisibilityTimeout",
        visibility,
    );
    dead_letters::counts_receives(checks, cx, spec, read, function);
    let delay = if spec.delay.is_zero() {
        "0"
    } else {
        function.variable("DEFERRAL_DELAY")
    };
    is(
        checks,
        cx,
        &codes::DELAY_DIFFERS,
        &spec.name,
        read,
        "DelaySeconds",
        delay,
    );
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;

    use super::super::refusals::tests::deny;
    use super::*;
    use crate::doctor::context::on_aws;

    /// A queue as the template makes it, with one attribute changed, or removed if it is empty.
    pub fn queue(name: &str, attribute: &str, value: &str) -> Queue {
        let (spec, cx) = (DEPLOYED.queue(name), on_aws());
        let topic = json!({
            "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:SendMessage",
            "Resource": cx.queue(name), "Condition": { "ArnEquals": { "aws:SourceArn": cx.topic } },
        });
        let refusing = DEPLOYED.required.refusing.queues.get(name);
        let refusals = refusing.into_iter().flat_map(|refusing| &refusing.statements);
        let denials = refusals.map(|ours| deny(ours, &cx.queue(name)));
        let statements: Vec<_> = denials.chain([topic]).collect();
        let mut attributes = vec![
            ("KmsMasterKeyId", "arn:aws:kms:r:1:key/k".to_owned()),
            (
                "MessageRetentionPeriod",
                DEPLOYED.required.retention_of(name).as_secs().to_string(),
            ),
            ("MaximumMessageSize", spec.maximum_message_size.to_string()),
            ("VisibilityTimeout", spec.visibility.as_secs().to_string()),
            ("DelaySeconds", spec.delay.as_secs().to_string()),
            ("DeduplicationScope", "messageGroup".to_owned()),
            ("FifoThroughputLimit", "perMessageGroupId".to_owned()),
            (
                "ContentBasedDeduplication",
                spec.content_based_deduplication.to_string(),
            ),
            ("Policy", json!({ "Statement": statements }).to_string()),
        ];
        if let Some(dead) = &spec.dead_letters {
            let policy =
                json!({ "deadLetterTargetArn": cx.queue(&dead.queue), "maxReceiveCount": dead.max_receive_count });
            attributes.push(("RedrivePolicy", policy.to_string()));
        }
        attributes.push((attribute, value.to_owned()));
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
        let mut queue = Queue {
            url: "url".to_owned(),
            attributes: attributes.collect(),
        };
        queue.attributes.retain(|_, value| !value.is_empty());
        queue
    }

    pub fn function() -> Function {
        let environment = [("MAX_RECEIVE_COUNT", "20"), ("DEFERRAL_DELAY", "60")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Function {
            timeout: 30,
            environment: HashMap::from(environment),
            ..Function::default()
        }
    }

    fn codes_of(name: &str, attribute: &str, value: &str) -> Vec<&'static str> {
        let (mut checks, cx, spec) = (Checks::default(), on_aws(), DEPLOYED.queue(name));
        let read = queue(name, attribute, value);
        is_as_deployed(&mut checks, &cx, spec, &read);
        if let Some(mapping) = DEPLOYED.mappings.iter().find(|mapping| mapping.queue == name) {
            suits_its_function(&mut checks, &cx, spec, &read, &function(), mapping.window.as_secs());
        }
        checks.codes()
    }

    #[test]
    fn a_queue_as_the_template_makes_it_is_well() {
        for spec in &DEPLOYED.queues {
            assert!(
                codes_of(&spec.name, "KmsMasterKeyId", "arn:aws:kms:r:1:key/k").is_empty(),
                "{}",
                spec.name
            );
        }
    }

    #[test]
    fn each_difference_of_a_queue_is_found() {
        let allowing = json!({ "Statement": { "Effect": "Allow", "Principal": "*", "Action": "sqs:*" } }).to_string();
        for (name, attribute, value, expected) in [
            ("points.fifo", "KmsMasterKeyId", "", vec!["not-encrypted"]),
            ("points.fifo", "KmsMasterKeyId", "alias/aws/sqs", vec!["key-differs"]),
            (
                "points.fifo",
                "MessageRetentionPeriod",
                "345600",
                vec!["retention-too-short"],
            ),
            ("points.fifo", "MaximumMessageSize", "1024", vec!["messages-too-small"]),
            (
                "points.fifo",
                "ContentBasedDeduplication",
                "false",
                vec!["deduplication-differs"],
            ),
            (
                "outcomes.fifo",
                "ContentBasedDeduplication",
                "true",
                vec!["deduplication-differs"],
            ),
            (
                "points.fifo",
                "DeduplicationScope",
                "queue",
                vec!["deduplication-differs"],
            ),
            (
                "points.fifo",
                "FifoThroughputLimit",
                "perQueue",
                vec!["throughput-limited"],
            ),
            ("points.fifo", "VisibilityTimeout", "179", vec!["visibility-too-short"]),
            ("deferred.fifo", "DelaySeconds", "61", vec!["delay-differs"]),
            ("points.fifo", "DelaySeconds", "1", vec!["delay-differs"]),
            (
                "points.fifo",
                "Policy",
                &allowing,
                vec!["queue-open", "topic-may-not-send", "policy-foreign"],
            ),
            ("statistics", "Policy", "", vec!["queue-open", "topic-may-not-send"]),
            ("intake.fifo", "Policy", "", vec![]),
        ] {
            assert_eq!(codes_of(name, attribute, value), expected, "{name} {attribute} {value}");
        }
    }

    #[test]
    fn a_window_is_added_to_the_visibility() {
        let (mut checks, spec) = (Checks::default(), DEPLOYED.queue("statistics"));
        let read = queue("statistics", "VisibilityTimeout", "480");
        suits_its_function(&mut checks, &on_aws(), spec, &read, &function(), 300);
        assert!(checks.codes().is_empty());
        suits_its_function(&mut checks, &on_aws(), spec, &read, &function(), 301);
        assert_eq!(checks.codes(), ["visibility-too-short"]);
        assert!(
            checks.findings[0]
                .mend
                .ends_with(r#"--cli-input-json '{"Attributes":{"VisibilityTimeout":"481"},"QueueUrl":"url"}'"#)
        );
    }

    #[test]
    fn senders_need_not_be_named_outside_of_prod() {
        let (mut checks, mut cx) = (Checks::default(), on_aws());
        cx.is_prod = false;
        is_as_deployed(
            &mut checks,
            &cx,
            DEPLOYED.queue("partners.fifo"),
            &queue("partners.fifo", "Policy", ""),
        );
        assert!(checks.codes().is_empty());
    }
}
