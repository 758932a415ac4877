//! Tables as they are written.

use rules::match_id;
use serde_json::{Value, json};

/// A purchase of 1000 points, a refused match of r1 with `poor`, its second match with `p` charged 300 points; r2 waits.
pub fn snapshot() -> Value {
    let requests = json!([
        { "requestId": "r1", "attempt": 3, "state": "confirmed", "partner": "p", "released": [2] },
        { "requestId": "r2", "attempt": 1, "state": "pending", "partner": "p", "released": [] },
        { "requestId": "r3", "attempt": 1, "state": "unmatched", "released": [] },
    ]);
    let partners = json!([
        { "registered": { "partnerId": "p" }, "openMatches": 2, "shown": { "balance": 1000, "sequence": 1 } },
        { "registered": { "partnerId": "poor" }, "openMatches": 0, "shown": { "balance": 0, "sequence": 0 } },
    ]);
    let decisions = json!([
        decision(&json!({ "purchaseId": "b1", "partnerId": "p", "points": 1000, "balance": 1000, "sequence": 1 })),
        decision(
            &json!({ "requestId": "r1", "matchId": match_id("r1", 2), "partnerId": "poor", "points": 300, "balance": 0, "sequence": 0,
            "reason": "unknown_account" })
        ),
        decision(
            &json!({ "requestId": "r1", "matchId": match_id("r1", 3), "partnerId": "p", "points": 300, "balance": 700, "sequence": 2 })
        ),
    ]);
    let accounts = json!([{ "partner": "p", "account": { "balance": 700, "sequence": 2 } }]);
    json!({ "requests": requests, "partners": partners, "decisions": decisions, "accounts": accounts })
}

/// The decision that is saved with an event of this data.
pub fn decision(data: &Value) -> Value {
    let (own, points) = (
        format!("partner#{}", data["partnerId"].as_str().unwrap()),
        &data["points"],
    );
    let (event_type, order, posting) = match (&data["purchaseId"], &data["reason"]) {
        (Value::String(id), _) => {
            let transfer = json!({ "transfer": { "debit": "platform", "credit": own, "points": points } });
            ("points.credited", format!("purchase#{id}"), transfer)
        }
        (_, Value::Null) => {
            let transfer = json!({ "transfer": { "debit": own, "credit": "platform", "points": points } });
            ("points.deducted", of_match(data), transfer)
        }
        (_, reason) => {
            let refusal = json!({ "refusal": { "points": points, "reason": reason } });
            ("points.rejected", of_match(data), refusal)
        }
    };
    let body = json!({ "type": event_type, "data": data }).to_string();
    let mut decision = json!({ "order": order, "partner": data["partnerId"], "balance": data["balance"], "sequence": data["sequence"],
        "publication": { "body": body } });
    let members = posting.as_object().unwrap().clone();
    decision.as_object_mut().unwrap().extend(members);
    decision
}

fn of_match(data: &Value) -> String {
    format!("match#{}", data["matchId"].as_str().unwrap())
}
