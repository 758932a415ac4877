//! Messages as they come off the wire.

use contract::{EventType, EventTypeAttribute, Received};
use serde_json::{Value, json};

/// An event of this type with these data, as a producer sends it.
pub fn message(event_type: EventType, data: &Value) -> Received {
    let body = json!({
        "specversion": "1.0", "id": "e-1", "source": "/producer", "type": event_type.as_str(),
        "time": "2026-11-02T08:59:00Z", "data": data,
    });
    off_the_wire(&body.to_string())
}

/// The event in a body that somebody published.
pub fn off_the_wire(body: &str) -> Received {
    let queue = "arn:aws:sqs:ap-northeast-2:000000000000:intake.fifo";
    contract::decode(body, EventTypeAttribute::Absent, EventType::ALL, queue)
        .unwrap()
        .unwrap()
}

/// A partner buys points.
pub fn purchase(id: &str, partner: &str, points: u32) -> Received {
    let data = json!({ "purchaseId": id, "partnerId": partner, "points": points });
    message(EventType::PointsPurchased, &data)
}

/// A match is to be charged.
pub fn charge(id: &str, partner: &str, fee: u32) -> Received {
    let data = json!({
        "requestId": "r1", "matchId": id, "attempt": 1,
        "customer": { "id": "c1", "phone": "+821012345678" },
        "partner": { "id": partner, "name": "Clean" }, "fee": { "points": fee },
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    message(EventType::RequestMatched, &data)
}
