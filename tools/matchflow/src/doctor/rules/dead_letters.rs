//! Where a queue moves what fails, and what a dead-letter queue takes.

use serde_json::json;
use wiring::{DEPLOYED, QueueSpec};

use super::attributes::{at_least, set};
use super::policy::listed;
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::{Context, REVERT};
use crate::doctor::read::functions::Function;
use crate::doctor::read::queues::Queue;

/// What fails is moved to the right queue.
pub fn moves(checks: &mut Checks, cx: &Context, spec: &QueueSpec, read: &Queue) {
    let Some(dead_letters) = &spec.dead_letters else { return };
    let policy = read.json("RedrivePolicy");
    checks.that(policy["deadLetterTargetArn"] == *cx.queue(&dead_letters.queue), || {
        let found = policy["deadLetterTargetArn"].as_str().unwrap_or("no queue");
        let what = format!(
            "{} moves what fails to {found}, instead of {}",
            spec.name, dead_letters.queue
        );
        let most = dead_letters.max_receive_count.to_string();
        Finding::new(
            &codes::REDRIVE_POLICY_DIFFERS,
            what,
            set_redrive_policy(cx, spec, read, &most),
        )
    });
}

fn set_redrive_policy(cx: &Context, spec: &QueueSpec, read: &Queue, most: &str) -> String {
    let queue = spec
        .dead_letters
        .as_ref()
        .map_or("", |dead_letters| &dead_letters.queue);
    let policy = json!({ "deadLetterTargetArn": cx.queue(queue), "maxReceiveCount": most });
    set(cx, read, &json!({ "RedrivePolicy": policy.to_string() }))
}

/// A dead-letter queue takes what SQS moves there.
pub fn takes(checks: &mut Checks, cx: &Context, name: &str, read: &Queue) {
    let allowed = read.json("RedriveAllowPolicy");
    let sources: Vec<String> = DEPLOYED.sources_of(name).map(|source| cx.queue(source)).collect();
    for source in &sources {
        let takes = match allowed["redrivePermission"].as_str() {
            Some("denyAll") => false,
            Some("byQueue") => listed(&allowed["sourceQueueArns"]).any(|arn| arn == source),
            _ => true,
        };
        checks.that(takes, || {
            let policy = json!({ "redrivePermission": "byQueue", "sourceQueueArns": sources });
            let mend = set(cx, read, &json!({ "RedriveAllowPolicy": policy.to_string() }));
            Finding::new(
                &codes::DEAD_LETTERS_REFUSED,
                format!("{name} takes no dead letters of {source}"),
                mend,
            )
        });
    }
}

/// The queue moves a message after as many receives as its function counts on.
pub fn counts_receives(checks: &mut Checks, cx: &Context, spec: &QueueSpec, read: &Queue, function: &Function) {
    let (policy, wanted) = (read.json("RedrivePolicy"), function.variable("MAX_RECEIVE_COUNT"));
    let found = &policy["maxReceiveCount"];
    // SQS takes it as a number or as a text, and gives it back as it came.
    let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    if wanted.parse::<u32>().is_err() {
        checks.that(false, || {
            let what = format!(
                "MAX_RECEIVE_COUNT of {} is {wanted:?}, which is no number: the function does not start",
                function.name
            );
            Finding::new(&codes::SETTING_UNUSABLE, what, REVERT)
        });
        return;
    }
    checks.that(policy.is_null() || found == wanted, || {
        let what = format!(
            "{} moves a message after {found} receives, {} counts on {wanted}",
            spec.name, function.name
        );
        Finding::new(
            &codes::RECEIVE_COUNT_DIFFERS,
            what,
            set_redrive_policy(cx, spec, read, wanted),
        )
    });
}

/// A dead-letter queue keeps its messages as long as the queue that they come from, or longer.
pub fn outlives(checks: &mut Checks, cx: &Context, source: (&str, &Queue), dead_letters: (&str, &Queue)) {
    let kept = source.1.number("MessageRetentionPeriod");
    at_least(
        checks,
        cx,
        &codes::RETENTION_TOO_SHORT,
        dead_letters.0,
        dead_letters.1,
        "MessageRetentionPeriod",
        kept,
    );
}

#[cfg(test)]
mod tests {
    use super::super::queues::tests::{function, queue};
    use super::*;
    use crate::doctor::context::on_aws;

    #[test]
    fn what_fails_goes_to_its_own_dead_letter_queue() {
        let of = |arn: &str| {
            let (mut checks, policy) = (
                Checks::default(),
                json!({ "deadLetterTargetArn": arn, "maxReceiveCount": 20 }),
            );
            let read = queue("points.fifo", "RedrivePolicy", &policy.to_string());
            moves(&mut checks, &on_aws(), DEPLOYED.queue("points.fifo"), &read);
            checks.codes()
        };
        assert!(of("arn:aws:sqs:r:1:s-points-dead-letters.fifo").is_empty());
        assert_eq!(
            of("arn:aws:sqs:r:1:s-matching-dead-letters.fifo"),
            ["redrive-policy-differs"]
        );
        let mut checks = Checks::default();
        let without = queue("points.fifo", "RedrivePolicy", "");
        moves(&mut checks, &on_aws(), DEPLOYED.queue("points.fifo"), &without);
        counts_receives(
            &mut checks,
            &on_aws(),
            DEPLOYED.queue("points.fifo"),
            &without,
            &function(),
        );
        assert_eq!(checks.codes(), ["redrive-policy-differs"], "and not its receives too");
    }

    #[test]
    fn queue_and_function_count_the_same_receives() {
        let of = |count: serde_json::Value| {
            let policy = json!({ "deadLetterTargetArn": "arn", "maxReceiveCount": count });
            let (mut checks, read) = (
                Checks::default(),
                queue("points.fifo", "RedrivePolicy", &policy.to_string()),
            );
            counts_receives(
                &mut checks,
                &on_aws(),
                DEPLOYED.queue("points.fifo"),
                &read,
                &function(),
            );
            checks.codes()
        };
        assert!(of(json!(20)).is_empty() && of(json!("20")).is_empty());
        assert_eq!(of(json!(19)), ["receive-count-differs"]);
        let (mut checks, read) = (Checks::default(), queue("points.fifo", "RedrivePolicy", ""));
        let mut without = function();
        without
            .environment
            .insert("MAX_RECEIVE_COUNT".to_owned(), "none".to_owned());
        counts_receives(&mut checks, &on_aws(), DEPLOYED.queue("points.fifo"), &read, &without);
        assert_eq!(checks.codes(), ["setting-unusable"]);
    }

    #[test]
    fn a_dead_letter_queue_takes_all_of_its_sources() {
        let of = |policy: serde_json::Value| {
            let read = queue("matching-dead-letters.fifo", "RedriveAllowPolicy", &policy.to_string());
            let mut checks = Checks::default();
            takes(&mut checks, &on_aws(), "matching-dead-letters.fifo", &read);
            checks.codes().len()
        };
        let sources = ["intake", "outcomes", "deferred"].map(|name| format!("arn:aws:sqs:r:1:s-{name}.fifo"));
        assert_eq!(
            of(json!({ "redrivePermission": "byQueue", "sourceQueueArns": sources })),
            0
        );
        assert_eq!(
            of(json!({ "redrivePermission": "byQueue", "sourceQueueArns": sources[..2] })),
            1
        );
        assert_eq!(of(json!({ "redrivePermission": "denyAll" })), 3);
        assert_eq!(of(json!({ "redrivePermission": "allowAll" })), 0);
    }

    #[test]
    fn a_dead_letter_queue_keeps_as_long_as_its_source() {
        let (source, kept) = (
            queue("notification", "", ""),
            queue("notification", "MessageRetentionPeriod", "345599"),
        );
        let mut checks = Checks::default();
        outlives(&mut checks, &on_aws(), ("notification", &source), ("d", &source));
        assert!(checks.codes().is_empty());
        outlives(&mut checks, &on_aws(), ("notification", &source), ("d", &kept));
        assert_eq!(checks.codes(), ["retention-too-short"]);
    }
}
