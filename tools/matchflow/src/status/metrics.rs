//! What `CloudWatch` has measured of the queues: the age of the oldest message, and what came and went.

use std::collections::BTreeMap;
use std::time::Duration;

use wiring::DEPLOYED;

use crate::failure::Failure;
use crate::metrics::{self, Series, Wanted};
use crate::stack::Stack;

/// SQS sends its metrics each minute, some minutes late.
const PERIOD: u16 = 60;
const LOOK_BACK: Duration = Duration::from_mins(10);

/// What is asked about each queue: a name for the answer, the metric and its statistic.
const ASKED: [(&str, &str, &str); 3] = [
    ("age", "ApproximateAgeOfOldestMessage", "Maximum"),
    ("sent", "NumberOfMessagesSent", "Sum"),
    ("deleted", "NumberOfMessagesDeleted", "Sum"),
];

/// What was measured of one queue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metrics {
    /// The age of the oldest message, in seconds.
    pub oldest_age: Option<f64>,
    /// Messages a second that came more than went.
    pub growth: Option<f64>,
}

/// Metrics by queue.
pub async fn read(stack: &Stack) -> Result<BTreeMap<&'static str, Metrics>, Failure> {
    let queues = || DEPLOYED.queues.iter().enumerate();
    let wanted = queues().flat_map(|(number, queue)| {
        ASKED.map(|(what, metric, statistic)| Wanted {
            id: format!("{what}{number}"),
            namespace: "AWS/SQS",
            metric,
            dimension: ("QueueName", format!("{}-{}", stack.name, queue.name)),
            statistic,
            period: PERIOD.into(),
        })
    });
    let measured = metrics::read(stack, LOOK_BACK, wanted).await?;
    Ok(queues()
        .map(|(number, queue)| (&*queue.name, of_queue(number, &measured)))
        .collect())
}

fn of_queue(number: usize, measured: &BTreeMap<String, Series>) -> Metrics {
    let series = |what: &str| measured.get(&format!("{what}{number}"));
    let age = series("age").and_then(|ages| ages.last_key_value());
    Metrics {
        oldest_age: age.map(|(_, age)| *age),
        growth: series("sent")
            .zip(series("deleted"))
            .and_then(|(sent, deleted)| growth(sent, deleted)),
    }
}

/// Messages a second that came more than went, over the minutes of which both are known, without the last, which may not be over.
fn growth(sent: &Series, deleted: &Series) -> Option<f64> {
    let both = sent.iter().filter_map(|(at, sent)| Some((*sent, *deleted.get(at)?)));
    let mut both: Vec<(f64, f64)> = both.collect();
    both.pop();
    let seconds = f64::from(PERIOD) * both.len() as f64;
    (!both.is_empty()).then(|| both.iter().map(|(sent, deleted)| sent - deleted).sum::<f64>() / seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_that_of_the_minutes_of_which_both_are_known_but_for_the_last() {
        let sent = Series::from([(0, 120.0), (60, 60.0), (120, 9.0), (180, 900.0)]);
        let deleted = Series::from([(0, 60.0), (60, 0.0), (180, 0.0)]);
        assert_eq!(growth(&sent, &deleted), Some(1.0));
        assert_eq!(growth(&sent, &Series::from([(0, 1.0)])), None);
    }
}
