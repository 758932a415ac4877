//! What is not as it should be, and the verdict on the whole.

use serde::Serialize;

use super::alarms::Alarm;
use super::queues::{Purpose, QueueStatus};
use crate::consumers::Consumer;
use crate::held::{Kind, kind_of};
use crate::screen::counted;
use crate::shell;

/// The oldest message of a queue of work may be as old as this, in seconds, besides the queue's delay.
const OLD: f64 = 60.0;

/// A queue of work that would be drained later than in so many seconds, or that grows and holds as many messages as its function's largest batches
/// take at once, keeps customers waiting. Only where nothing measures the age.
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

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Behind => "behind",
            Self::Failing => "failing",
        }
    }
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
        text: format!("the alarm {} is in ALARM", alarm.name),
        next: "docs/reference/alarms.md".to_owned(),
    });
    findings.extend(alarms);
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.verdict), is_of_quarantine(finding)));
    findings
}

/// Records in quarantine wait for their senders. What else fails keeps customers waiting, and comes before it.
fn is_of_quarantine(finding: &Finding) -> bool {
    finding
        .queue
        .is_some_and(|queue| kind_of(queue) == Some(Kind::Quarantined))
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
    let why = consumer.reason();
    Some(Finding {
        verdict: Verdict::Failing,
        queue: Some(queue),
        text: format!("the function {function} does not read the queue {queue}: {why}; {waiting} wait"),
        next: match consumer.mapping {
            Some(_) => shell::line(&format!("resume {}", queue.trim_end_matches(".fifo"))),
            None => "deploy the stack again: docs/do/deploy.md".to_owned(),
        },
    })
}

fn of_queue(queue: &QueueStatus) -> Option<Finding> {
    let held = queue.depth + queue.in_flight;
    let (verdict, text, next) = match queue.purpose {
        Purpose::Work => return of_work(queue),
        _ if held == 0 => return None,
        Purpose::DeadLetters => (
            Verdict::Failing,
            format!("{} in {}", counted(held, "dead letter"), queue.name),
            "docs/do/redrive.md#dead-letters",
        ),
        Purpose::Quarantine => (
            Verdict::Failing,
            format!(
                "{} in quarantine: their senders have to be mended",
                counted(held, "record")
            ),
            "docs/do/quarantine.md",
        ),
        Purpose::Undelivered => (
            Verdict::Failing,
            format!("{} that the topic could not deliver", counted(held, "event")),
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
    let text = match queue.oldest_age {
        Some(age) if age <= OLD + queue.delay() => None,
        Some(age) => Some(format!("{}: its oldest message waits for {age:.0} s", queue.name)),
        None => trend(queue).map(|trend| format!("{} {trend}: {} wait", queue.name, queue.depth)),
    };
    Some(Finding {
        verdict: Verdict::Behind,
        queue: Some(queue.name),
        text: text?,
        next: "docs/do/incidents/backlog.md".to_owned(),
    })
}

/// What is wrong with the trend of a queue that holds more than is handled at once.
fn trend(queue: &QueueStatus) -> Option<&'static str> {
    let is_slow = queue.drained_in().is_some_and(|seconds| seconds > SLOW);
    match queue.growth {
        _ if queue.depth <= queue.at_once() => None,
        Some(growth) if growth > 0.0 => Some("grows"),
        _ => is_slow.then_some("drains slowly"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(depth: u64, oldest_age: Option<f64>, growth: f64) -> QueueStatus {
        QueueStatus {
            name: "intake.fifo",
            purpose: Purpose::Work,
            depth,
            in_flight: 0,
            delayed: 0,
            oldest_age,
            growth: Some(growth),
        }
    }

    #[test]
    fn work_is_behind_by_its_age_or_where_there_is_none_by_its_trend() {
        let is_behind = |depth, age, growth| of_work(&queue(depth, age, growth)).is_some();
        assert!(is_behind(1, Some(61.0), -1.0));
        assert!(!is_behind(100_000, Some(59.0), 50.0), "a burst that is handled in time");
        assert!(is_behind(501, None, 0.1));
        assert!(!is_behind(500, None, 0.1), "as many as are handled at once");
        assert!(is_behind(1_000, None, -1.0));
        assert!(!is_behind(1_000, None, -100.0));
    }
}
