//! A queue's policy.

use serde_json::json;
use wiring::{DEPLOYED, Principals, Refusal, RefuseStatement};

use super::deployed_policy::DeployedPolicy;
use super::policy::Policy;
use super::{attributes, foreign, refusals};
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::Context;
use crate::doctor::read::queues::Queue;

/// It lets the topic in where the topic delivers, refuses others where the template does, and lets in nobody else.
pub fn lets_in(checks: &mut Checks, cx: &Context, name: &str, read: &Queue) {
    let policy = Policy::of_text(read.text("Policy"));
    let of = DeployedPolicy {
        cx,
        name,
        resource: &cx.queue(name),
        allowing: DEPLOYED.required.allowing.of_queue(name),
        refusing: refusing(cx, name, &policy),
        policy,
        set: &|text| attributes::set(cx, read, &json!({ "Policy": text })),
    };
    refusals::are_as_deployed(checks, &of, &codes::QUEUE_OPEN);
    for ours in of.allowing.iter().filter(|ours| ours.principals == Principals::Topic) {
        checks.that(of.lets(ours), || {
            let what = format!("the policy of {name} does not let the topic send");
            Finding::new(&codes::TOPIC_MAY_NOT_SEND, what, of.mend())
        });
    }
    let remove = |sid: &str| cx.aws("sqs remove-permission", &json!({ "QueueUrl": read.url, "Label": sid }));
    foreign::lets_in_no_others(checks, &of, Some(&remove));
}

/// The statements that must refuse something. Where a parameter names nobody there are none, outside of `prod`.
fn refusing(cx: &Context, name: &str, policy: &Policy) -> &'static [RefuseStatement] {
    let Some(refusing) = DEPLOYED.required.refusing.queues.get(name) else {
        return &[];
    };
    let is_there = || {
        policy
            .statements()
            .any(|one| refusing.statements.iter().any(|ours| ours.sid == one.sid()))
    };
    if refusing.when == Refusal::Always || cx.is_prod || is_there() {
        &refusing.statements
    } else {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::super::queues::tests::queue;
    use super::super::refusals::tests::deny;
    use super::*;
    use crate::doctor::context::{REVERT, on_aws};

    #[test]
    fn a_refusal_that_need_not_be_there_is_checked_where_it_is() {
        let (mut cx, name) = (on_aws(), "partners.fifo");
        cx.is_prod = false;
        let ours = &DEPLOYED.required.refusing.queues[name].statements[0];
        let mut statement = deny(ours, &cx.queue(name));
        let codes_of = |statement: &serde_json::Value| {
            let policy = json!({ "Statement": statement }).to_string();
            let mut checks = Checks::default();
            lets_in(&mut checks, &cx, name, &queue(name, "Policy", &policy));
            let mends: Vec<_> = checks.findings.iter().map(|finding| finding.mend.clone()).collect();
            (checks.codes(), mends)
        };
        assert_eq!(codes_of(&statement), (vec![], vec![]));
        statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"] = json!("*");
        assert_eq!(codes_of(&statement), (vec!["queue-open"], vec![REVERT.to_owned()]));
    }

    #[test]
    fn a_queue_without_its_policy_gets_the_topics_statement_by_a_command() {
        let mut checks = Checks::default();
        lets_in(&mut checks, &on_aws(), "statistics", &queue("statistics", "Policy", ""));
        assert_eq!(checks.codes(), ["queue-open", "topic-may-not-send"]);
        assert_eq!(checks.findings[0].mend, REVERT);
        let mend = &checks.findings[1].mend;
        assert!(
            mend.starts_with("aws sqs set-queue-attributes ") && mend.contains("TheTopicDelivers"),
            "{mend}"
        );
    }
}
