//! Events as they are received.

use contract::{
    Event, NotificationFailed, NotificationSent, PointsCredited, PointsDeducted, PointsRejected,
    Received, RequestDeferred, RequestMatched, RequestUnmatched,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn received<T: DeserializeOwned + Into<Event>>(data: Value) -> Received {
    Received {
        id: "envelope-1".to_owned(),
        time: "2026-03-01T09:00:00.5Z".parse().unwrap(),
        correlation_id: "order-1".to_owned(),
        traceparent: None,
        event: serde_json::from_value::<T>(data).unwrap().into(),
    }
}

fn customer() -> Value {
    let endpoint = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/shop/1";
    json!({ "id": "c1", "phone": "+821000900001", "pushEndpointArn": endpoint, "locale": "ko-KR" })
}

pub fn matched(request: &str, attempt: u32) -> Received {
    received::<RequestMatched>(json!({
        "requestId": request, "matchId": format!("m{attempt}"), "attempt": attempt,
        "replaces": format!("m{}", attempt - 1), "customer": customer(),
        "partner": { "id": "p1", "name": "Clean" }, "fee": { "points": 200 },
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    }))
}

pub fn deducted(request: &str, match_id: &str, points: u32) -> Received {
    received::<PointsDeducted>(json!({
        "requestId": request, "matchId": match_id, "partnerId": "p1", "points": points, "balance": u64::MAX,
        "sequence": u64::MAX, "transferId": format!("t-{match_id}"), "submittedAt": "2026-03-01T08:59:59Z",
    }))
}

/// One event of each type.
pub fn one_of_each_type() -> Vec<Received> {
    let (request, notification) = (json!("r1"), json!("n1"));
    vec![
        matched("r1", 1),
        received::<RequestDeferred>(json!({
            "requestId": request, "attempt": 2, "retryAt": "2026-03-01T09:01:00Z",
        })),
        received::<RequestUnmatched>(json!({
            "requestId": request, "attempt": 3, "category": "cleaning", "region": "KR-11", "customer": customer(),
            "submittedAt": "2026-03-01T08:59:59Z", "reason": "no_capacity",
        })),
        received::<PointsCredited>(json!({
            "partnerId": "p1", "points": 1_000_000_000, "balance": 1_000_000_000_000_000_001_u64, "sequence": 1,
            "transferId": "t1", "purchaseId": "b1",
        })),
        deducted("r1", "m1", 1_000_000_000),
        received::<PointsRejected>(json!({
            "requestId": request, "matchId": "m1", "partnerId": "p1", "points": 1, "balance": 0, "sequence": 0,
            "reason": "unknown_account",
        })),
        received::<NotificationSent>(json!({
            "notificationId": notification, "requestId": request, "customerId": "c1", "channel": "push",
            "cause": "request.matched",
        })),
        received::<NotificationFailed>(json!({
            "notificationId": notification, "requestId": request, "customerId": "c1", "channel": "none",
            "cause": "request.unmatched", "reason": "no_channel",
        })),
    ]
}
