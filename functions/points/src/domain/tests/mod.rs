//! Given what was decided before, when an order comes, then this is decided.

mod deciding;
mod keeping;
mod properties;
mod repeating;

use contract::{Event, Received};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Account, Books, Decision, Order, Ruling, Verdict, decide};

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

fn given(past: &[Received]) -> Books {
    let mut books = Books::default();
    for cause in past {
        let decision = decided(&books, cause);
        books.enter(decision);
    }
    books
}

fn holding(balance: u64, sequence: u64) -> Books {
    let mut books = Books::default();
    books.open("p1".parse().unwrap(), Account { balance, sequence });
    books
}

fn decided(books: &Books, cause: &Received) -> Decision {
    match decide(&Order::of(cause).unwrap(), books, at(0)) {
        Ok(Verdict::New(decision)) => *decision,
        other => panic!("{other:?}"),
    }
}

fn data(decision: &Decision) -> Value {
    let body: Value = serde_json::from_str(&decision.publication.body).unwrap();
    body["data"].clone()
}

fn sides(decision: &Decision) -> (String, String) {
    match &decision.ruling {
        Ruling::Transfer { debit, credit, .. } => (debit.to_string(), credit.to_string()),
        Ruling::Refusal { .. } => panic!("a refusal"),
    }
}
