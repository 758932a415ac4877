//! What `CloudWatch` has measured of the queues: the age of the oldest message, and what came and went.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use wiring::DEPLOYED;

use crate::failure::Failure;
use crate::stack::Stack;

const OPERATION: &str = "cloudwatch:GetMetricData";

/// SQS sends its metrics each minute, some minutes late.
const PERIOD: u16 = 60;
const LOOK_BACK: Duration = Duration::from_mins(10);

/// Values by the second at which their minute begins.
type Series = BTreeMap<i64, f64>;

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
    let client = Client::new(&stack.config);
    let now = SystemTime::now();
    let request = client
        .get_metric_data()
        .start_time((now - LOOK_BACK).into())
        .end_time(now.into());
    let answer = request.set_metric_data_queries(Some(queries(&stack.name))).send().await;
    let answer = answer.map_err(|error| Failure::of_call(OPERATION, &error))?;
    let mut measured: BTreeMap<String, Series> = BTreeMap::new();
    for result in answer.metric_data_results() {
        let times = result.timestamps().iter().map(DateTime::secs);
        let series = times.zip(result.values().iter().copied()).collect();
        measured.extend(result.id().map(|id| (id.to_owned(), series)));
    }
    let queues = DEPLOYED.queues.iter().enumerate();
    Ok(queues
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

fn queries(stack: &str) -> Vec<MetricDataQuery> {
    let queues = DEPLOYED.queues.iter().enumerate();
    let of_queue = |(number, queue): (usize, &wiring::QueueSpec)| {
        let name = format!("{stack}-{}", queue.name);
        [
            query(
                format!("age{number}"),
                "ApproximateAgeOfOldestMessage",
                "Maximum",
                &name,
            ),
            query(format!("sent{number}"), "NumberOfMessagesSent", "Sum", &name),
            query(format!("deleted{number}"), "NumberOfMessagesDeleted", "Sum", &name),
        ]
    };
    queues.flat_map(of_queue).collect()
}

fn query(id: String, metric: &str, statistic: &str, queue: &str) -> MetricDataQuery {
    let dimension = Dimension::builder().name("QueueName").value(queue).build();
    let metric = Metric::builder()
        .namespace("AWS/SQS")
        .metric_name(metric)
        .dimensions(dimension)
        .build();
    let wanted = MetricStat::builder()
        .metric(metric)
        .period(PERIOD.into())
        .stat(statistic)
        .build();
    MetricDataQuery::builder()
        .id(id)
        .metric_stat(wanted)
        .return_data(true)
        .build()
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
