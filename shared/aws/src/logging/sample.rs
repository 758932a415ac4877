//! What a batch logs, its line of counts included, as a sample that `tests/template` reads: `shared/aws/log_lines.json`.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use batch::{
    BoxError, Clock, Consumer, ConsumerOptions, Correlation, DeadLetterQueue, Decode, Failure, Queue, Record,
    Rejection, Topic, each, process,
};
use contract::Reason;
use futures_util::FutureExt;
use serde_json::{Value, json};
use tracing::info_span;

use super::tests::logged_and_traced;
use crate::xray::XRay;

const FILE: &str = "log_lines.json";
const NOW: Duration = Duration::from_hours(490_152);

/// All ports of a consumer.
struct Ports;

impl Clock for Ports {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + NOW
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

impl Topic for Ports {
    type Event = String;

    async fn publish(&self, events: &[&String]) -> Vec<Result<(), BoxError>> {
        events.iter().map(|_| Ok(())).collect()
    }
}

impl Queue for Ports {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        Ok(())
    }

    async fn quarantine(&self, _: &Record, _: &Rejection, _: SystemTime) -> Result<(), BoxError> {
        Ok(())
    }
}

impl DeadLetterQueue for Ports {
    async fn set_aside(&self, _: &Record, _: &str) -> Result<(), BoxError> {
        Ok(())
    }
}

fn record(number: usize, queue: &str, body: &str, receives: u32) -> Value {
    json!({
        "messageId": number.to_string(), "body": body, "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:ap-northeast-2:111122223333:{queue}"),
        "attributes": {
            "ApproximateReceiveCount": receives, "MessageGroupId": "a",
            "SentTimestamp": u64::try_from(NOW.as_millis()).unwrap() - 420,
        },
    })
}

/// A record for everything that is counted: bodies are reasons for quarantine, or what the handler does.
fn batch_of_everything() -> Vec<Record> {
    let reasons = Reason::ALL.iter().map(|reason| (reason.as_str(), "standard", 1));
    let others = [
        ("ok", "standard", 1),
        ("ignore", "standard", 1),
        ("fail", "standard", 19),
        ("fail", "ordered.fifo", 1),
        ("ok", "ordered.fifo", 1),
    ];
    let records = reasons.chain(others).enumerate();
    let records: Vec<_> = records
        .map(|(number, (body, queue, receives))| record(number, queue, body, receives))
        .collect();
    batch::parse_event(&json!({ "Records": records }).to_string()).unwrap()
}

impl Decode for Ports {
    type Message = String;

    fn decode(&self, record: &Record) -> Result<Option<String>, Rejection> {
        let mut reasons = Reason::ALL.iter().map(|reason| reason.as_str());
        match reasons.find(|reason| *reason == record.body) {
            Some(reason) => Err(Rejection {
                reason,
                detail: "what is wrong".to_owned(),
            }),
            None => Ok((record.body != "ignore").then(|| record.body.clone())),
        }
    }

    fn correlation(&self, record: &Record) -> Correlation {
        Correlation {
            correlation_id: Some(format!("web:{}", record.message_id)),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
            message_type: Some("match.closed".to_owned()),
        }
    }
}

/// What is logged of a batch with everything; the times at which the lines were written are this test's.
pub(crate) fn lines(traces: Option<XRay>) -> Vec<Value> {
    let handler = each(async |body: &String, _| match body.as_str() {
        "ok" => Ok(vec!["done".to_owned()]),
        _ => Err(Failure::retryable("no luck today")),
    });
    let consumer = Consumer {
        decode: Ports,
        handler,
        topic: Ports,
        queue: Ports,
        clock: Ports,
        dead_letters: Ports,
        options: ConsumerOptions {
            max_receive_count: 20,
            ..ConsumerOptions::default()
        },
    };
    let deadline = Ports.now() + Duration::from_secs(30);
    let mut lines = logged_and_traced("", traces, || {
        let span = info_span!(target: "lambda_runtime::layers::trace", "Lambda runtime invoke", requestId = "r-1");
        let _entered = span.enter();
        process(batch_of_everything(), deadline, &consumer)
            .now_or_never()
            .unwrap();
    });
    for line in &mut lines {
        line["timestamp"] = json!("2025-12-01T00:00:00.000000Z");
    }
    let summary = lines.last_mut().unwrap();
    assert!(summary["_aws"]["Timestamp"].is_u64());
    summary["_aws"]["Timestamp"] = json!(1_764_547_200_000_u64);
    lines
}

#[test]
fn the_checked_in_sample_is_what_is_logged() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let logged = serde_json::to_string_pretty(&lines(None)).unwrap() + "\n";
    if std::env::var_os("UPDATE_SAMPLE").is_some() {
        fs::write(&file, &logged).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        logged,
        "UPDATE_SAMPLE=1 writes {FILE}"
    );
}

#[test]
fn every_reason_for_quarantine_is_a_metric_of_its_own() {
    let lines = lines(None);
    let summary = lines.last().unwrap();
    let metrics = summary["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
    for reason in Reason::ALL {
        let name = format!("quarantined_{reason}");
        assert_eq!(summary[&name], 1);
        assert!(metrics.contains(&json!({ "Name": name })), "{name}");
    }
}
