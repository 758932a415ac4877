//! What scenarios are made of.

use std::time::Duration;

use serde_json::{Value, json};

use crate::messages::{Message, endpoint, envelope, phone};
use crate::plan::Act;

/// What is done, and when.
pub(super) type Acts = Vec<(Duration, Act)>;

pub(super) fn sends(
    seconds: u64,
    queue: &'static str,
    kind: &str,
    group: &str,
    data: &Value,
) -> Acts {
    let body = envelope(&format!("{kind}-{seconds}"), kind, data);
    let message = Message::plain(queue, group, body);
    vec![(Duration::from_secs(seconds), Act::Send(message))]
}

pub(super) fn later(seconds: u64, mut acts: Acts) -> Acts {
    for (at, _) in &mut acts {
        *at += Duration::from_secs(seconds);
    }
    acts
}

pub(super) fn registered(id: &str, version: u32, capacity: u32, active: bool) -> Value {
    json!({
        "partnerId": id, "version": version, "name": id, "categories": ["cleaning"], "regions": ["KR-11"],
        "capacity": capacity, "fee": { "points": 100 }, "active": active,
    })
}

pub(super) fn partner(capacity: u32) -> Acts {
    sends(
        0,
        "intake.fifo",
        "partner.registered",
        "p1",
        &registered("p1", 0, capacity, true),
    )
}

/// Comes while the request is with the first.
pub(super) fn other() -> Acts {
    let mut acts = sends(
        5,
        "intake.fifo",
        "partner.registered",
        "p2",
        &registered("p2", 0, 1, true),
    );
    let bought = json!({ "purchaseId": "b2", "partnerId": "p2", "points": 300 });
    acts.extend(sends(0, "points.fifo", "points.purchased", "p2", &bought));
    acts
}

/// Leaves while the request is with it.
pub(super) fn gone() -> Acts {
    let data = registered("p1", 1, 1, false);
    let mut acts = sends(5, "intake.fifo", "partner.registered", "p1", &data);
    acts[0].0 += Duration::from_millis(200);
    acts
}

pub(super) fn buys(points: u32) -> Acts {
    let bought = json!({ "purchaseId": "b1", "partnerId": "p1", "points": points });
    sends(0, "points.fifo", "points.purchased", "p1", &bought)
}

pub(super) fn sms(n: u32) -> Value {
    json!({ "id": "c", "phone": phone(n) })
}

pub(super) fn push(n: u32) -> Value {
    json!({ "id": "c", "pushEndpointArn": endpoint(n) })
}

pub(super) fn asks(n: u32, customer: &Value) -> Acts {
    let data = json!({
        "requestId": format!("r{n}"), "customer": customer, "category": "cleaning", "region": "KR-11",
        "details": { "secret": "DETAILS" },
    });
    sends(5, "intake.fifo", "request.submitted", "c", &data)
}

/// The first request's work is done, so long after it was matched.
pub(super) fn closes(seconds: u64) -> Acts {
    let close = |attempt| Act::Close {
        request: "r1".to_owned(),
        attempt,
    };
    (1..=2)
        .map(|attempt| (Duration::from_secs(seconds), close(attempt)))
        .collect()
}

pub(super) fn poison() -> Acts {
    let unknown = json!({ "requestId": "r99", "matchId": "00000000-0000-5000-8000-000000000000" });
    let closed = envelope("unknown", "match.closed", &unknown);
    let act = |body| Act::Send(Message::plain("intake.fifo", "c", body).poison());
    ["no JSON".to_owned(), "{}".to_owned(), closed]
        .map(|body| (Duration::from_secs(5), act(body)))
        .into()
}
