//! Builders of events: each type with defaults, of which a test overrides what it is about.

mod builder;

use contract::{Channel, EventType, MatchId, Received, ids};
use serde_json::{Value, json};

pub use builder::{EventBuilder, decode, received};

/// The time of an event that a test gives none.
pub const TIME: &str = "2026-03-01T09:00:00Z";

/// When the request was submitted that an event is about: a second before [`TIME`].
pub const SUBMITTED_AT: &str = "2026-03-01T08:59:59Z";

/// The id of the match that this attempt makes.
pub fn match_id(request: &str, attempt: u32) -> MatchId {
    ids::match_id(&request.parse().unwrap(), attempt)
}

/// A partner is registered: cleaning in Seoul, one request at a time, for 100 points.
pub fn partner_registered(partner: &str) -> EventBuilder {
    let data = json!({
        "partnerId": partner, "version": 1, "name": format!("Partner {partner}"), "categories": ["cleaning"],
        "regions": ["KR-11"], "capacity": 1, "fee": { "points": 100 },
    });
    EventBuilder::new(EventType::PartnerRegistered, &data)
}

/// A partner buys points.
pub fn points_purchased(purchase: &str, partner: &str, points: u32) -> EventBuilder {
    let data = json!({ "purchaseId": purchase, "partnerId": partner, "points": points });
    EventBuilder::new(EventType::PointsPurchased, &data)
}

/// A customer asks for cleaning in Seoul.
pub fn request_submitted(request: &str) -> EventBuilder {
    let data = json!({
        "requestId": request, "customer": customer(), "category": "cleaning", "region": "KR-11", "details": { "rooms": 3 },
    });
    EventBuilder::new(EventType::RequestSubmitted, &data)
}

/// The work of a match is done.
pub fn match_closed(request: &str, attempt: u32) -> EventBuilder {
    let data = json!({ "requestId": request, "matchId": match_id(request, attempt) });
    EventBuilder::new(EventType::MatchClosed, &data)
}

/// An attempt found this partner.
pub fn request_matched(request: &str, attempt: u32, partner: &str) -> EventBuilder {
    let data = json!({
        "requestId": request, "attempt": attempt, "matchId": match_id(request, attempt), "customer": customer(),
        "partner": { "id": partner, "name": "Clean" }, "fee": { "points": 100 },
        "category": "cleaning", "region": "KR-11", "submittedAt": SUBMITTED_AT,
    });
    EventBuilder::new(EventType::RequestMatched, &data)
}

/// A match with this id and fee.
pub fn match_to_charge(match_id: &str, partner: &str, fee: u32) -> EventBuilder {
    request_matched("r1", 1, partner)
        .with("matchId", match_id)
        .with("fee/points", fee)
}

/// An attempt found no partner and was the last.
pub fn request_unmatched(request: &str, attempt: u32) -> EventBuilder {
    let data = json!({
        "requestId": request, "attempt": attempt, "customer": customer(), "reason": "no_partner",
        "category": "cleaning", "region": "KR-11", "submittedAt": SUBMITTED_AT,
    });
    EventBuilder::new(EventType::RequestUnmatched, &data)
}

/// An attempt put the request off by a minute.
pub fn request_deferred(request: &str, attempt: u32) -> EventBuilder {
    let data = json!({ "requestId": request, "attempt": attempt, "retryAt": "2026-03-01T09:01:00Z" });
    EventBuilder::new(EventType::RequestDeferred, &data)
}

/// A partner's purchase was credited, as its first posting.
pub fn points_credited(purchase: &str, partner: &str, points: u32) -> EventBuilder {
    let data = json!({
        "purchaseId": purchase, "partnerId": partner, "points": points, "balance": points, "sequence": 1,
        "transferId": ids::purchase_transfer_id(&purchase.parse().unwrap()),
    });
    EventBuilder::new(EventType::PointsCredited, &data)
}

/// A match was charged with 100 points, all that the partner had.
pub fn points_deducted(request: &str, attempt: u32, partner: &str) -> EventBuilder {
    let charged = match_id(request, attempt);
    let data = json!({
        "requestId": request, "matchId": charged, "partnerId": partner, "points": 100, "balance": 0, "sequence": 2,
        "transferId": ids::match_transfer_id(&charged), "submittedAt": SUBMITTED_AT, "category": "cleaning",
        "region": "KR-11",
    });
    EventBuilder::new(EventType::PointsDeducted, &data)
}

/// A match could not be charged with 100 points: the partner had none left.
pub fn points_rejected(request: &str, attempt: u32, partner: &str) -> EventBuilder {
    let data = json!({
        "requestId": request, "matchId": match_id(request, attempt), "partnerId": partner, "points": 100, "balance": 0,
        "sequence": 2, "reason": "insufficient_points", "submittedAt": SUBMITTED_AT, "category": "cleaning",
        "region": "KR-11",
    });
    EventBuilder::new(EventType::PointsRejected, &data)
}

/// The customer was notified of a decision.
pub fn notification_sent(decision: &Value, channel: Channel) -> EventBuilder {
    EventBuilder::new(EventType::NotificationSent, &notification(decision, channel)).caused_by(decision)
}

/// The customer could not be notified of a decision, since it was too old.
pub fn notification_failed(decision: &Value, channel: Channel) -> EventBuilder {
    let mut data = notification(decision, channel);
    data["reason"] = json!("too_late");
    EventBuilder::new(EventType::NotificationFailed, &data).caused_by(decision)
}

fn notification(decision: &Value, channel: Channel) -> Value {
    let data = &decision["data"];
    let mut notification = json!({
        "notificationId": ids::notification_id(decision["id"].as_str().unwrap(), channel), "requestId": data["requestId"],
        "customerId": data["customer"]["id"], "channel": channel.as_str(), "cause": decision["type"],
        "category": data["category"], "region": data["region"], "submittedAt": data["submittedAt"],
    });
    if let Some(partner) = data.get("partner") {
        notification["partnerId"] = partner["id"].clone();
    }
    notification
}

fn customer() -> Value {
    json!({ "id": "c1", "phone": "+821012345678" })
}

/// A purchase, as the function `points` receives it.
pub fn purchase(purchase: &str, partner: &str, points: u32) -> Received {
    points_purchased(purchase, partner, points).received()
}

/// A match to be charged, as the function `points` receives it.
pub fn charge(match_id: &str, partner: &str, fee: u32) -> Received {
    match_to_charge(match_id, partner, fee).received()
}
