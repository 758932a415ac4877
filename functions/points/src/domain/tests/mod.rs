//! Given earlier decisions, when an order is received, then this is decided.

mod deciding;
mod properties;
mod repeating;
mod storing;

use contract::{Event, Received};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Account, Decision, LedgerView, Order, OrderDecision, Posting, decide};

const LIMIT: u32 = 1_000_000_000;

fn received(event: impl Into<Event>) -> Received {
    Received {
        id: "envelope-1".to_owned(),
        time: "2026-03-01T09:00:00Z".parse().unwrap(),
        correlation_id: "r1".to_owned(),
        traceparent: None,
        event: event.into(),
    }
}

fn purchase(id: &str, partner: &str, points: u32) -> Received {
    let data = json!({ "purchaseId": id, "partnerId": partner, "points": points });
    received(serde_json::from_value::<contract::PointsPurchased>(data).unwrap())
}

fn matched_data(id: &str, partner: &str, fee: u32) -> Value {
    json!({
        "requestId": "r1", "matchId": id, "attempt": 1,
        "customer": { "id": "c1", "phone": "+821012345678" },
        "partner": { "id": partner, "name": "Clean" },
        "fee": { "points": fee },
        "category": "cleaning", "region": "KR-11",
        "submittedAt": "2026-03-01T08:59:59Z",
    })
}

fn matched(data: Value) -> Received {
    received(serde_json::from_value::<contract::RequestMatched>(data).unwrap())
}

fn charge(id: &str, partner: &str, fee: u32) -> Received {
    matched(matched_data(id, partner, fee))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_355_600 + second).unwrap()
}

fn given(past: &[Received]) -> LedgerView {
    let mut ledger = LedgerView::default();
    for cause in past {
        let decision = decided(&ledger, cause);
        ledger.apply(decision);
    }
    ledger
}

fn holding(balance: u64, sequence: u64) -> LedgerView {
    let mut ledger = LedgerView::default();
    ledger.insert_account("p1".parse().unwrap(), Account { balance, sequence });
    ledger
}

fn decided(ledger: &LedgerView, cause: &Received) -> Decision {
    match decide(&Order::of(cause).unwrap(), ledger, at(0)) {
        Ok(OrderDecision::New(decision)) => *decision,
        other => panic!("{other:?}"),
    }
}

fn data(decision: &Decision) -> Value {
    let body: Value = serde_json::from_str(&decision.publication.body).unwrap();
    body["data"].clone()
}

fn sides(decision: &Decision) -> (String, String) {
    match &decision.posting {
        Posting::Transfer { debit, credit, .. } => (debit.to_string(), credit.to_string()),
        Posting::Refusal { .. } => panic!("a refusal"),
    }
}
