//! The metrics that `CloudWatch` has made of the batches' summary lines (docs/do/observe.md), and SQS's of the queues.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use wiring::{DEPLOYED, Function};

use super::{Age, Flow, MINUTES, Measured, QUARTERS, period};
use crate::failure::Failure;
use crate::metrics::{self, Series, Wanted};
use crate::stack::Stack;

/// Metrics by the minute are kept for 15 days, so that all may be asked for one span.
const DAY: Duration = Duration::from_hours(24);

/// In seconds.
const LATELY: i64 = 600;

/// What is asked: a name for the answer, the namespace, the metric, its statistic and its period in seconds.
type Asked = (&'static str, &'static str, &'static str, &'static str, i32);

/// About each function.
const OF_FUNCTION: [Asked; 2] = [
    ("minute", "Matchflow", "handled", "Sum", 60),
    ("quarter", "Matchflow", "handled", "Sum", 900),
];

/// About each queue that a function reads. A record that is handled is deleted from its queue.
const OF_QUEUE: [Asked; 3] = [
    ("deleted", "AWS/SQS", "NumberOfMessagesDeleted", "Sum", 60),
    ("median", "Matchflow", "oldest_age_ms", "p50", 300),
    ("p99", "Matchflow", "oldest_age_ms", "p99", 300),
];

pub(super) async fn read(stack: &Stack, now: Timestamp) -> Result<Measured, Failure> {
    let wanted = of_functions(&stack.name).chain(of_queues(&stack.name));
    Ok(of(&metrics::read(stack, DAY, wanted).await?, now.as_second()))
}

fn of_functions(stack: &str) -> impl Iterator<Item = Wanted> {
    Function::ALL.into_iter().flat_map(move |function| {
        let dimension = ("FunctionName", format!("{stack}-{}", function.name()));
        OF_FUNCTION.map(|asked| wanted(asked, function.name(), &dimension))
    })
}

fn of_queues(stack: &str) -> impl Iterator<Item = Wanted> {
    DEPLOYED.mappings.iter().flat_map(move |mapping| {
        let dimension = ("QueueName", format!("{stack}-{}", mapping.queue));
        OF_QUEUE.map(|asked| wanted(asked, &mapping.queue, &dimension))
    })
}

fn wanted((what, namespace, metric, statistic, period): Asked, of: &str, dimension: &(&'static str, String)) -> Wanted {
    Wanted {
        id: id(what, of),
        namespace,
        metric,
        dimension: dimension.clone(),
        statistic,
        period,
    }
}

/// The name of an answer about a function or a queue.
fn id(what: &str, of: &str) -> String {
    format!("{what}_{}", of.replace(['.', '-'], "_"))
}

fn of(series: &BTreeMap<String, Series>, now: i64) -> Measured {
    let mut measured = Measured::default();
    let none = Series::new();
    let values = |what: &str, of: &str| series.get(&id(what, of)).unwrap_or(&none);
    for function in Function::ALL {
        let minutes = values("minute", function.name());
        let pace = measured.functions.entry(function).or_default();
        add_up(&mut pace.hour, minutes, now, 60, MINUTES);
        add_up(&mut pace.day, values("quarter", function.name()), now, 900, QUARTERS);
        pace.per_second = lately(minutes, now).unwrap_or_default() / 60.0;
    }
    for mapping in &DEPLOYED.mappings {
        let last = |what: &str| lately(values(what, &mapping.queue), now);
        let ages = last("median").zip(last("p99"));
        let flow = Flow {
            per_second: last("deleted").unwrap_or_default() / 60.0,
            age: ages.map(|(median, p99)| Age { median, p99 }),
        };
        measured.queues.insert(&mapping.queue, flow);
    }
    let handled = Function::ALL
        .iter()
        .any(|function| !values("minute", function.name()).is_empty());
    let mut queues = DEPLOYED.mappings.iter();
    if !handled && queues.any(|mapping| !values("deleted", &mapping.queue).is_empty()) {
        measured.missing =
            Some("the functions log no metrics but failures: BatchMetrics or LogLevel says so".to_owned());
    }
    measured
}

/// The newest value of a period that began lately, and a minute ago at least, so that a minute's sum is whole: metrics come some minutes late.
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
    fn what_was_measured_of_a_function_lies_in_its_minute() {
        let minutes = Series::from([(900_060, 2.0), (900_000, 7.0), (899_940, 1.0)]);
        let series = BTreeMap::from([
            (id("minute", "points"), minutes),
            (id("quarter", "points"), Series::from([(900_000, 9.0)])),
        ]);
        let points = of(&series, 900_119).pace(Function::Points);
        assert_eq!(points.hour[MINUTES - 3..], [1.0, 7.0, 2.0]);
        assert_eq!(points.day[QUARTERS - 1..], [9.0]);
        assert_eq!(format!("{:.3}", points.per_second), "0.117");
    }

    #[test]
    fn a_queues_pace_is_that_of_its_last_whole_minute_and_its_age_the_latest() {
        let deleted = Series::from([(900_000, 30.0), (900_060, 120.0), (900_120, 6.0)]);
        let series = BTreeMap::from([
            (id("deleted", "outcomes.fifo"), deleted),
            (
                id("median", "outcomes.fifo"),
                Series::from([(899_700, 50.0), (900_000, 20.0)]),
            ),
            (
                id("p99", "outcomes.fifo"),
                Series::from([(899_700, 500.0), (900_000, 80.0)]),
            ),
        ]);
        let measured = of(&series, 900_130);
        let age = Some(Age {
            median: 20.0,
            p99: 80.0,
        });
        assert_eq!(measured.flow("outcomes.fifo"), Flow { per_second: 2.0, age });
        assert_eq!(measured.flow("intake.fifo"), Flow::default());
    }

    #[test]
    fn each_answer_has_a_name_of_its_own_that_cloudwatch_takes() {
        let wanted: Vec<_> = of_functions("s").chain(of_queues("s")).collect();
        let ids: std::collections::BTreeSet<_> = wanted.iter().map(|wanted| &wanted.id).collect();
        assert_eq!(ids.len(), wanted.len());
        let is_taken = |id: &String| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        assert!(ids.into_iter().all(is_taken));
    }

    #[test]
    fn the_metrics_are_those_that_a_batchs_line_has_with_their_dimensions() {
        let lines: serde_json::Value =
            serde_json::from_str(include_str!("../../../../shared/aws/log_lines.json")).unwrap();
        let line = lines.as_array().unwrap().last().unwrap();
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        let is_logged = |wanted: &Wanted| {
            let mut directives = directives
                .iter()
                .filter(|directive| directive["Namespace"] == wanted.namespace);
            directives.any(|directive| {
                let mut metrics = directive["Metrics"].as_array().unwrap().iter();
                directive["Dimensions"] == serde_json::json!([[wanted.dimension.0]])
                    && metrics.any(|metric| metric["Name"] == wanted.metric)
            })
        };
        for wanted in of_functions("s").chain(of_queues("s")) {
            assert!(wanted.namespace.starts_with("AWS/") || is_logged(&wanted), "{wanted:?}");
        }
    }
}
