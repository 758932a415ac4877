//! Given a customer and what is saved about a request, the channels, templates and refusals that follow.

mod item;
mod policy;
mod status_update;

use builders::events;
use contract::Received;
use jiff::Timestamp;
use serde_json::Value;

use super::*;

const PHONE: &str = "+821012345678";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_355_600 + seconds).unwrap()
}

fn matched(customer: &Value) -> Received {
    let matched = events::request_matched("r1", 1, "p1").with("matchId", "m1");
    matched.with("customer", customer.clone()).received()
}
