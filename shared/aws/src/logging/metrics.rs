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

/// Which metrics a line has.
pub(super) struct Metrics {
    /// The function's name, their one dimension. Without a name there are no metrics.
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
        let mut names: Vec<String> = COUNTS.map(str::to_owned).into();
        // CloudWatch reads metrics at the top of the line alone.
        for (reason, count) in by_reason(&mut line) {
            let name = format!("{QUARANTINED}_{reason}");
            line.insert(name.clone(), count);
            names.push(name);
        }
        // A metric is paid for by the hour in which it gets a value, so a count of nothing is none.
        names.retain(|name| line.get(name).is_some_and(|count| *count != 0));
        let mut metrics: Vec<_> = names.iter().map(|name| json!({ "Name": name })).collect();
        if line.contains_key(AGE) {
            metrics.push(json!({ "Name": AGE, "Unit": "Milliseconds" }));
        }
        metrics.retain(|metric| !self.failed_alone || metric["Name"] == FAILED);
        if !metrics.is_empty() && !self.function.is_empty() {
            line.insert("FunctionName".to_owned(), self.function.clone().into());
            line.insert("_aws".to_owned(), directive(&metrics, now));
        }
        line
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

/// What tells `CloudWatch` which members of the line are metrics.
fn directive(metrics: &[Value], now: SystemTime) -> Value {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let directive = json!({ "Namespace": NAMESPACE, "Dimensions": [["FunctionName"]], "Metrics": metrics });
    json!({ "Timestamp": u64::try_from(now.as_millis()).unwrap_or_default(), "CloudWatchMetrics": [directive] })
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

    fn names(line: &Value) -> Vec<&str> {
        let metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array();
        let metrics = metrics.map(Vec::as_slice).unwrap_or_default();
        metrics.iter().map(|metric| metric["Name"].as_str().unwrap()).collect()
    }

    #[test]
    fn a_line_keeps_its_members_and_gets_the_directive_and_the_dimension() {
        let line = json!({ "message": "batch done", "handled": 3, "failed": 0, "oldest_age_ms": 0 });
        let expected = json!({
            "message": "batch done", "handled": 3, "failed": 0, "oldest_age_ms": 0, "FunctionName": "matchflow-points",
            "_aws": {
                "Timestamp": 1_764_547_200_123_u64,
                "CloudWatchMetrics": [{
                    "Namespace": "Matchflow",
                    "Dimensions": [["FunctionName"]],
                    "Metrics": [{ "Name": "handled" }, { "Name": "oldest_age_ms", "Unit": "Milliseconds" }],
                }],
            },
        });
        assert_eq!(added(&line, "matchflow-points", false), expected);
    }

    #[test]
    fn counts_by_reason_are_members_and_metrics_of_their_own() {
        let line = json!({ "quarantined": 3, "quarantined_by_reason": r#"{"not_json":2,"identity_conflict":1}"# });
        let line = added(&line, "matchflow-points", false);
        assert_eq!(
            names(&line),
            ["quarantined", "quarantined_identity_conflict", "quarantined_not_json"]
        );
        assert_eq!(
            (&line["quarantined_not_json"], &line["quarantined_identity_conflict"]),
            (&json!(2), &json!(1))
        );
        assert!(line.get("quarantined_by_reason").is_none());
    }

    #[test]
    fn turned_off_failed_alone_is_a_metric() {
        let line = json!({ "handled": 1, "failed": 2, "held_back": 1, "oldest_age_ms": 5 });
        assert_eq!(names(&added(&line, "matchflow-points", true)), ["failed"]);
        let none_failed = json!({ "handled": 1, "failed": 0, "oldest_age_ms": 5 });
        assert_eq!(added(&none_failed, "matchflow-points", true), none_failed);
    }

    #[test]
    fn outside_of_lambda_there_are_no_metrics() {
        let line = json!({ "handled": 1, "failed": 2 });
        assert_eq!(added(&line, "", false), line);
    }
}
