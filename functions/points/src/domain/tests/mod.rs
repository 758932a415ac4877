//! Given earlier decisions, when an order is received, then this is decided.

mod deciding;
mod grouping;
mod properties;
mod repeating;
mod storing;

use builders::events::match_to_charge;
use contract::Received;
use jiff::Timestamp;
use serde_json::Value;

use super::{Account, Decision, LedgerView, Order, OrderDecision, Posting, decide};

const LIMIT: u32 = 1_000_000_000;

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

/// A match with a phone and a time that revision 1 of the contract took.
fn match_of_revision_1() -> Received {
    let matched = match_to_charge("m1", "p1", 200).with("customer/phone", "+82");
    matched.with("submittedAt", "0000-12-31T15:00:00.000000Z").received()
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
