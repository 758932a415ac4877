//! What matching is told.

use contract::{EventType, MatchId, PartnerId, Publication, Received, RequestId, ids};
use serde_json::json;
use support::messages::message;

pub fn partner_id(id: &str) -> PartnerId {
    PartnerId::try_from(id.to_owned()).unwrap()
}

pub fn match_of(request: &str, attempt: u32) -> MatchId {
    ids::match_id(&RequestId::try_from(request.to_owned()).unwrap(), attempt)
}

pub fn registers(id: &str, version: u64, capacity: u32, fee: u32, active: bool) -> Received {
    message(
        EventType::PartnerRegistered,
        &json!({
            "partnerId": id, "version": version, "name": id, "categories": ["cleaning"], "regions": ["KR-11"],
            "capacity": capacity, "fee": { "points": fee }, "active": active,
        }),
    )
}

pub fn submits(request: &str) -> Received {
    submits_for(request, "cleaning")
}

pub fn submits_for(request: &str, category: &str) -> Received {
    message(
        EventType::RequestSubmitted,
        &json!({
            "requestId": request, "customer": { "id": "c-1", "phone": "+821012345678" }, "category": category,
            "region": "KR-11",
        }),
    )
}

pub fn closes(request: &str, attempt: u32) -> Received {
    let data = json!({ "requestId": request, "matchId": match_of(request, attempt) });
    message(EventType::MatchClosed, &data)
}

pub fn deducts(
    request: &str,
    attempt: u32,
    partner: &str,
    balance: u64,
    sequence: u64,
) -> Received {
    let charged = match_of(request, attempt);
    message(
        EventType::PointsDeducted,
        &json!({
            "requestId": request, "matchId": charged, "partnerId": partner, "points": 10, "balance": balance,
            "sequence": sequence, "transferId": ids::match_transfer_id(&charged), "submittedAt": "2026-11-02T08:59:00Z",
        }),
    )
}

pub fn rejects(
    request: &str,
    attempt: u32,
    partner: &str,
    balance: u64,
    sequence: u64,
) -> Received {
    message(
        EventType::PointsRejected,
        &json!({
            "requestId": request, "matchId": match_of(request, attempt), "partnerId": partner, "points": 10,
            "balance": balance, "sequence": sequence, "reason": "insufficient_points",
        }),
    )
}

pub fn credits(partner: &str, balance: u64, sequence: u64) -> Received {
    message(
        EventType::PointsCredited,
        &json!({
            "partnerId": partner, "points": 10, "balance": balance, "sequence": sequence, "transferId": "t-1",
            "purchaseId": "u-1",
        }),
    )
}

pub fn types(published: &[Publication]) -> Vec<EventType> {
    published
        .iter()
        .map(|publication| publication.event_type)
        .collect()
}
