//! What fails on its last receive but one is put into the dead-letter queue, with what failed; its message group goes on.
//! In these tests SQS delivers a message 5 times.

mod chunks;
mod last_tries;
mod ports;
mod properties;
mod publishing;
mod shares;

use serde_json::{Value, json};

use crate::harness::{Harness, fifo, received, standard};

const MAX_RECEIVE_COUNT: u32 = 5;

fn harness() -> Harness {
    let mut harness = Harness::new();
    harness.options.max_receive_count = MAX_RECEIVE_COUNT;
    harness
}

/// `1`, `2`, … of a FIFO queue: message group, body and receive count of each.
fn ordered(records: &[(&str, &str, u32)]) -> Vec<Value> {
    let numbered = (1..).zip(records);
    let record = |(n, (group, body, count)): (u32, &(&str, &str, u32))| {
        received(fifo(&n.to_string(), group, body), &json!(count.to_string()))
    };
    numbered.map(record).collect()
}

/// The same of a standard queue: body and receive count.
fn independent(records: &[(&str, u32)]) -> Vec<Value> {
    let numbered = (1..).zip(records);
    let record =
        |(n, (body, count)): (u32, &(&str, u32))| received(standard(&n.to_string(), body), &json!(count.to_string()));
    numbered.map(record).collect()
}
