//! What is logged, and what never is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod world;

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use world::{Mood, World, event, fifo, standard};

thread_local! {
    static JSON: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the test's own buffer: every test is a thread.
struct Lines(&'static std::thread::LocalKey<RefCell<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a batch logs, as JSON and as text. One subscriber for all tests: with one for each, a place in the code that was
/// first reached in a thread without a subscriber may stay silent for all.
fn logged(world: &World, records: &[Value]) -> (Vec<Value>, String) {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let text = layer().with_ansi(false).with_writer(|| Lines(&TEXT));
        tracing_subscriber::registry()
            .with(LevelFilter::TRACE)
            .with(layer().json().with_writer(|| Lines(&JSON)))
            .with(text)
            .init();
    });
    world.failed(event(records.to_vec()));
    let json = String::from_utf8(JSON.take()).unwrap();
    let text = String::from_utf8(TEXT.take()).unwrap();
    let json = json.lines().map(|line| serde_json::from_str(line).unwrap());
    (json.collect(), text)
}

fn fields<'l>(lines: &'l [Value], message: &str) -> Vec<&'l Value> {
    let fields = lines.iter().map(|line| &line["fields"]);
    fields
        .filter(|fields| fields["message"] == message)
        .collect()
}

#[test]
fn a_batch_ends_with_one_line_of_counts() {
    let world = World::new();
    let records = [
        fifo("1", "a", "two"),
        fifo("2", "a", "bad"),
        fifo("3", "a", "ignore"),
        fifo("4", "b", "fail"),
        fifo("5", "b", "ok"),
    ];
    let (lines, _) = logged(&world, &records);
    let expected = json!({
        "message": "batch done", "records": 5, "handled": 1, "ignored": 1, "quarantined": 1,
        "failed": 2, "published": 2, "overrun": false,
    });
    assert_eq!(fields(&lines, "batch done"), [&expected]);
}

#[test]
fn every_failure_is_logged_once_with_its_fields() {
    let world = World::new();
    let records = [
        standard("1", "bad"),
        standard("2", "fail"),
        standard("3", "panic"),
    ];
    let (lines, _) = logged(&world, &records);
    let quarantined = json!({
        "message": "quarantined", "message_id": "1", "receive_count": 1, "reason": "not_json",
        "detail": "`data.x`: expected an integer",
    });
    assert_eq!(fields(&lines, "quarantined"), [&quarantined]);
    let failed = |id: &str, error: &str| json!({ "message": "failed, comes back", "message_id": id, "receive_count": 1, "error": error });
    let expected = [
        failed("2", "no luck today"),
        failed("3", "the handler panicked"),
    ];
    assert_eq!(
        fields(&lines, "failed, comes back"),
        expected.iter().collect::<Vec<_>>()
    );
    let above_debug = lines.iter().filter(|line| line["level"] != "DEBUG");
    assert_eq!(above_debug.count(), 4);
}

#[test]
fn no_line_shows_a_body_an_attribute_or_what_was_panicked_with() {
    for mood in [Mood::Well, Mood::Refuses, Mood::Panics, Mood::Hangs] {
        let world = World::new();
        for port in [&world.topic, &world.delay, &world.quarantine] {
            port.set(mood);
        }
        let bodies = [
            "ok",
            "two",
            "fail",
            "bad",
            "permanent",
            "panic",
            "undecodable",
            "ignore",
        ];
        let records = bodies.map(|body| {
            let mut record = fifo(body, body, &format!("{body} secret"));
            record["messageAttributes"]["name"] =
                json!({ "dataType": "String", "stringValue": "secret" });
            record
        });
        let (lines, text) = logged(&world, &records);
        assert!(lines.len() > 5);
        assert!(!text.contains("secret"), "{text}");
        assert!(!lines.iter().any(|line| line.to_string().contains("secret")));
    }
}

#[test]
fn a_hostile_id_cannot_forge_a_line() {
    for body in ["fail", "bad", "ignore", "ok", "panic"] {
        let world = World::new();
        let record = standard("1\n2026-01-01 INFO forged\r\u{1b}[2J", body);
        let (lines, text) = logged(&world, &[record]);
        assert!(!text.lines().any(|line| line.starts_with("2026-01-01 INFO")));
        assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text}");
        assert_eq!(text.lines().count(), lines.len());
    }
}
