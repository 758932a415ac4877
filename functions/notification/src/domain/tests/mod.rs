//! Given a customer and what is saved about a request, the channels, templates and refusals that follow.

mod item;
mod policy;
mod status_update;

use contract::{Event, Received, RequestMatched};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

const PHONE: &str = "+821012345678";

fn received(event: impl Into<Event>) -> Received {
    Received {
        id: "e1".to_owned(),
        time: at(0),
        correlation_id: "r1".to_owned(),
        traceparent: None,
        event: event.into(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_355_600 + seconds).unwrap()
}

fn matched(customer: &Value) -> Received {
    let data = json!({
        "requestId": "r1", "matchId": "m1", "attempt": 1, "customer": customer,
        "partner": { "id": "p1", "name": "Clean" }, "fee": { "points": 5 },
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    received(serde_json::from_value::<RequestMatched>(data).unwrap())
}
