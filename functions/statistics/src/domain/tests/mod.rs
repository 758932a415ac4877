//! Given the events of a request, the counts and the transactions that follow.

mod counting;
mod transactions;

use contract::{
    Channel, Event, EventType, NotificationFailed, NotificationSent, PointsCredited,
    PointsDeducted, PointsRejected, Received, RequestDeferred, RequestMatched, RequestUnmatched,
    ids,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{CountedEvent, Counts};

fn received<T: DeserializeOwned + Into<Event>>(time: &str, data: Value) -> Received {
    Received {
        id: "envelope-1".to_owned(),
        time: time.parse().unwrap(),
        correlation_id: "r1".to_owned(),
        traceparent: None,
        event: serde_json::from_value::<T>(data).unwrap().into(),
    }
}

fn matched(time: &str, request: &str, attempt: u32) -> Received {
    received::<RequestMatched>(
        time,
        json!({
            "requestId": request, "matchId": format!("{request}-{attempt}"), "attempt": attempt, "customer": { "id": "c1" },
            "partner": { "id": "p1", "name": "Clean" }, "fee": { "points": 200 },
            "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
        }),
    )
}

fn unmatched(time: &str) -> Received {
    received::<RequestUnmatched>(
        time,
        json!({
            "requestId": "r1", "attempt": 1, "customer": { "id": "c1" }, "category": "cleaning", "region": "KR-11",
            "submittedAt": "2026-03-01T08:59:59Z", "reason": "no_partner",
        }),
    )
}

fn deferred(time: &str) -> Received {
    received::<RequestDeferred>(
        time,
        json!({ "requestId": "r1", "attempt": 1, "retryAt": "2026-03-01T09:01:00Z" }),
    )
}

fn credited(time: &str, points: u32) -> Received {
    received::<PointsCredited>(
        time,
        json!({
            "partnerId": "p1", "points": points, "balance": points, "sequence": 1, "transferId": "t1", "purchaseId": "b1",
        }),
    )
}

fn charged(time: &str) -> Received {
    received::<PointsDeducted>(
        time,
        json!({
            "requestId": "r1", "matchId": "r1-1", "partnerId": "p1", "points": 200, "balance": 0, "sequence": 2,
            "transferId": "t2", "submittedAt": "2026-03-01T08:59:59Z",
        }),
    )
}

fn refused(time: &str) -> Received {
    received::<PointsRejected>(
        time,
        json!({
            "requestId": "r1", "matchId": "r1-1", "partnerId": "p1", "points": 200, "balance": 0, "sequence": 2,
            "reason": "insufficient_points",
        }),
    )
}

/// The customer was notified of the first decision.
fn notified(time: &str, cause: EventType, channel: Channel) -> Received {
    let id = ids::notification_id(&ids::event_id(cause, "r1/1"), channel);
    let data = json!({
        "notificationId": id, "requestId": "r1", "customerId": "c1", "channel": channel.as_str(), "cause": cause,
    });
    received::<NotificationSent>(time, data)
}

fn not_notified(time: &str) -> Received {
    let data = json!({
        "notificationId": "n1", "requestId": "r1", "customerId": "c1", "channel": "none", "cause": "request.matched",
        "reason": "no_channel",
    });
    received::<NotificationFailed>(time, data)
}

fn counted_events(received: &[Received]) -> Vec<Option<CountedEvent>> {
    received.iter().map(CountedEvent::from_received).collect()
}

/// Events that are all counted.
fn history(received: &[Received]) -> Vec<CountedEvent> {
    counted_events(received)
        .into_iter()
        .map(Option::unwrap)
        .collect()
}

/// The counters as text: period, row, column and value.
fn lines(counts: &Counts) -> Vec<String> {
    let mut lines = Vec::new();
    for (period, row, columns) in counts.rows() {
        for (column, value) in columns {
            lines.push(format!("{period} {row} {column} {value}"));
        }
    }
    lines
}
