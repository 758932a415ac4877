//! What is not as it should be, and the verdict on the whole.

use serde::Serialize;

use super::alarms::Alarm;
use super::queues::{Purpose, QueueStatus};
use crate::consumers::Consumer;

/// The oldest message of a queue of work may be as old as this, in seconds: five times what customers are promised to wait, and as much as SQS's
/// metrics are late.
const OLD: f64 = 60.0;

/// A queue of work that is drained later than in so many seconds keeps customers waiting.
const SLOW: f64 = 60.0;

/// How the stack is; the exit code of `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Nothing waits for long, nothing failed.
    Well = 0,
    /// Work waits longer than it should.
    Behind = 1,
    /// Something failed that does not mend itself.
    Failing = 2,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub verdict: Verdict,
    /// The queue that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<&'static str>,
    /// What was found.
    pub text: String,
    /// What to look at next.
    pub next: String,
}

/// What is not as it should be, the worst first.
pub fn of(queues: &[QueueStatus], consumers: &[Consumer], alarms: &[Alarm]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = consumers
        .iter()
        .filter_map(|consumer| of_consumer(consumer, queues))
        .collect();
    findings.extend(queues.iter().filter_map(of_queue));
    let alarms = alarms.iter().map(|alarm| Finding {
        verdict: Verdict::Failing,
        queue: None,
        text: format!("the alarm {} rings", alarm.name),
        next: "docs/reference/alarms.md".to_owned(),
    });
    findings.extend(alarms);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    findings
}

fn of_consumer(consumer: &Consumer, queues: &[QueueStatus]) -> Option<Finding> {
    if consumer.is_reading() {
        return None;
    }
    let (function, queue) = (consumer.function, consumer.queue);
    let waiting = queues
        .iter()
        .find(|status| status.name == queue)
        .map_or(0, |status| status.depth);
    let why = match &consumer.paused {
        Some(note) => format!("paused since {note}"),
        None => format!(
            "its event source mapping is {}",
            consumer.state.as_deref().unwrap_or("missing")
        ),
    };
    Some(Finding {
        verdict: Verdict::Failing,
        queue: Some(queue),
        text: format!("{function} does not read {queue}: {why}; {waiting} wait"),
        next: format!("matchflow resume {}", queue.trim_end_matches(".fifo")),
    })
}

fn of_queue(queue: &QueueStatus) -> Option<Finding> {
    let held = queue.depth + queue.in_flight;
    let (verdict, text, next) = match queue.purpose {
        Purpose::Work => return of_work(queue),
        _ if held == 0 => return None,
        Purpose::DeadLetters => (
            Verdict::Failing,
            format!("{held} dead letters in {}", queue.name),
            "docs/do/redrive.md#dead-letters",
        ),
        Purpose::Quarantine => (
            Verdict::Failing,
            format!("{held} records in quarantine: their senders have to be mended"),
            "docs/do/quarantine.md",
        ),
        Purpose::Undelivered => (
            Verdict::Failing,
            format!("{held} events that the topic could not deliver"),
            "docs/do/redrive.md#undelivered-events",
        ),
    };
    Some(Finding {
        verdict,
        queue: Some(queue.name),
        text,
        next: next.to_owned(),
    })
}

fn of_work(queue: &QueueStatus) -> Option<Finding> {
    let is_old = queue.oldest_age.is_some_and(|age| age > OLD) && queue.delayed == 0;
    let grows = queue.depth > 0 && queue.growth.is_some_and(|growth| growth > 0.0);
    let is_slow = queue.drained_in().is_some_and(|seconds| seconds > SLOW);
    let text = match (is_old, grows, is_slow) {
        (true, ..) => format!(
            "{}: its oldest message waits for {:.0} s",
            queue.name,
            queue.oldest_age.unwrap_or_default()
        ),
        (_, true, _) => format!("{} grows: {} wait", queue.name, queue.depth),
        (.., true) => format!("{} drains slowly: {} wait", queue.name, queue.depth),
        _ => return None,
    };
    Some(Finding {
        verdict: Verdict::Behind,
        queue: Some(queue.name),
        text,
        next: "docs/do/operate.md#bursts".to_owned(),
    })
}
