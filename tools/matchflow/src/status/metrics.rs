//! What `CloudWatch` has measured of the queues: the age of the oldest message, and what came and went.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use wiring::DEPLOYED;

use crate::failure::Failure;
use crate::stack::Stack;

const OPERATION: &str = "cloudwatch:GetMetricData";

/// SQS sends its metrics each minute, some minutes late.
const PERIOD: u16 = 60;
const LOOK_BACK: Duration = Duration::from_mins(10);

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
    let mut last: BTreeMap<String, f64> = BTreeMap::new();
    for result in answer.metric_data_results() {
        if let (Some(id), Some(newest)) = (result.id(), result.values().first()) {
            last.insert(id.to_owned(), *newest);
        }
    }
    let queues = DEPLOYED.queues.iter().enumerate();
    Ok(queues
        .map(|(number, queue)| (&*queue.name, of_queue(number, &last)))
        .collect())
}

fn of_queue(number: usize, last: &BTreeMap<String, f64>) -> Metrics {
    let value = |what: &str| last.get(&format!("{what}{number}")).copied();
    let growth = value("sent").zip(value("deleted"));
    Metrics {
        oldest_age: value("age"),
        growth: growth.map(|(sent, deleted)| (sent - deleted) / f64::from(PERIOD)),
    }
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
