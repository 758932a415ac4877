//! Metrics in the one line of counts of a batch, in `CloudWatch`'s embedded metric format
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use batch::SUMMARY_TARGET;
use serde_json::{Map, Value, json};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

const NAMESPACE: &str = "Matchflow";

/// The metric that the alarms read.
const FAILED: &str = "failed";

const COUNTS: [&str; 5] = ["handled", FAILED, "held_back", "set_aside", QUARANTINED];
const QUARANTINED: &str = "quarantined";
const BY_REASON: &str = "quarantined_by_reason";
const AGE: &str = "oldest_age_ms";
const QUEUE: &str = "queue";

/// Which metrics a line has.
pub(super) struct Metrics {
    /// The function's name, the dimension of the counts. Without a name there are no metrics.
    pub function: String,
    /// Whether `failed` is the only one.
    pub failed_alone: bool,
}

/// Formats lines as `json` does, and adds the metrics to a batch's line of counts.
pub(super) struct WithMetrics<F> {
    pub json: F,
    pub metrics: Metrics,
}

impl<S, N, F> FormatEvent<S, N> for WithMetrics<F>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if event.metadata().target() != SUMMARY_TARGET {
            return self.json.format_event(context, writer, event);
        }
        let mut line = String::new();
        self.json.format_event(context, Writer::new(&mut line), event)?;
        match serde_json::from_str(&line) {
            Ok(line) => writeln!(
                writer,
                "{}",
                Value::Object(self.metrics.added_to(line, SystemTime::now()))
            ),
            Err(_) => writer.write_str(&line),
        }
    }
}

impl Metrics {
    fn added_to(&self, mut line: Map<String, Value>, now: SystemTime) -> Map<String, Value> {
        let counts = self.counts(&mut line);
        if self.function.is_empty() {
            return line;
        }
        let queue = line.get(QUEUE).cloned().unwrap_or_default();
        let all = [
            ("FunctionName", self.function.clone().into(), counts),
            ("QueueName", queue, self.ages(&line)),
        ];
        let mut directives = Vec::new();
        for (dimension, value, metrics) in all {
            if !metrics.is_empty() {
                line.insert(dimension.to_owned(), value);
                directives.push(json!({ "Namespace": NAMESPACE, "Dimensions": [[dimension]], "Metrics": metrics }));
            }
        }
        if !directives.is_empty() {
            line.insert("_aws".to_owned(), aws(&directives, now));
        }
        line
    }

    /// The counts that are metrics, those by reason as members of their own.
    fn counts(&self, line: &mut Map<String, Value>) -> Vec<Value> {
        let mut names: Vec<String> = COUNTS.map(str::to_owned).into();
        // CloudWatch reads metrics at the top of the line alone.
        for (reason, count) in by_reason(line) {
            let name = format!("{QUARANTINED}_{reason}");
            line.insert(name.clone(), count);
            names.push(name);
        }
        // A metric is paid for by the hour in which it gets a value, so a count of nothing is none.
        names.retain(|name| line.get(name).is_some_and(|count| *count != 0));
        names.retain(|name| !self.failed_alone || name == FAILED);
        names.iter().map(|name| json!({ "Name": name })).collect()
    }

    /// The age, which is told by queue: those of a function differ, since one of them may delay what is sent to it.
    fn ages(&self, line: &Map<String, Value>) -> Vec<Value> {
        let age =
            (line.contains_key(AGE) && !self.failed_alone).then(|| json!({ "Name": AGE, "Unit": "Milliseconds" }));
        age.into_iter().collect()
    }
}

/// Takes the counts by reason out of the line.
fn by_reason(line: &mut Map<String, Value>) -> Map<String, Value> {
    let counts = line.remove(BY_REASON);
    let counts = counts.as_ref().and_then(Value::as_str);
    counts
        .and_then(|counts| serde_json::from_str(counts).ok())
        .unwrap_or_default()
}

/// What tells `CloudWatch` which members of the line are metrics, and of what.
fn aws(directives: &[Value], now: SystemTime) -> Value {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    json!({ "Timestamp": u64::try_from(now.as_millis()).unwrap_or_default(), "CloudWatchMetrics": directives })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Duration = Duration::from_millis(1_764_547_200_123);

    fn added(line: &Value, function: &str, failed_alone: bool) -> Value {
        let metrics = Metrics {
            function: function.to_owned(),
            failed_alone,
        };
        let line = line.as_object().unwrap().clone();
        Value::Object(metrics.added_to(line, UNIX_EPOCH + NOW))
    }

    /// The metrics by their dimension.
    fn names(line: &Value) -> Vec<(&str, Vec<&str>)> {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array();
        let by_dimension = directives.into_iter().flatten().map(|directive| {
            let metrics = directive["Metrics"].as_array().unwrap();
            let names = metrics.iter().map(|metric| metric["Name"].as_str().unwrap());
            (directive["Dimensions"][0][0].as_str().unwrap(), names.collect())
        });
        by_dimension.collect()
    }

    #[test]
    fn a_line_keeps_its_members_and_gets_the_directives_and_their_dimensions() {
        let line = json!({ "message": "batch done", "queue": "matchflow-points.fifo", "handled": 3, "failed": 0, "oldest_age_ms": 0 });
        let expected = json!({
            "message": "batch done", "queue": "matchflow-points.fifo", "handled": 3, "failed": 0, "oldest_age_ms": 0,
            "FunctionName": "matchflow-points", "QueueName": "matchflow-points.fifo",
            "_aws": {
                "Timestamp": 1_764_547_200_123_u64,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "Matchflow",
                        "Dimensions": [["FunctionName"]],
                        "Metrics": [{ "Name": "handled" }],
                    },
                    {
                        "Namespace": "Matchflow",
                        "Dimensions": [["QueueName"]],
                        "Metrics": [{ "Name": "oldest_age_ms", "Unit": "Milliseconds" }],
                    },
                ],
            },
        });
        assert_eq!(added(&line, "matchflow-points", false), expected);
    }

    #[test]
    fn a_batch_in_which_nothing_is_counted_has_an_age_alone() {
        let line = json!({ "queue": "matchflow-points.fifo", "handled": 0, "ignored": 1, "oldest_age_ms": 5 });
        let line = added(&line, "matchflow-points", false);
        assert_eq!(names(&line), [("QueueName", vec!["oldest_age_ms"])]);
        assert!(line.get("FunctionName").is_none());
    }

    #[test]
    fn counts_by_reason_are_members_and_metrics_of_their_own() {
        let line = json!({ "quarantined": 3, "quarantined_by_reason": r#"{"not_json":2,"identity_conflict":1}"# });
        let line = added(&line, "matchflow-points", false);
        let expected = vec!["quarantined", "quarantined_identity_conflict", "quarantined_not_json"];
        assert_eq!(names(&line), [("FunctionName", expected)]);
        assert_eq!(
            (&line["quarantined_not_json"], &line["quarantined_identity_conflict"]),
            (&json!(2), &json!(1))
        );
        assert!(line.get("quarantined_by_reason").is_none());
    }

    #[test]
    fn turned_off_failed_alone_is_a_metric() {
        let line =
            json!({ "queue": "matchflow-points.fifo", "handled": 1, "failed": 2, "held_back": 1, "oldest_age_ms": 5 });
        let line = added(&line, "matchflow-points", true);
        assert_eq!(names(&line), [("FunctionName", vec!["failed"])]);
        assert!(line.get("QueueName").is_none());
        let none_failed = json!({ "handled": 1, "failed": 0, "oldest_age_ms": 5 });
        assert_eq!(added(&none_failed, "matchflow-points", true), none_failed);
    }

    #[test]
    fn outside_of_lambda_there_are_no_metrics() {
        let line = json!({ "handled": 1, "failed": 2 });
        assert_eq!(added(&line, "", false), line);
    }
}
