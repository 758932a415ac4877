//! The topic.

use serde_json::json;
use wiring::DEPLOYED;

use super::deployed_policy::DeployedPolicy;
use super::policy::Policy;
use super::{foreign, key, refusals};
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::Context;
use crate::doctor::read::topic::Attributes;

/// The topic's own settings.
pub fn is_as_deployed(checks: &mut Checks, cx: &Context, read: &Attributes) {
    let text = |name: &str| read.get(name).map_or("", String::as_str);
    is_topic(checks, cx, text("FifoTopic") == "true", "FifoTopic", "true");
    is_topic(
        checks,
        cx,
        text("ContentBasedDeduplication") != "true",
        "ContentBasedDeduplication",
        "false",
    );
    let refusing = &DEPLOYED.required.refusing.topic;
    let of = DeployedPolicy {
        cx,
        name: "the topic",
        resource: &cx.topic,
        allowing: &DEPLOYED.required.allowing.topic,
        refusing: if cx.is_local { &[] } else { refusing },
        policy: policy(read),
        set: &|text| set(cx, "Policy", text),
    };
    let remove = |sid: &str| cx.aws("sns remove-permission", &json!({ "TopicArn": cx.topic, "Label": sid }));
    foreign::lets_in_no_others(checks, &of, Some(&remove));
    if checks.is_here(cx.is_local, "the topic's scope, key and refusals") {
        is_topic(
            checks,
            cx,
            text("FifoThroughputScope") == "MessageGroup",
            "FifoThroughputScope",
            "MessageGroup",
        );
        key::encrypts(checks, cx, "the topic", text("KmsMasterKeyId"), |key| {
            set(cx, "KmsMasterKeyId", key)
        });
        refusals::are_as_deployed(checks, &of, &codes::TOPIC_OPEN);
    }
}

/// The topic's policy.
pub fn policy(read: &Attributes) -> Policy {
    Policy::of_text(read.get("Policy").map_or("", String::as_str))
}

fn is_topic(checks: &mut Checks, cx: &Context, holds: bool, attribute: &str, wanted: &str) {
    checks.that(holds, || {
        let what = format!("{attribute} of the topic is not {wanted}");
        Finding::new(&codes::TOPIC_DIFFERS, what, set(cx, attribute, wanted))
    });
}

fn set(cx: &Context, attribute: &str, value: &str) -> String {
    let input = json!({ "TopicArn": cx.topic, "AttributeName": attribute, "AttributeValue": value });
    cx.aws("sns set-topic-attributes", &input)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::refusals::tests::deny;
    use super::*;
    use crate::doctor::context::on_aws;

    /// Attributes with one changed, or removed if it is empty.
    pub fn with<const N: usize>(good: [(&str, String); N], attribute: &str, value: &str) -> Attributes {
        let all = good.into_iter().chain([(attribute, value.to_owned())]);
        let mut all: Attributes = all.map(|(name, value)| (name.to_owned(), value)).collect();
        all.retain(|_, value| !value.is_empty());
        all
    }

    fn codes_of_topic(attribute: &str, value: &str) -> Vec<&'static str> {
        let refusing = DEPLOYED.required.refusing.topic.iter();
        let statements: Vec<_> = refusing.map(|ours| deny(ours, &on_aws().topic)).collect();
        let good = [
            ("FifoTopic", "true".to_owned()),
            ("FifoThroughputScope", "MessageGroup".to_owned()),
            ("KmsMasterKeyId", "k".to_owned()),
            ("Policy", json!({ "Statement": statements }).to_string()),
        ];
        let mut checks = Checks::default();
        is_as_deployed(&mut checks, &on_aws(), &with(good, attribute, value));
        checks.codes()
    }

    #[test]
    fn each_difference_of_the_topic_is_found() {
        assert!(codes_of_topic("ContentBasedDeduplication", "false").is_empty());
        assert_eq!(codes_of_topic("ContentBasedDeduplication", "true"), ["topic-differs"]);
        assert_eq!(codes_of_topic("FifoTopic", ""), ["topic-differs"]);
        assert_eq!(codes_of_topic("FifoThroughputScope", "Topic"), ["topic-differs"]);
        assert_eq!(codes_of_topic("KmsMasterKeyId", ""), ["not-encrypted"]);
        assert_eq!(codes_of_topic("KmsMasterKeyId", "alias/aws/sns"), ["key-differs"]);
        assert_eq!(codes_of_topic("Policy", ""), ["topic-open", "topic-open"]);
        let open = json!({ "Statement": { "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sns:Publish" } });
        assert_eq!(
            codes_of_topic("Policy", &open.to_string()),
            ["policy-foreign", "topic-open", "topic-open"]
        );
    }
}
