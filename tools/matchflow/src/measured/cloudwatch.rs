//! The metrics that `CloudWatch` has made of the batches' summary lines (docs/do/observe.md), and SQS's of the queues.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use wiring::{DEPLOYED, Function};

use super::{Age, MINUTES, Measured, QUARTERS, period};
use crate::failure::Failure;
use crate::metrics::{self, Series, Wanted};
use crate::stack::Stack;

/// Metrics by the minute are kept for 15 days, so that all may be asked for one span.
const DAY: Duration = Duration::from_hours(24);

/// In seconds.
const LATELY: i64 = 600;

/// What is asked about each function: a name for the answer, the metric, its statistic and its period in seconds.
const ASKED: [(&str, &str, &str, i32); 4] = [
    ("minute", "handled", "Sum", 60),
    ("quarter", "handled", "Sum", 900),
    ("median", "oldest_age_ms", "p50", 300),
    ("p99", "oldest_age_ms", "p99", 300),
];

pub(super) async fn read(stack: &Stack, now: Timestamp) -> Result<Measured, Failure> {
    let wanted = of_functions(&stack.name).chain(of_queues(&stack.name));
    Ok(of(&metrics::read(stack, DAY, wanted).await?, now.as_second()))
}

fn of_functions(stack: &str) -> impl Iterator<Item = Wanted> {
    Function::ALL.into_iter().flat_map(move |function| {
        ASKED.map(|(what, metric, statistic, period)| Wanted {
            id: format!("{what}_{}", function.name()),
            namespace: "Matchflow",
            metric,
            dimension: ("FunctionName", format!("{stack}-{}", function.name())),
            statistic,
            period,
        })
    })
}

/// A record that is handled is deleted from its queue.
fn of_queues(stack: &str) -> impl Iterator<Item = Wanted> {
    DEPLOYED
        .mappings
        .iter()
        .enumerate()
        .map(move |(number, mapping)| Wanted {
            id: format!("deleted{number}"),
            namespace: "AWS/SQS",
            metric: "NumberOfMessagesDeleted",
            dimension: ("QueueName", format!("{stack}-{}", mapping.queue)),
            statistic: "Sum",
            period: 60,
        })
}

fn of(series: &BTreeMap<String, Series>, now: i64) -> Measured {
    let mut measured = Measured::default();
    let none = Series::new();
    for function in Function::ALL {
        let values = |what: &str| series.get(&format!("{what}_{}", function.name())).unwrap_or(&none);
        let pace = measured.functions.entry(function).or_default();
        add_up(&mut pace.hour, values("minute"), now, 60, MINUTES);
        add_up(&mut pace.day, values("quarter"), now, 900, QUARTERS);
        pace.per_second = lately(values("minute"), now).unwrap_or_default() / 60.0;
        let ages = lately(values("median"), now).zip(lately(values("p99"), now));
        pace.age = ages.map(|(median, p99)| Age { median, p99 });
    }
    for (number, mapping) in DEPLOYED.mappings.iter().enumerate() {
        let deleted = series.get(&format!("deleted{number}")).unwrap_or(&none);
        let last = lately(deleted, now).unwrap_or_default() / 60.0;
        measured.queues.insert(mapping.queue.clone(), last);
    }
    let is_silent = Function::ALL
        .iter()
        .all(|function| !series_has(series, &format!("minute_{}", function.name())));
    let works = (0..DEPLOYED.mappings.len()).any(|number| series_has(series, &format!("deleted{number}")));
    if is_silent && works {
        measured.missing =
            Some("the functions log no metrics but failures: BatchMetrics or LogLevel says so".to_owned());
    }
    measured
}

fn series_has(series: &BTreeMap<String, Series>, id: &str) -> bool {
    series.get(id).is_some_and(|series| !series.is_empty())
}

/// The newest value whose period has ended, if it began lately: metrics come some minutes late.
fn lately(series: &Series, now: i64) -> Option<f64> {
    let newest = series.range(now - LATELY..=now - 60).next_back();
    newest.map(|(_, value)| *value)
}

fn add_up(periods: &mut [f64], values: &Series, now: i64, seconds: i64, count: usize) {
    for (second, value) in values {
        if let Some(place) = period(*second, now, seconds, count) {
            periods[place] += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_lies_in_its_minute_and_the_latest_age_counts() {
        let series = BTreeMap::from([
            (
                "minute_points".to_owned(),
                Series::from([(900_060, 2.0), (900_000, 7.0), (899_940, 1.0)]),
            ),
            ("quarter_points".to_owned(), Series::from([(900_000, 9.0)])),
            (
                "median_points".to_owned(),
                Series::from([(899_700, 50.0), (900_000, 20.0)]),
            ),
            (
                "p99_points".to_owned(),
                Series::from([(899_700, 500.0), (900_000, 80.0)]),
            ),
        ]);
        let points = of(&series, 900_119).pace(Function::Points);
        assert_eq!(points.hour[MINUTES - 3..], [1.0, 7.0, 2.0]);
        assert_eq!(points.day[QUARTERS - 1..], [9.0]);
        assert_eq!(format!("{:.3}", points.per_second), "0.117");
        let expected = Age {
            median: 20.0,
            p99: 80.0,
        };
        assert_eq!(points.age, Some(expected));
    }

    #[test]
    fn a_queues_pace_is_that_of_its_last_whole_minute() {
        let deleted = Series::from([(900_000, 30.0), (900_060, 120.0), (900_120, 6.0)]);
        let measured = of(&BTreeMap::from([("deleted1".to_owned(), deleted)]), 900_130);
        let paces = [0, 1].map(|number: usize| measured.of_queue(&DEPLOYED.mappings[number].queue));
        assert_eq!(paces.map(|pace| format!("{pace:.1}")), ["0.0", "2.0"]);
    }

    #[test]
    fn each_answer_has_a_name_of_its_own() {
        let wanted: Vec<_> = of_functions("s").chain(of_queues("s")).collect();
        let ids: std::collections::BTreeSet<_> = wanted.iter().map(|wanted| &wanted.id).collect();
        assert_eq!(ids.len(), wanted.len());
    }
}
