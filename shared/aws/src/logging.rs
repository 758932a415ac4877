//! Log lines as JSON on standard output, one object a line, and traces where they are asked for.

mod metrics;

use std::{env, io};

use batch::RECORD_TARGET;
use tracing::level_filters::LevelFilter;
use tracing::{Subscriber, subscriber, warn};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use crate::xray::XRay;
use metrics::{Metrics, WithMetrics};

/// The crates that log by this project's rules; the function's own comes on top. A target is a prefix: without the colons,
/// `aws` would let the SDK's `aws_smithy_runtime` through, too.
const OURS: [&str; 3] = ["aws::", "batch::", "contract::"];

/// Starts logging for the function of this crate name (`env!("CARGO_CRATE_NAME")`), and with `TRACING` `xray` tracing.
///
/// The level is `AWS_LAMBDA_LOG_LEVEL` (Lambda's own setting) or else `RUST_LOG`: one word, `info` where it is none. A batch's line
/// of counts holds metrics of the function `AWS_LAMBDA_FUNCTION_NAME`: all, or with `BATCH_METRICS` `failed` that one alone.
pub fn init_tracing(function: &str) {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| env::var("RUST_LOG"));
    let level = level.unwrap_or_default();
    let metrics = Metrics {
        function: env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default(),
        failed_alone: env::var("BATCH_METRICS").is_ok_and(|chosen| chosen == "failed"),
    };
    let traces = env::var("TRACING").is_ok_and(|chosen| chosen == "xray");
    let traces = traces.then(|| xray(&metrics.function)).transpose();
    let (traces, failed) = traces.map_or_else(|error| (None, Some(error)), |traces| (traces, None));
    // A second call leaves the first one's subscriber in place.
    let _ = subscriber::set_global_default(json(function, &level, metrics, traces, io::stdout));
    if let Some(error) = failed {
        warn!(error = &error as &dyn std::error::Error, "no traces are sent"); // no reason not to work
    }
}

fn xray(function: &str) -> io::Result<XRay> {
    XRay::new(function, &env::var("AWS_XRAY_DAEMON_ADDRESS").unwrap_or_default())
}

fn json<W>(
    function: &str,
    level: &str,
    metrics: Metrics,
    traces: Option<XRay>,
    writer: W,
) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_ansi(false)
        .map_event_format(|json| WithMetrics { json, metrics })
        .with_writer(writer)
        .with_filter(targets(function, level));
    tracing_subscriber::registry().with(layer).with(traces.map(XRay::layer))
}

/// Other crates log bodies at their finer levels (the SDK whole requests, the runtime whole events), so that
/// no setting lets these through; of the runtime, the span with the invocation's id stays.
fn targets(function: &str, level: &str) -> Targets {
    let level = Some(level).filter(|level| !level.is_empty());
    let level = level.and_then(|level| level.parse().ok());
    let level = level.unwrap_or(LevelFilter::INFO);
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("lambda_runtime", LevelFilter::INFO)
        .with_target(function, level)
        .with_targets(OURS.map(|name| (name, level)))
        .with_target(RECORD_TARGET, LevelFilter::OFF) // made for traces
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing::{debug, error, info, info_span, trace, warn};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged at this level, in the function `points`.
    pub(super) fn logged(level: &str, log: impl FnOnce()) -> Vec<Value> {
        logged_and_traced(level, None, log)
    }

    pub(super) fn logged_and_traced(level: &str, traces: Option<XRay>, log: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let metrics = Metrics {
            function: "matchflow-points".to_owned(),
            failed_alone: false,
        };
        let subscriber = json("points", level, metrics, traces, move || writer.clone());
        subscriber::with_default(subscriber, log);
        let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let parse = |line| serde_json::from_str(line).unwrap();
        lines.lines().map(parse).collect()
    }

    #[test]
    fn a_line_is_flat_json_with_the_invocation() {
        let lines = logged("", || {
            let span = info_span!(target: "lambda_runtime::layers", "invoke", requestId = "r-1");
            let _entered = span.enter();
            warn!(target: "batch::process", message_id = "m-1\n\u{1b}[31m", "failed");
        });
        assert_eq!(lines[0]["level"], "WARN");
        assert_eq!(lines[0]["message"], "failed");
        assert_eq!(lines[0]["message_id"], "m-1\n\u{1b}[31m");
        assert_eq!(lines[0]["spans"], json!([{ "name": "invoke", "requestId": "r-1" }]));
        assert!(lines[0]["timestamp"].as_str().unwrap().ends_with('Z'));
    }

    fn at_each_level() {
        error!(target: "points::handler", "error");
        info!(target: "points::handler", "info");
        debug!(target: "aws::decode", "debug");
    }

    #[test]
    fn the_level_is_the_setting_or_info() {
        let expected = [("", 2), ("loud", 2), ("a=b", 2), ("DEBUG", 3), ("error", 1)];
        for (level, lines) in expected {
            assert_eq!(logged(level, at_each_level).len(), lines, "{level}");
        }
    }

    #[test]
    fn what_is_for_traces_is_no_line() {
        let lines = logged("trace", || trace!(target: RECORD_TARGET, status = "handled"));
        assert_eq!(lines, Vec::<Value>::new());
    }

    #[test]
    fn what_may_show_bodies_stays_out_at_any_level() {
        for level in ["", "trace"] {
            let lines = logged(level, || {
                debug!(target: "aws_smithy_runtime::client", "a request with its body");
                trace!(target: "lambda_runtime::layers::api_response", "an event");
                debug!(target: "hyper::client", "anything");
            });
            assert_eq!(lines, Vec::<Value>::new(), "{level}");
        }
    }
}
