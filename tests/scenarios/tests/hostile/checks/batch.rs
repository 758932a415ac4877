//! The payload of an invocation, from its text to the answer.

use std::collections::{BTreeMap, BTreeSet};

use batch::{Consumer, ConsumerOptions, ProcessError, SqsBatchResponse, parse_event, process};
use serde::Deserialize;
use tokio::runtime::Builder;

use super::is_presentable;
use super::memory::{is_bounded, needed};
use super::world::{NOW, World};

/// Bytes of memory for each byte of a payload of records. Most (98) for empty message attributes, which become 150 bytes
/// each and are copied as their table grows. SQS takes ten with a message; with so few, a batch needs what its bodies need.
const ANSWERED: usize = 128;

/// The same for any other payload. Most (383) for an empty record, `{}`, which becomes 384 bytes before it is refused. No
/// queue delivers it: it takes somebody who may invoke the function.
const REFUSED: usize = 400;

/// What Lambda makes of an answer; anything else fails the batch as a whole.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answer {
    batch_item_failures: Vec<Failed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Failed {
    item_identifier: String,
}

/// A payload of whatever shape is refused before anything is handled, or answered so that no record is lost.
pub fn batch(payload: &str) {
    let world = World {
        bodies: bodies(payload),
        ..World::default()
    };
    let (answer, needed) = needed(|| work_off(&world, payload));
    match answer {
        Ok(response) => {
            is_bounded(needed, payload, ANSWERED);
            nothing_is_lost(&world, &named(&serde_json::to_string(&response).unwrap()));
        }
        Err(error) => {
            is_bounded(needed, payload, REFUSED);
            assert!(is_presentable(&error.to_string()), "{error}");
            assert!(world.done.take().is_empty(), "refused, but handled");
        }
    }
}

fn bodies(payload: &str) -> BTreeMap<String, String> {
    let mut bodies = BTreeMap::new();
    for record in parse_event(payload).unwrap_or_default().records {
        let id = record.message_id.unwrap_or_default();
        bodies.entry(id).or_insert(record.body.unwrap_or_default());
    }
    bodies
}

fn work_off(world: &World, payload: &str) -> Result<SqsBatchResponse, ProcessError> {
    let options = ConsumerOptions::default();
    let consumer = Consumer {
        decode: world.decoder(),
        handler: world.handler(),
        topic: world,
        queue: world,
        clock: world,
        options,
    };
    let runtime = Builder::new_current_thread().build().unwrap();
    let deadline = NOW + 2 * options.deadline_margin;
    runtime.block_on(process(parse_event(payload)?, deadline, &consumer))
}

/// The failed records by their ids, each once.
fn named(answer: &str) -> BTreeSet<String> {
    let answer: Answer = serde_json::from_str(answer).unwrap();
    let mut failed = BTreeSet::new();
    for Failed { item_identifier } in answer.batch_item_failures {
        assert!(!item_identifier.is_empty(), "a failure without an id");
        assert!(failed.insert(item_identifier), "named twice");
    }
    failed
}

fn nothing_is_lost(world: &World, failed: &BTreeSet<String>) {
    assert!(
        failed.is_empty() || world.trouble.get(),
        "failed for nothing"
    );
    assert!(
        failed.iter().all(|id| world.bodies.contains_key(id)),
        "not in the batch"
    );
    assert!(!world.bodies.contains_key(""), "a record without an id");
    let done = world.done.borrow();
    for id in world.bodies.keys() {
        assert!(failed.contains(id) || done.contains(id), "{id:?} is lost");
    }
}
