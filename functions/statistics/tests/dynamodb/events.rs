//! Events as they are received.

use builders::events::{self, EventBuilder};
use contract::{Channel, Received};
use serde_json::{Value, json};

fn received(event: EventBuilder) -> Received {
    event.correlation("order-1").time("2026-03-01T09:00:00.5Z").received()
}

fn customer() -> Value {
    let endpoint = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/shop/1";
    json!({ "id": "c1", "phone": "+821000900001", "pushEndpointArn": endpoint, "locale": "ko-KR" })
}

fn match_by(request: &str, attempt: u32) -> EventBuilder {
    let matched = events::request_matched(request, attempt, "p1").with("matchId", format!("m{attempt}"));
    let matched = matched.with("replaces", format!("m{}", attempt - 1));
    matched.with("customer", customer()).with("fee/points", 200)
}

pub fn matched(request: &str, attempt: u32) -> Received {
    received(match_by(request, attempt))
}

/// As revision 1 of the contract published a submission that had .NET's default time in Korea.
pub fn matched_in_year_0() -> Received {
    received(match_by("r1", 1).with("submittedAt", "0000-12-31T15:00:00.000000Z"))
}

pub fn deducted(request: &str, match_id: &str, points: u32) -> Received {
    let deducted = events::points_deducted(request, 1, "p1").with("matchId", match_id);
    let deducted = deducted
        .with("transferId", format!("t-{match_id}"))
        .with("points", points);
    received(deducted.with("balance", u64::MAX).with("sequence", u64::MAX))
}

pub fn notified(request: &str) -> Received {
    received(events::notification_sent(&match_by(request, 1).json(), Channel::Sms))
}

/// One event of each type.
pub fn one_of_each_type() -> Vec<Received> {
    let decision = match_by("r1", 1).json();
    let unmatched = events::request_unmatched("r1", 3).with("customer", customer());
    let credited = events::points_credited("b1", "p1", 1_000_000_000);
    let rejected = events::points_rejected("r1", 1, "p1");
    vec![
        matched("r1", 1),
        received(events::request_deferred("r1", 2)),
        received(unmatched.with("reason", "no_capacity")),
        received(credited.with("balance", 1_000_000_000_000_000_001_u64)),
        deducted("r1", "m1", 1_000_000_000),
        received(
            rejected
                .with("reason", "unknown_account")
                .with("points", 1)
                .with("sequence", 0),
        ),
        received(events::notification_sent(&decision, Channel::Push)),
        received(events::notification_failed(&decision, Channel::None).with("reason", "no_channel")),
    ]
}
