//! The topic's subscriptions.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wiring::{FilterPolicy, Rule, Subscription};

use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes::{self, Code};
use crate::doctor::context::Context;
use crate::doctor::read::topic::Attributes;

/// A queue's subscription, by its ARN.
pub fn delivers(checks: &mut Checks, cx: &Context, spec: &Subscription, arn: &str, read: &Attributes) {
    let queue = &spec.queue;
    let text = |name: &str| read.get(name).map_or("", String::as_str);
    let set = |attribute: &str, value: &str| {
        let input = json!({ "SubscriptionArn": arn, "AttributeName": attribute, "AttributeValue": value });
        cx.aws("sns set-subscription-attributes", &input)
    };
    let mut that = |holds, code: &Code, what: String, attribute: &str, value: String| {
        checks.that(holds, || Finding::new(code, what, set(attribute, &value)));
    };
    let what = format!("the topic wraps what it delivers to {queue}");
    that(
        text("RawMessageDelivery") == "true",
        &codes::SUBSCRIPTION_NOT_RAW,
        what,
        "RawMessageDelivery",
        "true".to_owned(),
    );

    let (found, wanted) = (text("FilterPolicy"), spec.filter_policy.as_ref());
    let by_attributes = text("FilterPolicyScope") != "MessageBody";
    let what = format!(
        "the filter policy of {queue} is not the template's: {}",
        if found.is_empty() { "none" } else { found }
    );
    let is_same = by_attributes && is_same_filter(found, wanted);
    that(
        is_same,
        &codes::SUBSCRIPTION_FILTER_DIFFERS,
        what,
        "FilterPolicy",
        document(wanted).to_string(),
    );

    let replay: Value = serde_json::from_str(text("ReplayPolicy")).unwrap_or_default();
    let what = format!("a replay for {queue} has an end: {}", replay["EndingPoint"]);
    that(
        replay["EndingPoint"].is_null(),
        &codes::SUBSCRIPTION_REPLAY_ENDS,
        what,
        "ReplayPolicy",
        String::new(),
    );

    let undelivered = spec.undelivered.as_ref().map(|undelivered| cx.queue(undelivered));
    let policy: Value = serde_json::from_str(text("RedrivePolicy")).unwrap_or_default();
    let what = format!("the subscription of {queue} does not put into undelivered what cannot be delivered");
    let is_kept = policy["deadLetterTargetArn"].as_str() == undelivered.as_deref();
    let redrive = json!({ "deadLetterTargetArn": undelivered }).to_string();
    that(
        is_kept,
        &codes::SUBSCRIPTION_WITHOUT_UNDELIVERED,
        what,
        "RedrivePolicy",
        redrive,
    );
}

/// A queue is subscribed.
pub fn is_subscribed(checks: &mut Checks, cx: &Context, spec: &Subscription, arn: Option<&String>) -> bool {
    checks.that(arn.is_some(), || {
        let mut attributes = json!({ "RawMessageDelivery": "true" });
        if spec.filter_policy.is_some() {
            attributes["FilterPolicy"] = document(spec.filter_policy.as_ref()).to_string().into();
        }
        let undelivered = spec.undelivered.as_ref().map(|undelivered| cx.queue(undelivered));
        attributes["RedrivePolicy"] = json!({ "deadLetterTargetArn": undelivered }).to_string().into();
        let input = json!({ "TopicArn": cx.topic, "Protocol": "sqs", "Endpoint": cx.queue(&spec.queue), "Attributes": attributes });
        let what = format!("{} is not subscribed to the topic", spec.queue);
        Finding::new(&codes::SUBSCRIPTION_MISSING, what, cx.aws("sns subscribe", &input))
    })
}

/// Whether a filter policy lets the same types through; the order of its rules does not count.
fn is_same_filter(found: &str, wanted: Option<&FilterPolicy>) -> bool {
    let found = found.trim();
    let is_none = found.is_empty() || found == "{}";
    match wanted {
        None => is_none,
        Some(wanted) => match serde_json::from_str::<FilterPolicy>(found) {
            Ok(found) => rules(&found) == rules(wanted),
            Err(_) => false,
        },
    }
}

fn rules(policy: &FilterPolicy) -> BTreeSet<(bool, BTreeSet<&str>)> {
    let rules = policy.event_type.iter().map(|rule| match rule {
        Rule::Is(only) => (true, BTreeSet::from([only.as_str()])),
        Rule::IsNot { anything_but } => (false, anything_but.iter().map(String::as_str).collect()),
    });
    rules.collect()
}

/// A filter policy as SNS takes it.
fn document(policy: Option<&FilterPolicy>) -> Value {
    let rules = policy.into_iter().flat_map(|policy| &policy.event_type);
    let rules: Vec<Value> = rules
        .map(|rule| match rule {
            Rule::Is(only) => json!(only),
            Rule::IsNot { anything_but } => json!({ "anything-but": anything_but }),
        })
        .collect();
    if rules.is_empty() {
        json!({})
    } else {
        json!({ "eventType": rules })
    }
}

#[cfg(test)]
mod tests {
    use wiring::DEPLOYED;

    use super::*;
    use crate::doctor::context::on_aws;
    use crate::doctor::rules::topic::tests::with;

    fn codes_of(queue: &str, attribute: &str, value: &str) -> Vec<&'static str> {
        let spec = DEPLOYED.subscriptions.iter().find(|one| one.queue == queue).unwrap();
        let good = [
            ("RawMessageDelivery", "true".to_owned()),
            ("FilterPolicyScope", "MessageAttributes".to_owned()),
            ("FilterPolicy", document(spec.filter_policy.as_ref()).to_string()),
            (
                "RedrivePolicy",
                json!({ "deadLetterTargetArn": on_aws().queue("undelivered.fifo") }).to_string(),
            ),
        ];
        let mut checks = Checks::default();
        delivers(&mut checks, &on_aws(), spec, "arn", &with(good, attribute, value));
        checks.codes()
    }

    #[test]
    fn each_difference_of_a_subscription_is_found() {
        for subscription in &DEPLOYED.subscriptions {
            assert!(
                codes_of(&subscription.queue, "x", "").is_empty(),
                "{}",
                subscription.queue
            );
        }
        let outcomes = "outcomes.fifo";
        let turned = r#"{"eventType":["points.credited","points.deducted","points.rejected"]}"#;
        assert!(
            codes_of(outcomes, "FilterPolicy", turned).is_empty(),
            "the order does not count"
        );
        let fewer = r#"{"eventType":["points.credited","points.deducted"]}"#;
        for (queue, attribute, value) in [
            (outcomes, "FilterPolicy", fewer),
            (outcomes, "FilterPolicy", ""),
            (outcomes, "FilterPolicy", r#"{"eventType":[{"prefix":"points."}]}"#),
            (outcomes, "FilterPolicyScope", "MessageBody"),
            ("statistics", "FilterPolicy", fewer),
            (
                "notification",
                "FilterPolicy",
                r#"{"eventType":[{"anything-but":["points.credited"]}]}"#,
            ),
        ] {
            assert_eq!(
                codes_of(queue, attribute, value),
                ["subscription-filter-differs"],
                "{queue} {attribute} {value}"
            );
        }
        assert_eq!(
            codes_of(outcomes, "RawMessageDelivery", "false"),
            ["subscription-not-raw"]
        );
        let replay =
            |end: &str| format!(r#"{{"PointType":"Timestamp","StartingPoint":"2026-03-02T00:00:00.000Z"{end}}}"#);
        assert!(codes_of(outcomes, "ReplayPolicy", &replay("")).is_empty());
        let ending = replay(r#","EndingPoint":"2026-03-03T00:00:00.000Z""#);
        assert_eq!(
            codes_of(outcomes, "ReplayPolicy", &ending),
            ["subscription-replay-ends"]
        );
        assert_eq!(
            codes_of(outcomes, "RedrivePolicy", ""),
            ["subscription-without-undelivered"]
        );
    }

    #[test]
    fn a_queue_that_is_not_subscribed_is_found_with_the_command_that_subscribes_it() {
        let (mut checks, spec) = (Checks::default(), &DEPLOYED.subscriptions[0]);
        assert!(is_subscribed(&mut checks, &on_aws(), spec, Some(&"arn".to_owned())));
        assert!(!is_subscribed(&mut checks, &on_aws(), spec, None));
        assert_eq!(checks.codes(), ["subscription-missing"]);
        assert!(
            checks.findings[0]
                .mend
                .contains(r#""Endpoint":"arn:aws:sqs:r:1:s-outcomes.fifo""#)
        );
    }
}
