//! A queue's policy.

use serde_json::json;
use wiring::{DEPLOYED, Principals, Refusal};

use super::foreign;
use super::policy::Policy;
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::{Context, REVERT};
use crate::doctor::read::queues::Queue;

/// It lets the topic in where the topic delivers, refuses others where the template does, and lets in nobody else.
pub fn lets_in(checks: &mut Checks, cx: &Context, name: &str, read: &Queue) {
    let policy = Policy::of_text(read.text("Policy"));
    let refuses_others = match DEPLOYED.required.refusing.get(name) {
        Some(Refusal::Always) => true,
        Some(Refusal::WhereNamed) => cx.is_prod,
        None => false,
    };
    if refuses_others {
        checks.that(policy.refuses("sqs:SendMessage"), || {
            let what = format!("the policy of {name} refuses no other senders");
            Finding::new(&codes::QUEUE_OPEN, what, REVERT)
        });
    }
    let template = DEPLOYED.required.allowing.of_queue(name);
    for of_topic in template.iter().filter(|ours| ours.principals == Principals::Topic) {
        checks.that(policy.lets_topic(&cx.topic, &of_topic.actions), || {
            let what = format!("the policy of {name} does not let the topic send");
            Finding::new(&codes::TOPIC_MAY_NOT_SEND, what, REVERT)
        });
    }
    foreign::lets_in_no_others(checks, cx, name, template, &policy, |sid| {
        cx.aws("sqs remove-permission", &json!({ "QueueUrl": read.url, "Label": sid }))
    });
}
