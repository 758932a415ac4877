//! Whether a record had its effect: what its function stores once it has handled it.

use contract::{RequestId, ids};
use serde_json::Value;

use super::destination::Destination;
use crate::failure::Failure;
use crate::tables::Tables;

/// An event that was sent, and to where.
#[derive(Clone, Debug)]
pub struct Sent {
    pub destination: Destination,
    pub body: String,
}

/// Whether the function that reads the queue has stored what it stores of this event; no if the event cannot be read, and yes of an event
/// for the topic, whose subscribers are many.
pub async fn has_effect(tables: &Tables, sent: &Sent) -> Result<bool, Failure> {
    let Destination::Queue(queue) = sent.destination else {
        return Ok(true);
    };
    let event = event_in(&sent.body);
    match queue {
        "points.fifo" => is_decided(tables, &event).await,
        "notification" => is_told(tables, &event).await,
        "statistics" => is_counted(tables, &event).await,
        _ => is_known_to_matching(tables, &event).await,
    }
}

fn event_in(body: &str) -> Value {
    let event: Value = serde_json::from_str(body).unwrap_or_default();
    let wrapped = event["Message"]
        .as_str()
        .map(|inner| serde_json::from_str(inner).unwrap_or_default());
    wrapped.unwrap_or(event)
}

fn text<'a>(event: &'a Value, member: &str) -> &'a str {
    event["data"][member].as_str().unwrap_or_default()
}

async fn is_decided(tables: &Tables, event: &Value) -> Result<bool, Failure> {
    let order = match event["type"].as_str() {
        Some("points.purchased") => format!("purchase#{}", text(event, "purchaseId")),
        _ => format!("match#{}", text(event, "matchId")),
    };
    let decision = tables.ledger.get(order, "decision").await?;
    Ok(decision.is_some_and(|decision| decision["publication"]["body"].is_string()))
}

async fn is_told(tables: &Tables, event: &Value) -> Result<bool, Failure> {
    let attempt = event["data"]["attempt"].as_u64();
    let item = tables
        .notification
        .get(format!("request#{}", text(event, "requestId")), "told")
        .await?;
    let item = item.unwrap_or_default();
    let outcome = attempt.map(|attempt| format!("told#{attempt}"));
    Ok(outcome.is_some_and(|outcome| item[&outcome].is_object()) || item["attempt"].as_u64() > attempt)
}

async fn is_counted(tables: &Tables, event: &Value) -> Result<bool, Failure> {
    let id = event["id"].as_str();
    let history = ["request", "purchase"].map(|kind| (kind, text(event, &format!("{kind}Id"))));
    for (kind, name) in history.into_iter().filter(|(_, name)| !name.is_empty()) {
        let items = tables.statistics.query(format!("{kind}#{name}")).await?;
        if items.iter().any(|item| item["id"].as_str() == id) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn is_known_to_matching(tables: &Tables, event: &Value) -> Result<bool, Failure> {
    let event_type = event["type"].as_str().unwrap_or_default();
    if event_type == "partner.registered" || event_type == "points.credited" {
        let partner = tables
            .matching
            .get(format!("partner#{}", text(event, "partnerId")), "partner")
            .await?;
        return Ok(partner.is_some_and(|partner| is_newer_or_same(&partner, event)));
    }
    let request = tables
        .matching
        .get(format!("request#{}", text(event, "requestId")), "request")
        .await?;
    Ok(request.is_some_and(|request| is_behind(&request, event_type, event)))
}

/// Whether a partner's item is as new as a registration or a balance.
fn is_newer_or_same(partner: &Value, event: &Value) -> bool {
    let data = &event["data"];
    if event["type"] == "partner.registered" {
        partner["registered"]["version"].as_u64() >= data["version"].as_u64()
    } else {
        partner["shown"]["sequence"].as_u64() >= data["sequence"].as_u64()
    }
}

/// Whether a request's item is as it is after this event, or later.
fn is_behind(request: &Value, event_type: &str, event: &Value) -> bool {
    let (attempt, state) = (
        request["attempt"].as_u64(),
        request["state"].as_str().unwrap_or_default(),
    );
    match event_type {
        "request.submitted" => true,
        "request.deferred" => attempt > event["data"]["attempt"].as_u64(),
        // An answer to a charge, or a close, of the current match; that of an earlier one has been overtaken.
        _ => !is_current(request, text(event, "matchId")) || is_settled(event_type, state),
    }
}

fn is_settled(event_type: &str, state: &str) -> bool {
    match event_type {
        "match.closed" => matches!(state, "closing" | "closed" | "withdrawn"),
        _ => !matches!(state, "pending" | "closing"),
    }
}

fn is_current(request: &Value, match_id: &str) -> bool {
    let id = request["requestId"]
        .as_str()
        .and_then(|id| RequestId::try_from(id.to_owned()).ok());
    let attempt = request["attempt"]
        .as_u64()
        .and_then(|attempt| u32::try_from(attempt).ok());
    id.zip(attempt)
        .is_some_and(|(id, attempt)| ids::match_id(&id, attempt).to_string() == match_id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_behind_an_event_once_its_item_says_so() {
        let match_id = ids::match_id(&RequestId::try_from("r-1".to_owned()).unwrap(), 2).to_string();
        let request = |state: &str| json!({ "requestId": "r-1", "attempt": 2, "state": state });
        let behind =
            |state, event_type: &str, data: Value| is_behind(&request(state), event_type, &json!({ "data": data }));
        assert!(behind("pending", "request.submitted", json!({})));
        assert!(behind("pending", "request.deferred", json!({ "attempt": 1 })));
        assert!(!behind("deferred", "request.deferred", json!({ "attempt": 2 })));
        assert!(!behind("pending", "points.deducted", json!({ "matchId": match_id })));
        assert!(behind("confirmed", "points.deducted", json!({ "matchId": match_id })));
        assert!(behind(
            "pending",
            "points.rejected",
            json!({ "matchId": "an earlier one" })
        ));
        assert!(!behind("confirmed", "match.closed", json!({ "matchId": match_id })));
        assert!(behind("closed", "match.closed", json!({ "matchId": match_id })));
    }

    #[test]
    fn a_partner_is_behind_an_older_registration_or_balance() {
        let partner = json!({ "registered": { "version": 3 }, "shown": { "sequence": 7 } });
        let of =
            |event_type: &str, data: Value| is_newer_or_same(&partner, &json!({ "type": event_type, "data": data }));
        assert!(of("partner.registered", json!({ "version": 3 })));
        assert!(!of("partner.registered", json!({ "version": 4 })));
        assert!(of("points.credited", json!({ "sequence": 7 })));
        assert!(!of("points.credited", json!({ "sequence": 8 })));
    }
}
