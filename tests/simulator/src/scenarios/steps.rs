//! The steps that scenarios consist of. Unless a scenario delays them, partners come at 0 s and requests at 5 s.

use std::time::Duration;

use serde_json::{Value, json};

use crate::workload::Step;
use crate::workload::messages::{Message, endpoint, envelope, phone};

/// Steps, and how long after the beginning each is done.
pub(super) type Steps = Vec<(Duration, Step)>;

fn send(seconds: u64, queue: &'static str, event_type: &str, group: &str, data: &Value) -> Steps {
    let body = envelope(&format!("{event_type}-{seconds}"), event_type, data);
    let message = Message::new(queue, group, body);
    vec![(Duration::from_secs(seconds), Step::Send(message))]
}

/// Does these steps later than they would be done otherwise.
pub(super) fn delayed(seconds: u64, mut steps: Steps) -> Steps {
    for (at, _) in &mut steps {
        *at += Duration::from_secs(seconds);
    }
    steps
}

fn registration(seconds: u64, id: &str, version: u32, capacity: u32, active: bool) -> Steps {
    let data = json!({
        "partnerId": id, "version": version, "name": id, "categories": ["cleaning"], "regions": ["KR-11"],
        "capacity": capacity, "fee": { "points": 100 }, "active": active,
    });
    send(seconds, "partners.fifo", "partner.registered", id, &data)
}

/// Registers partner `p1`.
pub(super) fn partner(capacity: u32) -> Steps {
    registration(0, "p1", 0, capacity, true)
}

/// Registers partner `p2`, with points, once the request is matched with `p1`.
pub(super) fn second_partner() -> Steps {
    let mut steps = registration(5, "p2", 0, 1, true);
    let purchase = json!({ "purchaseId": "b2", "partnerId": "p2", "points": 300 });
    steps.extend(send(0, "points.fifo", "points.purchased", "p2", &purchase));
    steps
}

/// Deactivates partner `p1` once the request is matched with it.
pub(super) fn deactivation() -> Steps {
    let mut steps = registration(5, "p1", 1, 1, false);
    steps[0].0 += Duration::from_millis(200);
    steps
}

/// Buys points for partner `p1`, whose fee is 100 points.
pub(super) fn purchase(points: u32) -> Steps {
    let purchase = json!({ "purchaseId": "b1", "partnerId": "p1", "points": points });
    send(0, "points.fifo", "points.purchased", "p1", &purchase)
}

/// The customer of request `number`, reached by text message.
pub(super) fn sms(number: u32) -> Value {
    json!({ "id": "c", "phone": phone(number) })
}

/// The customer of request `number`, reached by push message.
pub(super) fn push(number: u32) -> Value {
    json!({ "id": "c", "pushEndpointArn": endpoint(number) })
}

/// Submits request `number`.
pub(super) fn request(number: u32, customer: &Value) -> Steps {
    let data = json!({
        "requestId": format!("r{number}"), "customer": customer, "category": "cleaning", "region": "KR-11",
        "details": { "secret": "DETAILS" },
    });
    send(5, "intake.fifo", "request.submitted", "c", &data)
}

/// Closes the matches of request 1, so long after they were published.
pub(super) fn close(seconds: u64) -> Steps {
    let close = |attempt| Step::Close {
        request: "r1".to_owned(),
        attempt,
    };
    let delay = Duration::from_secs(seconds);
    (1..=2).map(|attempt| (delay, close(attempt))).collect()
}

/// Sends three messages that can never succeed.
pub(super) fn malformed() -> Steps {
    let unknown = json!({ "requestId": "r99", "matchId": "00000000-0000-5000-8000-000000000000" });
    let closed = envelope("unknown", "match.closed", &unknown);
    let send = |body| Step::Send(Message::new("intake.fifo", "c", body).malformed());
    ["no JSON".to_owned(), "{}".to_owned(), closed]
        .map(|body| (Duration::from_secs(5), send(body)))
        .into()
}
