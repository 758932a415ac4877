//! Hostile input: for any input at all, nothing panics, memory stays within a multiple of the input, and the response is
//! valid and loses no record. The targets in `fuzz/` look for counterexamples with the same checks.

#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod checks;
mod mutations;
mod samples;
mod values;

use std::sync::{Mutex, MutexGuard, PoisonError};

use batch::parse_event;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use mutations::{Mutation, mutated, mutations, places, swapped};
use values::{bombs, nested, values};

/// Held by each test while it runs: memory is counted for the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

/// A payload to which records with mutated bodies are added, and which is then mutated itself.
fn changed(payload: &str, records: &[(Index, Vec<Mutation>)], itself: &[Mutation]) -> String {
    let mut payload: Value = serde_json::from_str(payload).unwrap();
    let all = payload["Records"].as_array_mut().unwrap();
    for (at, mutations) in records {
        let mut record = at.get(all).clone();
        let body = record["body"].as_str().unwrap_or_default();
        record["body"] = json!(mutated(body, mutations));
        all.insert(0, record);
    }
    mutated(&payload.to_string(), itself)
}

#[test]
fn any_body_is_read_or_refused() {
    let _alone = alone();
    let bodies = samples::bodies();
    proptest!(cases(2000), |(body in select(bodies), mutations in mutations())| {
        checks::envelope(&mutated(&body, &mutations));
    });
}

#[test]
fn any_value_may_stand_anywhere() {
    let _alone = alone();
    for body in samples::golden() {
        each_swapped(&body, checks::envelope);
    }
    let payload = samples::payloads().swap_remove(0);
    let mut payload: Value = serde_json::from_str(&payload).unwrap();
    payload["Records"].as_array_mut().unwrap().truncate(2);
    each_swapped(&payload.to_string(), checks::batch);
}

/// Without one of these a record cannot be reported failed, or kept in order.
const REQUIRED: [&str; 3] = ["messageId", "eventSource", "eventSourceARN"];

#[test]
fn b40_any_value_in_a_record_costs_that_record_at_most() {
    let _alone = alone();
    let payload = samples::payloads().swap_remove(0);
    let records = parse_event(&payload).unwrap().len();
    for place in places(&payload).iter().filter(|place| place.starts_with("/Records/1/")) {
        let required = REQUIRED.iter().any(|member| place.ends_with(&format!("/{member}")));
        for value in values().iter().filter(|value| is_json(value)) {
            match parse_event(&swapped(&payload, place, value)) {
                Ok(read) => assert_eq!(read.len(), records),
                Err(error) => assert!(required, "{place}: {value}: {error}"),
            }
        }
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

fn each_swapped(text: &str, check: fn(&str)) {
    for place in places(text) {
        for value in values() {
            check(&swapped(text, &place, &value));
        }
    }
}

#[test]
fn a_wrapped_message_is_read_as_if_it_were_raw() {
    let _alone = alone();
    let bodies = samples::bodies();
    let attributes = r#"{"eventType":{"Type":"String","Value":"request.submitted"},"n":{"Type":"Binary"}}"#;
    proptest!(cases(2000), |(body in select(bodies), message in mutations(), wrapping in mutations())| {
        let attributes = mutated(attributes, &wrapping).replace('\n', " ");
        checks::wrapping(&format!("{attributes}\n{}", mutated(&body, &message)));
    });
}

#[test]
fn no_batch_loses_a_record() {
    let _alone = alone();
    let payloads = samples::payloads();
    let records = prop::collection::vec((any::<Index>(), mutations()), 0..4);
    let itself = prop_oneof![2 => Just(Vec::new()), 1 => mutations()];
    proptest!(cases(1000), |(payload in select(payloads), records in records, itself in itself)| {
        checks::batch(&changed(&payload, &records, &itself));
    });
}

/// Just past a power of two, where a list that grows by doubling is largest.
const PARTS: usize = 8193;

#[test]
fn memory_stays_bounded_where_it_grows_most() {
    let _alone = alone();
    let bodies = samples::bodies();
    let with = |before: &str, value: &str| {
        let body = bodies.iter().find(|body| body.contains(before)).unwrap();
        body.replacen(before, &format!("{before}{value},\"rest\":"), 1)
    };
    for value in bombs(PARTS).into_iter().chain([nested(100_000)]) {
        let details = with("\"details\":", &format!("{{\"bomb\":{value}}}"));
        let categories = with("\"categories\":", &value);
        let attributes = format!(r#"{{"Type":"Notification","Message":"{{}}","MessageAttributes":{value}}}"#);
        for body in [&value, &details, &categories, &attributes] {
            checks::envelope(body);
            checks::wrapping(body);
            checks::batch(&records("a", 1, body));
        }
        for name in ["attributes", "messageAttributes", "body", "unknown"] {
            let record = format!(r#""messageId":"1","eventSource":"aws:sqs","eventSourceARN":"a","{name}":{value}"#);
            checks::batch(&format!(r#"{{"Records":[{{{record}}}]}}"#));
        }
        checks::batch(&format!(r#"{{"Records":{value}}}"#));
        checks::batch(&value);
    }
}

#[test]
fn memory_stays_bounded_for_many_small_records() {
    let _alone = alone();
    for queue in ["a", "a.fifo"] {
        checks::batch(&records(queue, PARTS, ""));
        checks::batch(&records(queue, PARTS, "{}"));
    }
}

/// A payload of so many records with this body.
fn records(queue: &str, count: usize, body: &str) -> String {
    let record = |id| {
        let id = format!("{id:x}");
        json!({ "messageId": id, "body": body, "eventSource": "aws:sqs", "eventSourceARN": queue })
    };
    let records: Vec<_> = (0..count).map(record).collect();
    json!({ "Records": records }).to_string()
}

#[test]
fn what_fuzzing_found_stays_harmless() {
    let _alone = alone();
    replay("envelope", checks::envelope);
    replay("wrapping", checks::wrapping);
    replay("batch", checks::batch);
}

fn replay(target: &str, check: fn(&str)) {
    let corpus = samples::corpus(target);
    assert!(!corpus.is_empty(), "no corpus of {target}");
    for input in corpus {
        check(&input);
    }
}
