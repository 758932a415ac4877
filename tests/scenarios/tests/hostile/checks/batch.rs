//! The payload of an invocation, from its text to the response.

use std::collections::{BTreeMap, BTreeSet};

use batch::{Consumer, ConsumerOptions, PayloadError, SqsBatchResponse, parse_event, process};
use serde::Deserialize;
use tokio::runtime::Builder;

use super::echo::{Echo, NOW};
use super::is_presentable;
use super::memory::{assert_bounded, needed};

/// Bytes of memory for each byte of a payload of records. Most (110) for message attributes that are numbers, which become 150
/// bytes each and are copied. SQS takes ten with a message; with so few, a batch needs what its bodies need.
const ANSWERED: usize = 128;

/// The same for any other payload. Most (24) for a list of numbers, to each of which a reference is copied as the list grows.
const REFUSED: usize = 32;

/// The response as Lambda reads it; of any other form, it fails the batch as a whole.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Response {
    batch_item_failures: Vec<Failed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Failed {
    item_identifier: String,
}

/// Checks that a payload is refused before anything is handled, or answered so that no record is lost.
pub fn batch(payload: &str) {
    let echo = Echo {
        bodies: bodies(payload),
        ..Echo::default()
    };
    let (result, needed) = needed(|| respond(&echo, payload));
    match result {
        Ok(response) => {
            assert_bounded(needed, payload, ANSWERED);
            assert_nothing_is_lost(&echo, &named(&serde_json::to_string(&response).unwrap()));
        }
        Err(error) => {
            assert_bounded(needed, payload, REFUSED);
            assert!(is_presentable(&error.to_string()), "{error}");
            assert!(echo.done.take().is_empty(), "refused, but handled");
        }
    }
}

fn bodies(payload: &str) -> BTreeMap<String, String> {
    let mut bodies = BTreeMap::new();
    for record in parse_event(payload).unwrap_or_default() {
        bodies.entry(record.message_id).or_insert(record.body);
    }
    bodies
}

fn respond(echo: &Echo, payload: &str) -> Result<SqsBatchResponse, PayloadError> {
    let options = ConsumerOptions {
        max_receive_count: 3,
        ..ConsumerOptions::default()
    };
    let consumer = Consumer {
        decode: echo.decoder(),
        handler: echo.handler(),
        topic: echo,
        queue: echo,
        clock: echo,
        dead_letters: echo,
        options,
    };
    let runtime = Builder::new_current_thread().build().unwrap();
    let deadline = NOW + 2 * options.deadline_margin;
    let records = parse_event(payload)?;
    Ok(runtime.block_on(process(records, deadline, &consumer)))
}

/// The ids of the failed records, each of which is named once.
fn named(response: &str) -> BTreeSet<String> {
    let response: Response = serde_json::from_str(response).unwrap();
    let mut failed = BTreeSet::new();
    for Failed { item_identifier } in response.batch_item_failures {
        assert!(!item_identifier.is_empty(), "a failure without an id");
        assert!(failed.insert(item_identifier), "named twice");
    }
    failed
}

fn assert_nothing_is_lost(echo: &Echo, failed: &BTreeSet<String>) {
    assert!(
        failed.is_empty() || echo.port_failed.get(),
        "failed without a failed port"
    );
    assert!(failed.iter().all(|id| echo.bodies.contains_key(id)), "not in the batch");
    assert!(!echo.bodies.contains_key(""), "a record without an id");
    let done = echo.done.borrow();
    for id in echo.bodies.keys() {
        assert!(failed.contains(id) || done.contains(id), "{id:?} is lost");
    }
}
