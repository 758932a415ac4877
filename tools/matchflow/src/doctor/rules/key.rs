//! The key with which queues, topic and tables are encrypted.

use std::collections::BTreeMap;

use serde_json::json;
use wiring::{DEPLOYED, Principals};

use super::deployed_policy::DeployedPolicy;
use super::foreign;
use super::policy::Policy;
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::{Context, REVERT};
use crate::doctor::read::key::Key;
use crate::doctor::read::queues::Queue;
use crate::failure::Failure;

/// The name of the key that most queues are encrypted with.
pub fn of_most<'a>(queues: impl Iterator<Item = &'a Queue>) -> Option<String> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for key in queues
        .map(|queue| queue.text("KmsMasterKeyId"))
        .filter(|key| !key.is_empty())
    {
        *counts.entry(key).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(key, _)| key.to_owned())
}

/// Whether the key can be used.
pub fn is_usable(checks: &mut Checks, cx: &Context, read: &Key) -> bool {
    checks.that(read.state == "Enabled", || {
        let input = json!({ "KeyId": read.arn });
        let mend = match read.state.as_str() {
            "Disabled" => cx.aws("kms enable-key", &input),
            "PendingDeletion" => cx.aws("kms cancel-key-deletion", &input), // which leaves it disabled
            _ => REVERT.to_owned(),
        };
        Finding::new(
            &codes::KEY_UNUSABLE,
            format!("the key {} is {}", read.arn, read.state),
            mend,
        )
    })
}

/// The key may not be looked at: by the role's rights, or by the key's policy, without which no role has a right on it.
pub fn is_refused(checks: &mut Checks, name: &str, refused: &Failure) {
    let what = format!("not checked: the key {name}: {}", refused.what_and_why());
    let mend = "your role, or the key's policy, does not allow it: docs/reference/doctor.md#account-may-not-use-key";
    checks.findings.push(Finding::new(&codes::NOT_CHECKED, what, mend));
}

/// KMS makes new material for the key, each year.
pub fn rotates(checks: &mut Checks, cx: &Context, arn: &str, rotates: bool) {
    checks.that(rotates, || {
        let mend = cx.aws("kms enable-key-rotation", &json!({ "KeyId": arn }));
        Finding::new(&codes::KEY_NOT_ROTATED, format!("the key {arn} is not rotated"), mend)
    });
}

/// The key's policy: it lets the account and the topic in, and nobody whom the template does not.
pub fn lets_in(checks: &mut Checks, cx: &Context, arn: &str, document: &str) {
    let of = DeployedPolicy {
        cx,
        name: "the key",
        resource: "*",
        allowing: &DEPLOYED.required.allowing.key,
        refusing: &[],
        policy: Policy::of_text(document),
        set: &|text| {
            let input = json!({ "KeyId": arn, "PolicyName": "default", "Policy": text });
            cx.aws("kms put-key-policy", &input)
        },
    };
    for ours in of.allowing {
        let (code, whom) = match ours.principals {
            Principals::Account => (&codes::ACCOUNT_MAY_NOT_USE_KEY, "account"),
            Principals::Topic => (&codes::TOPIC_MAY_NOT_USE_KEY, "topic"),
            Principals::Accounts | Principals::Roles => continue, // whom a parameter names is not known
        };
        checks.that(of.lets(ours), || {
            let what = format!("the key's policy does not allow the {whom} {}", ours.actions.join(", "));
            Finding::new(code, what, of.mend())
        });
    }
    foreign::lets_in_no_others(checks, &of, None);
}

/// A queue, a table or the topic is encrypted with the stack's key; `set` is the command that sets a key.
pub fn encrypts(checks: &mut Checks, cx: &Context, what: &str, with: &str, set: impl Fn(&str) -> String) {
    let mend = || cx.key.as_deref().map_or(REVERT.to_owned(), &set);
    let is_encrypted = checks.that(!with.is_empty(), || {
        let what = format!("{what} is not encrypted with the stack's key");
        Finding::new(&codes::NOT_ENCRYPTED, what, mend())
    });
    if let (true, Some(key)) = (is_encrypted, &cx.key) {
        checks.that(is_same(with, key), || {
            let what = format!("{what} is encrypted with {with}, and most queues are with {key}");
            Finding::new(&codes::KEY_DIFFERS, what, mend())
        });
    }
}

/// Whether a key is the stack's: services give its ARN or its id, as it was set.
fn is_same(with: &str, key: &str) -> bool {
    with == key || key.ends_with(&format!(":key/{with}"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::doctor::context::on_aws;

    fn key(state: &str) -> Key {
        Key {
            arn: "arn:aws:kms:r:1:key/k".to_owned(),
            state: state.to_owned(),
        }
    }

    #[test]
    fn a_key_that_cannot_be_used_is_found_with_the_command_that_mends_it() {
        for (state, command) in [
            ("Disabled", "aws kms enable-key "),
            ("PendingDeletion", "aws kms cancel-key-deletion "),
            ("Unavailable", REVERT),
        ] {
            let mut checks = Checks::default();
            assert!(!is_usable(&mut checks, &on_aws(), &key(state)));
            assert_eq!(checks.codes(), ["key-unusable"]);
            assert!(checks.findings[0].mend.starts_with(command), "{state}");
        }
        assert!(is_usable(&mut Checks::default(), &on_aws(), &key("Enabled")));
    }

    #[test]
    fn the_key_is_that_of_most_queues() {
        let queue = |key: &str| Queue {
            attributes: BTreeMap::from([("KmsMasterKeyId".to_owned(), key.to_owned())]),
            ..Queue::default()
        };
        let of = |keys: &[&str]| of_most(keys.iter().map(|key| queue(key)).collect::<Vec<_>>().iter());
        assert_eq!(of(&["", "", "a", "b", "b"]).as_deref(), Some("b"));
        assert_eq!(of(&["", ""]), None);
    }

    #[test]
    fn a_key_that_may_not_be_looked_at_is_a_finding_that_names_the_keys_policy() {
        let mut checks = Checks::default();
        is_refused(
            &mut checks,
            "k",
            &Failure::of_code("kms:DescribeKey", "AccessDeniedException"),
        );
        let finding = &checks.findings[0];
        assert_eq!((finding.code, checks.count), ("not-checked", 0));
        assert!(
            finding
                .what
                .starts_with("not checked: the key k: kms:DescribeKey failed: AccessDenied")
        );
        assert!(finding.mend.ends_with("#account-may-not-use-key"));
    }

    #[test]
    fn a_key_that_is_not_rotated_is_found() {
        let mut checks = Checks::default();
        rotates(&mut checks, &on_aws(), "k", true);
        assert!(checks.codes().is_empty());
        rotates(&mut checks, &on_aws(), "k", false);
        assert_eq!(checks.codes(), ["key-not-rotated"]);
    }

    fn account() -> Value {
        json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::1:root" }, "Action": "kms:*", "Resource": "*" })
    }

    fn topic() -> Value {
        json!({
            "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "*", "Condition": { "ArnEquals": { "aws:SourceArn": on_aws().topic } },
        })
    }

    fn codes_of(statements: &Value) -> Vec<&'static str> {
        let mut checks = Checks::default();
        let document = json!({ "Statement": statements }).to_string();
        lets_in(&mut checks, &on_aws(), "k", &document);
        checks.codes()
    }

    #[test]
    fn the_keys_policy_lets_the_account_and_the_topic_in_and_no_others() {
        assert!(codes_of(&json!([account(), topic()])).is_empty());
        assert_eq!(codes_of(&json!([topic()])), ["account-may-not-use-key"]);
        assert_eq!(codes_of(&json!([account()])), ["topic-may-not-use-key"]);
        let foreign = json!({ "Effect": "Allow", "Principal": { "AWS": "2" }, "Action": "kms:Decrypt" });
        assert_eq!(codes_of(&json!([account(), topic(), foreign])), ["policy-foreign"]);
    }

    #[test]
    fn what_is_encrypted_with_another_key_or_none_is_found() {
        let codes = |cx: &Context, with: &str| {
            let mut checks = Checks::default();
            encrypts(&mut checks, cx, "it", with, |key| format!("set {key}"));
            let mends = checks
                .findings
                .iter()
                .map(|finding| finding.mend.clone())
                .collect::<Vec<_>>();
            (checks.codes(), mends)
        };
        let mut cx = on_aws();
        for same in ["arn:aws:kms:r:1:key/k", "k"] {
            assert_eq!(codes(&cx, same), (vec![], vec![]), "{same}");
        }
        let set = vec!["set arn:aws:kms:r:1:key/k".to_owned()];
        for other in [
            "alias/aws/sqs",
            "arn:aws:kms:r:2:key/k",
            "arn:aws:kms:r:2:alias/s",
            "other",
        ] {
            assert_eq!(codes(&cx, other), (vec!["key-differs"], set.clone()), "{other}");
        }
        assert_eq!(codes(&cx, ""), (vec!["not-encrypted"], set));
        cx.key = None;
        assert_eq!(codes(&cx, ""), (vec!["not-encrypted"], vec![REVERT.to_owned()]));
        assert_eq!(
            codes(&cx, "other"),
            (vec![], vec![]),
            "which is the stack's is not known"
        );
    }
}
