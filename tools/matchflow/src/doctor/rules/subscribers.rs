//! Who is subscribed to the topic besides the stack's own queues.

use serde_json::{Value, json};
use wiring::DEPLOYED;

use super::exemptions::account_of_queues;
use super::policy::Policy;
use super::topic;
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::Context;
use crate::doctor::read::topic::Attributes;
use crate::subscriptions::Listed;

/// What stands in the place of an ARN once the topic's owner has removed another account's subscription.
const DELETED: &str = "Deleted";

/// The topic's policy of the template names the own account at least. Another account whose queue is taken off may not subscribe it
/// again for three days.
const POLICY_FIRST: &str =
    "the topic's policy does not say which accounts may: mend it first (topic-open), then run doctor again";

/// Each subscription is that of a queue, of the own account or of one that the topic's policy lets subscribe.
pub fn may_be_subscribed(checks: &mut Checks, cx: &Context, read: &Attributes, listed: &[Listed]) {
    let policy = topic::policy(read);
    let admitted = admitted(&policy);
    let names_accounts = cx.is_local || !admitted.is_empty();
    for one in listed.iter().filter(|one| one.arn != DELETED) {
        let account = account_of_queues(&one.endpoint).filter(|account| !account.is_empty());
        let may = account.is_some_and(|account| account == cx.account() || admitted.contains(&account));
        checks.that(one.protocol == "sqs" && may, || {
            let what = format!("{} {} is subscribed to the topic", one.protocol, one.endpoint);
            let is_queue = one.protocol == "sqs" && account.is_some();
            let mend = if names_accounts || !is_queue {
                mend(cx, &one.arn)
            } else {
                POLICY_FIRST.to_owned()
            };
            Finding::new(&codes::SUBSCRIPTION_FOREIGN, what, mend)
        });
    }
}

/// The accounts that the template's statements let subscribe, as a parameter names them.
fn admitted(policy: &Policy) -> Vec<&str> {
    let required = &DEPLOYED.required;
    let allowing = required.allowing.topic.iter().map(|ours| ours.sid.as_str());
    let refusing = required.refusing.topic.iter().map(|ours| ours.sid.as_str());
    let sids: Vec<&str> = allowing.chain(refusing).collect();
    let ours = policy.statements().filter(|one| sids.contains(&one.sid()));
    let patterns = ours.flat_map(|one| {
        let operator = if one.is("Deny") { "StringNotLike" } else { "StringLike" };
        one.values(operator, "sns:Endpoint")
    });
    patterns
        .filter_map(Value::as_str)
        .filter_map(account_of_queues)
        .collect()
}

fn mend(cx: &Context, arn: &str) -> String {
    if arn.starts_with("arn:") {
        return cx.aws("sns unsubscribe", &json!({ "SubscriptionArn": arn }));
    }
    "it waits for its confirmation, and gets nothing until then: docs/reference/doctor.md#subscription-foreign"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::context::on_aws;

    fn findings(statements: &Value, protocol: &str, endpoint: &str, arn: &str) -> Vec<Finding> {
        let document = json!({ "Statement": statements }).to_string();
        let read = Attributes::from([("Policy".to_owned(), document)]);
        let listed = Listed {
            protocol: protocol.to_owned(),
            endpoint: endpoint.to_owned(),
            arn: arn.to_owned(),
        };
        let mut checks = Checks::default();
        may_be_subscribed(&mut checks, &on_aws(), &read, &[listed]);
        checks.findings
    }

    #[test]
    fn queues_of_the_account_and_of_those_that_the_policy_names_are_let_in_and_nothing_else() {
        let statement = |sid: &str, effect: &str, operator: &str, pattern: &str| json!({ "Sid": sid, "Effect": effect, "Condition": { operator: { "sns:Endpoint": ["arn:*:sqs:*:1:*", pattern] } } });
        let of_two = "arn:*:sqs:*:2:*";
        let deny = statement("NoQueueOfAnotherAccountSubscribes", "Deny", "StringNotLike", of_two);
        let allow = statement("ListedAccountsSubscribe", "Allow", "StringLike", of_two);
        let (own, other) = ("arn:aws:sqs:r:1:another-teams", "arn:aws:sqs:r:2:q");
        for (statements, protocol, endpoint, is_found) in [
            (json!([]), "sqs", own, false),
            (json!([deny]), "sqs", other, false),
            (json!([allow]), "sqs", other, false),
            (json!([]), "sqs", other, true),
            (json!([deny]), "sqs", "arn:aws:sqs:r:3:q", true),
            (
                json!([statement("Other", "Deny", "StringNotLike", of_two)]),
                "sqs",
                other,
                true,
            ),
            (
                json!([statement(
                    "NoQueueOfAnotherAccountSubscribes",
                    "Deny",
                    "StringNotLike",
                    "*"
                )]),
                "sqs",
                other,
                true,
            ),
            (
                json!([statement(
                    "NoQueueOfAnotherAccountSubscribes",
                    "Deny",
                    "StringLike",
                    of_two
                )]),
                "sqs",
                other,
                true,
            ),
            (
                json!([statement(
                    "ListedAccountsSubscribe",
                    "Allow",
                    "StringLike",
                    "arn:*:sqs:*::*"
                )]),
                "sqs",
                "arn:aws:sqs:r::q",
                true,
            ),
            (json!([]), "lambda", "arn:aws:lambda:r:1:function:f", true),
            (json!([]), "https", "https://example.com/", true),
            (json!([]), "lambda", own, true),
        ] {
            let found = findings(&statements, protocol, endpoint, "arn:s");
            assert_eq!(found.len(), usize::from(is_found), "{statements} {protocol} {endpoint}");
        }
    }

    #[test]
    fn a_foreign_subscription_is_named_with_the_command_that_removes_it_once_it_is_confirmed() {
        let policy = json!({ "Sid": "ListedAccountsSubscribe", "Effect": "Allow", "Condition": { "StringLike": { "sns:Endpoint": "arn:*:sqs:*:3:*" } } });
        let found = |arn: &str| findings(&json!([policy]), "sqs", "arn:aws:sqs:r:2:q", arn);
        let confirmed = found("arn:aws:sns:r:1:s-events.fifo:u");
        assert_eq!(confirmed[0].code, "subscription-foreign");
        assert_eq!(confirmed[0].what, "sqs arn:aws:sqs:r:2:q is subscribed to the topic");
        assert!(confirmed[0].mend.starts_with("aws sns unsubscribe "));
        assert!(confirmed[0].mend.contains("s-events.fifo:u"));
        assert!(
            found("PendingConfirmation")[0]
                .mend
                .starts_with("it waits for its confirmation")
        );
        assert!(found("Deleted").is_empty());
        let own = json!({ "Sid": "NoQueueOfAnotherAccountSubscribes", "Effect": "Deny", "Condition": { "StringNotLike": { "sns:Endpoint": "arn:*:sqs:*:1:*" } } });
        let arn = "arn:aws:sns:r:1:s-events.fifo:u";
        let unsubscribes = |statements: &Value, protocol: &str, endpoint: &str| {
            let found = findings(statements, protocol, endpoint, arn);
            found[0].mend.starts_with("aws sns unsubscribe ")
        };
        assert!(unsubscribes(&json!([own]), "sqs", "arn:aws:sqs:r:2:q"));
        assert!(unsubscribes(&json!([]), "https", "https://example.com/"));
        assert!(!unsubscribes(&json!([]), "sqs", "arn:aws:sqs:r:2:q"));
    }
}
