//! The log lines of a batch, and what they never show.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod harness;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Once;
use std::time::{Duration, SystemTime};

use batch::Clock;
use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use harness::{Harness, PortBehaviour, event, fifo, received, standard};

const FAILED: &str = "record failed; it is delivered again after a delay";
const SET_ASIDE: &str =
    "record set aside in the dead-letter queue and acknowledged: it failed on one of its last receives";
const NOT_SET_ASIDE: &str =
    "record failed and could not be set aside; after its last receive SQS moves it to the dead-letter queue";
const QUARANTINED: &str = "record quarantined and acknowledged: it can never succeed";

thread_local! {
    static JSON: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to a buffer of the test's own thread.
struct Lines(&'static std::thread::LocalKey<RefCell<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a batch logs, as JSON and as text: without the events that are no lines.
fn logged(harness: &Harness, records: &[Value]) -> (Vec<Value>, String) {
    let (mut lines, text) = emitted(harness, records);
    lines.retain(|line| line["target"] != batch::RECORD_TARGET);
    (lines, text)
}

/// What a subscriber gets of a batch. All tests share one subscriber: with one for each, a log call that is first
/// reached in a thread without a subscriber may be switched off for all.
fn emitted(harness: &Harness, records: &[Value]) -> (Vec<Value>, String) {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let text = layer().with_ansi(false).with_writer(|| Lines(&TEXT));
        tracing_subscriber::registry()
            .with(LevelFilter::TRACE)
            .with(layer().json().with_writer(|| Lines(&JSON)))
            .with(text)
            .init();
    });
    harness.failed_ids(event(records.to_vec()));
    let json = String::from_utf8(JSON.take()).unwrap();
    let text = String::from_utf8(TEXT.take()).unwrap();
    let json = json.lines().map(|line| serde_json::from_str(line).unwrap());
    (json.collect(), text)
}

fn fields<'l>(lines: &'l [Value], message: &str) -> Vec<&'l Value> {
    let fields = lines.iter().map(|line| &line["fields"]);
    fields.filter(|fields| fields["message"] == message).collect()
}

#[test]
fn a_batch_ends_with_one_line_of_counts() {
    let harness = Harness::new();
    let records = [
        fifo("1", "a", "two_events"),
        fifo("2", "a", "bad"),
        fifo("3", "a", "ignore"),
        fifo("4", "b", "fail"),
        fifo("5", "b", "ok"),
    ];
    let (lines, _) = logged(&harness, &records);
    let expected = json!({
        "message": "batch done", "queue": "orders.fifo", "records": 5, "handled": 1, "ignored": 1, "quarantined": 1,
        "quarantined_by_reason": r#"{"not_json":1}"#, "set_aside": 0, "failed": 2, "held_back": 1, "published": 2,
        "overrun": false, "handling_ms": 0, "publishing_ms": 0,
    });
    assert_eq!(fields(&lines, "batch done"), [&expected]);
    let targets = lines.iter().filter(|line| line["target"] == batch::SUMMARY_TARGET);
    assert_eq!(targets.count(), 1);
}

#[test]
fn the_line_says_how_long_the_oldest_record_waited_and_what_took_the_time() {
    let mut harness = Harness::new();
    harness.topic.set(PortBehaviour::TakesASecond);
    harness.call_takes = Duration::from_millis(20);
    let started = (&harness.clock).now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let sent = |id: &str, before: u64| {
        let mut record = standard(id, "ok");
        let sent = started.checked_sub(Duration::from_millis(before)).unwrap();
        record["attributes"]["SentTimestamp"] = json!(sent.as_millis().to_string());
        record
    };
    let records = [standard("1", "ok"), sent("2", 70), sent("3", 90_500)];
    let (lines, _) = logged(&harness, &records);
    let line = fields(&lines, "batch done")[0];
    let times = ["oldest_age_ms", "handling_ms", "publishing_ms"].map(|name| line[name].clone());
    assert_eq!(times, [json!(90_500), json!(20), json!(1000)]);
}

#[test]
fn what_is_behind_a_failure_in_its_message_group_counts_as_held_back() {
    for (record, held_back) in [
        (&(|id: &str| fifo(id, "a", "fail")) as &dyn Fn(&str) -> Value, 2),
        (&|id| standard(id, "fail"), 0),
    ] {
        let (lines, _) = logged(&Harness::new(), &["1", "2", "3"].map(record));
        let line = fields(&lines, "batch done")[0];
        assert_eq!((&line["failed"], &line["held_back"]), (&json!(3), &json!(held_back)));
    }
}

#[test]
fn every_failure_is_logged_once_with_its_fields() {
    let harness = Harness::new();
    let records = [standard("1", "bad"), standard("2", "fail"), standard("3", "panic")];
    let (lines, _) = logged(&harness, &records);
    let quarantined = json!({
        "message": QUARANTINED, "message_id": "1", "queue": "orders", "receive_count": 1,
        "reason": "not_json", "detail": "`data.x`: expected an integer",
    });
    assert_eq!(fields(&lines, QUARANTINED), [&quarantined]);
    let failed = |id: &str, error: &str| {
        json!({
            "message": FAILED, "message_id": id, "queue": "orders", "receive_count": 1,
            "error": error,
        })
    };
    let expected = [failed("2", "no luck today"), failed("3", "the handler panicked")];
    assert_eq!(fields(&lines, FAILED), expected.iter().collect::<Vec<_>>());
    let above_debug = lines.iter().filter(|line| line["level"] != "DEBUG");
    assert_eq!(above_debug.count(), 4);
}

#[test]
fn b36_a_record_that_is_set_aside_is_logged_once_with_what_failed() {
    for behaviour in [PortBehaviour::Works, PortBehaviour::Refuses] {
        let mut harness = Harness::new();
        harness.options.max_receive_count = 2;
        harness.dead_letters.set(behaviour);
        harness.quarantine.set(PortBehaviour::Refuses);
        harness.refused_events.borrow_mut().insert("3!".to_owned());
        let records = [standard("1", "fail"), standard("2", "bad"), standard("3", "ok")];
        let (lines, _) = logged(&harness, &records);
        let causes = [
            ("1", "no luck today"),
            ("2", "not quarantined as not_json: access denied"),
            ("3", "an event was not published: throttled"),
        ];
        let line = |(id, cause): (&str, &str)| {
            let mut line = json!({
                "message": SET_ASIDE, "message_id": id, "queue": "orders", "receive_count": 1, "error": cause,
            });
            if behaviour == PortBehaviour::Refuses {
                line["message"] = json!(NOT_SET_ASIDE);
                line["set_aside_error"] = json!("access denied");
            }
            line
        };
        let expected: Vec<_> = causes.into_iter().map(line).collect();
        let above_debug = lines
            .iter()
            .filter(|line| line["level"] == "ERROR" || line["level"] == "WARN");
        let above_debug: Vec<_> = above_debug.map(|line| line["fields"].clone()).collect();
        assert_eq!(above_debug, expected);
        let counts = fields(&lines, "batch done")[0];
        let set_aside = if behaviour == PortBehaviour::Works { 3 } else { 0 };
        assert_eq!(
            (&counts["set_aside"], &counts["failed"]),
            (&json!(set_aside), &json!(3 - set_aside))
        );
    }
}

#[test]
fn b36_what_follows_one_that_could_not_be_set_aside_is_logged_with_its_own_failure() {
    let mut harness = Harness::new();
    harness.options.max_receive_count = 2;
    harness.dead_letters.set(PortBehaviour::Refuses);
    let refused = ["1!", "3!"].map(str::to_owned);
    harness.refused_events.borrow_mut().extend(refused);
    let (lines, _) = logged(&harness, &["1", "2", "3"].map(|id| fifo(id, "a", "ok")));
    let expected = [
        ("1", "access denied"),
        ("3", "a record before it in its message group could not be set aside"),
    ];
    let expected = expected.map(|(id, set_aside_error)| {
        json!({
            "message": NOT_SET_ASIDE, "message_id": id, "queue": "orders.fifo", "receive_count": 1,
            "error": "an event was not published: throttled", "set_aside_error": set_aside_error,
        })
    });
    assert_eq!(fields(&lines, NOT_SET_ASIDE), expected.iter().collect::<Vec<_>>());
}

#[test]
fn every_line_about_a_record_has_its_correlation() {
    let bodies = ["ok", "fail", "bad", "ignore", "panic", "panics_in_decode"];
    let mut seen = BTreeSet::new();
    for max_receive_count in [20, 2] {
        for behaviour in [PortBehaviour::Works, PortBehaviour::Refuses] {
            let mut harness = Harness::new();
            harness.options.max_receive_count = max_receive_count;
            for port in [&harness.topic, &harness.quarantine, &harness.dead_letters] {
                port.set(behaviour);
            }
            let records = bodies.map(|body| standard(body, &format!("{body} correlation=c-{body}")));
            let (lines, _) = logged(&harness, &records);
            for line in lines.iter().map(|line| &line["fields"]) {
                let Some(id) = line["message_id"].as_str() else {
                    continue;
                };
                // Reading it panics: the line has none, and the batch goes on.
                let id = (id != "panics_in_decode").then_some(id);
                let correlation = id.map(|id| format!("c-{id}"));
                let trace = id.map(|id| format!("trace-of-c-{id}"));
                assert_eq!(line["correlationId"].as_str(), correlation.as_deref(), "{line}");
                assert_eq!(line["traceparent"].as_str(), trace.as_deref(), "{line}");
                seen.insert(line["message"].to_string());
            }
        }
    }
    let kinds = seen.len();
    assert_eq!(kinds, 8, "all lines about a record that there are: {seen:?}");
}

#[test]
fn each_record_has_an_event_with_its_status_and_the_times_of_the_batch() {
    let mut harness = Harness::new();
    harness.options.max_receive_count = 3;
    harness.topic.set(PortBehaviour::TakesASecond);
    let before = seconds_now(&harness);
    let bodies = ["ok", "bad", "ignore", "fail"];
    let mut records = bodies.map(|body| standard(body, &format!("{body} correlation=c-{body}")));
    records[0]["attributes"]["ApproximateReceiveCount"] = json!("2");
    let last_try = received(fifo("last", "a", "fail"), &json!("2"));
    let (emitted, _) = emitted(&harness, &[&records[..], &[last_try]].concat());
    let events = emitted.iter().filter(|line| line["target"] == batch::RECORD_TARGET);
    let events: BTreeMap<_, _> = events
        .map(|line| (line["fields"]["message_id"].to_string(), line))
        .collect();
    let expected = [
        ("ok", "handled"),
        ("bad", "quarantined"),
        ("ignore", "ignored"),
        ("fail", "failed"),
        ("last", "set_aside"),
    ];
    assert_eq!(events.len(), expected.len());
    for (id, status) in expected {
        assert_eq!(events[&format!("\"{id}\"")]["fields"]["status"], status);
    }
    let handled = json!({
        "message_id": "ok", "message_type": "type-of-c-ok", "queue": "orders", "receive_count": 2, "correlationId": "c-ok",
        "traceparent": "trace-of-c-ok", "status": "handled", "started": before, "ended": before + 1.0,
    });
    assert_eq!(events["\"ok\""]["fields"], handled);
    assert_eq!(events["\"ok\""]["level"], "TRACE");
    assert!(events["\"last\""]["fields"].get("traceparent").is_none());
}

fn seconds_now(harness: &Harness) -> f64 {
    let now = (&harness.clock).now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs_f64()
}

#[test]
fn no_line_shows_a_body_an_attribute_or_the_message_of_a_panic() {
    for behaviour in [
        PortBehaviour::Works,
        PortBehaviour::Refuses,
        PortBehaviour::Panics,
        PortBehaviour::Hangs,
    ] {
        for max_receive_count in [20, 2] {
            let mut harness = Harness::new();
            harness.options.max_receive_count = max_receive_count;
            for port in [
                &harness.topic,
                &harness.delay,
                &harness.quarantine,
                &harness.dead_letters,
            ] {
                port.set(behaviour);
            }
            let bodies = [
                "ok",
                "two_events",
                "fail",
                "bad",
                "permanent",
                "panic",
                "panics_in_decode",
                "ignore",
            ];
            let records = bodies.map(|body| {
                let mut record = fifo(body, body, &format!("{body} secret"));
                record["messageAttributes"]["name"] = json!({ "dataType": "String", "stringValue": "secret" });
                record
            });
            let (lines, text) = logged(&harness, &records);
            assert!(lines.len() > 5);
            assert!(!text.contains("secret"), "{text}");
            assert!(!lines.iter().any(|line| line.to_string().contains("secret")));
            let set_aside = harness.calls.borrow().set_aside.clone();
            assert!(
                set_aside.iter().all(|(_, failure)| !failure.contains("secret")),
                "{set_aside:?}"
            );
        }
    }
}

#[test]
fn a_hostile_id_cannot_forge_a_line() {
    for body in ["fail", "bad", "ignore", "ok", "panic"] {
        let harness = Harness::new();
        let record = standard("1\n2026-01-01 INFO forged\r\u{1b}[2J", body);
        let (lines, text) = emitted(&harness, &[record]);
        assert!(!text.lines().any(|line| line.starts_with("2026-01-01 INFO")));
        assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text}");
        assert_eq!(text.lines().count(), lines.len());
    }
}
