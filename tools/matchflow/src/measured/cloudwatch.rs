//! The metrics that `CloudWatch` has made of the batches' summary lines (docs/do/observe.md).

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat};
use jiff::Timestamp;
use wiring::{DEPLOYED, Function};

use super::{Age, MINUTES, Measured, QUARTERS, period};
use crate::failure::Failure;
use crate::stack::Stack;

const NAMESPACE: &str = "Matchflow";

/// What is asked about each function: a name for the answer, the metric, its statistic and its period in seconds.
const ASKED: [(&str, &str, &str, i32); 4] = [
    ("minute", "handled", "Sum", 60),
    ("quarter", "handled", "Sum", 900),
    ("median", "oldest_age_ms", "p50", 300),
    ("p99", "oldest_age_ms", "p99", 300),
];

const DAY: i64 = 86_400;

pub(super) async fn read(stack: &Stack, now: Timestamp) -> Result<Measured, Failure> {
    let now = now.as_second();
    let request = Client::new(&stack.config).get_metric_data();
    // A second's metrics by the minute are kept for 15 days, so that all may be asked for one span.
    let request = request
        .start_time(DateTime::from_secs(now - DAY))
        .end_time(DateTime::from_secs(now));
    let mut pages = request
        .set_metric_data_queries(Some(queries(&stack.name)))
        .into_paginator()
        .send();
    let mut results = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of_call("cloudwatch:GetMetricData", &error))?;
        results.extend(page.metric_data_results.unwrap_or_default());
    }
    let mut measured = of(&results, now);
    let mappings = DEPLOYED.mappings.iter().enumerate();
    measured.queues = mappings
        .map(|(n, mapping)| (mapping.queue.clone(), deleted(&results, n, now)))
        .collect();
    Ok(measured)
}

fn queries(stack: &str) -> Vec<MetricDataQuery> {
    let of_function = |function: &Function| {
        let dimension = Dimension::builder()
            .name("FunctionName")
            .value(format!("{stack}-{}", function.name()))
            .build();
        ASKED.map(|(what, metric, statistic, seconds)| {
            let metric = Metric::builder()
                .namespace(NAMESPACE)
                .metric_name(metric)
                .dimensions(dimension.clone())
                .build();
            let wanted = MetricStat::builder()
                .metric(metric)
                .period(seconds)
                .stat(statistic)
                .build();
            MetricDataQuery::builder()
                .id(id(what, *function))
                .metric_stat(wanted)
                .return_data(true)
                .build()
        })
    };
    Function::ALL
        .iter()
        .flat_map(of_function)
        .chain(of_queues(stack))
        .collect()
}

/// A record that is handled is deleted from its queue, which SQS counts by the minute.
fn of_queues(stack: &str) -> impl Iterator<Item = MetricDataQuery> {
    DEPLOYED.mappings.iter().enumerate().map(move |(n, mapping)| {
        let dimension = Dimension::builder()
            .name("QueueName")
            .value(format!("{stack}-{}", mapping.queue))
            .build();
        let metric = Metric::builder()
            .namespace("AWS/SQS")
            .metric_name("NumberOfMessagesDeleted")
            .dimensions(dimension)
            .build();
        let wanted = MetricStat::builder().metric(metric).period(60).stat("Sum").build();
        let query = MetricDataQuery::builder().id(format!("deleted{n}"));
        query.metric_stat(wanted).return_data(true).build()
    })
}

/// The records a second that were deleted in the last whole minute that was measured.
fn deleted(results: &[MetricDataResult], mapping: usize, now: i64) -> f64 {
    let id = format!("deleted{mapping}");
    let results = results.iter().filter(|result| result.id() == Some(&*id));
    let values = results.flat_map(|result| result.timestamps().iter().map(DateTime::secs).zip(result.values()));
    let latest = values
        .filter(|(second, _)| *second <= now - 60)
        .max_by_key(|(second, _)| *second);
    latest.map_or(0.0, |(_, count)| count / 60.0)
}

fn id(what: &str, function: Function) -> String {
    format!("{what}_{}", function.name())
}

/// A value may come in several pages, each with other times.
fn of(results: &[MetricDataResult], now: i64) -> Measured {
    let mut measured = Measured::default();
    for function in Function::ALL {
        let values = |what: &str| {
            let id = id(what, function);
            let of_id = results.iter().filter(move |result| result.id() == Some(&*id));
            of_id.flat_map(|result| {
                result
                    .timestamps()
                    .iter()
                    .map(DateTime::secs)
                    .zip(result.values().iter().copied())
            })
        };
        let pace = measured.functions.entry(function).or_default();
        for (second, handled) in values("minute") {
            if let Some(minute) = period(second, now, 60, MINUTES) {
                pace.hour[minute] += handled;
            }
        }
        for (second, handled) in values("quarter") {
            if let Some(quarter) = period(second, now, 900, QUARTERS) {
                pace.day[quarter] += handled;
            }
        }
        pace.per_second = pace.hour[MINUTES - 2] / 60.0;
        let latest = |what: &str| values(what).max_by_key(|(second, _)| *second).map(|(_, age)| age);
        pace.age = latest("median")
            .zip(latest("p99"))
            .map(|(median, p99)| Age { median, p99 });
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(id: &str, values: &[(i64, f64)]) -> MetricDataResult {
        let result = MetricDataResult::builder().id(id);
        let result = result.set_timestamps(Some(
            values.iter().map(|(second, _)| DateTime::from_secs(*second)).collect(),
        ));
        result
            .set_values(Some(values.iter().map(|(_, value)| *value).collect()))
            .build()
    }

    #[test]
    fn values_of_all_pages_count_and_the_latest_age() {
        let results = [
            result("minute_points", &[(900_060, 2.0), (900_000, 7.0)]),
            result("minute_points", &[(899_940, 1.0)]),
            result("quarter_points", &[(900_000, 9.0)]),
            result("median_points", &[(899_700, 50.0), (900_000, 20.0)]),
            result("p99_points", &[(900_000, 80.0), (899_700, 500.0)]),
        ];
        let points = of(&results, 900_119).pace(Function::Points);
        assert_eq!(points.hour[MINUTES - 3..], [1.0, 7.0, 2.0]);
        assert_eq!(format!("{:.3}", points.per_second), "0.117");
        assert_eq!(points.day[QUARTERS - 1..], [9.0]);
        assert_eq!(
            points.age,
            Some(Age {
                median: 20.0,
                p99: 80.0
            })
        );
    }

    #[test]
    fn a_queues_pace_is_that_of_its_last_whole_minute() {
        let results = [result("deleted1", &[(900_000, 30.0), (900_060, 120.0), (900_120, 6.0)])];
        assert_eq!(format!("{:.1}", deleted(&results, 1, 900_130)), "2.0");
        assert_eq!(format!("{:.1}", deleted(&results, 0, 900_130)), "0.0");
    }

    #[test]
    fn each_query_has_a_name_of_its_own() {
        let mut ids: Vec<_> = queries("s")
            .iter()
            .map(|query| query.id().unwrap().to_owned())
            .collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), ASKED.len() * Function::ALL.len() + DEPLOYED.mappings.len());
    }
}
