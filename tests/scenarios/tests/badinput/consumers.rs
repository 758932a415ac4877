//! The consumers, each with a good event.

use serde_json::{Value, json};

/// A queue and a good event for it.
#[derive(Clone, Copy, Debug)]
pub struct Consumer {
    pub queue: &'static str,
    pub good: fn(&str) -> Value,
    /// A type that others take, but not this one.
    pub foreign: &'static str,
}

pub const INTAKE: Consumer = Consumer {
    queue: "intake.fifo",
    good: submitted,
    foreign: "notification.sent",
};

pub const POINTS: Consumer = Consumer {
    queue: "points.fifo",
    good: purchased,
    foreign: "notification.sent",
};

pub const NOTIFICATION: Consumer = Consumer {
    queue: "notification",
    good: unmatched,
    foreign: "notification.sent",
};

pub const STATISTICS: Consumer = Consumer {
    queue: "statistics",
    good: deducted,
    foreign: "request.submitted",
};

pub const CONSUMERS: [Consumer; 4] = [INTAKE, POINTS, NOTIFICATION, STATISTICS];

pub fn envelope(kind: &str, key: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": format!("event-{key}"), "source": "/shop", "type": kind,
        "time": "1970-01-01T09:00:00+09:00", "data": data,
    })
}

pub fn submitted(key: &str) -> Value {
    let data = json!({
        "requestId": key, "customer": { "id": "customer", "phone": "+821000000001" },
        "category": "cleaning", "region": "KR-11", "details": { "rooms": 3 },
    });
    envelope("request.submitted", key, &data)
}

pub fn purchased(key: &str) -> Value {
    envelope(
        "points.purchased",
        key,
        &json!({ "purchaseId": key, "partnerId": "partner", "points": 10 }),
    )
}

pub fn registered(key: &str) -> Value {
    let data = json!({
        "partnerId": key, "version": 1, "name": "Clean", "categories": ["washing"], "regions": ["KR-11"],
        "capacity": 3, "fee": { "points": 10 },
    });
    envelope("partner.registered", key, &data)
}

pub fn unmatched(key: &str) -> Value {
    let data = json!({
        "requestId": key, "attempt": 1, "category": "cleaning", "region": "KR-11",
        "submittedAt": "1970-01-01T00:00:00Z", "customer": { "id": "customer", "phone": "+821000000001" },
        "reason": "no_partner",
    });
    envelope("request.unmatched", key, &data)
}

pub fn deducted(key: &str) -> Value {
    let data = json!({
        "requestId": key, "matchId": key, "partnerId": "partner", "points": 10, "balance": 0, "sequence": 2,
        "transferId": key, "submittedAt": "1970-01-01T00:00:00Z",
    });
    envelope("points.deducted", key, &data)
}
