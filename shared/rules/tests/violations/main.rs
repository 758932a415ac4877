//! Tables in which everything holds, and what the rules say of each wrong item.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a helper's error has to fail the test"
)]

mod ledger;
mod snapshot;

use rules::{Rule, Subject, Tables, match_id};
use serde_json::{Value, json};

use snapshot::{decision, snapshot};

/// The rules that do not hold once a value of the snapshot is another, each with what it is about.
fn broken(pointer: &str, value: Value) -> Vec<(Rule, String)> {
    let mut snapshot = snapshot();
    *snapshot.pointer_mut(pointer).expect(pointer) = value;
    violations(&snapshot)
}

fn violations(snapshot: &Value) -> Vec<(Rule, String)> {
    let tables = Tables::of(snapshot);
    tables
        .violations()
        .map(|violation| (violation.rule, violation.subject.to_string()))
        .collect()
}

#[test]
fn all_rules_hold_of_tables_as_they_are_written() {
    assert_eq!(violations(&snapshot()), []);
    assert_eq!(violations(&json!({})), []);
}

#[test]
fn open_matches_are_the_live_ones() {
    assert_eq!(
        broken("/partners/0/openMatches", json!(1)),
        [(Rule::OpenMatches, "partner p".to_owned())]
    );
    assert_eq!(
        broken("/partners/1/openMatches", json!(1)),
        [(Rule::OpenMatches, "partner poor".to_owned())]
    );
    let elsewhere = broken("/requests/1/partner", json!("unknown"));
    assert_eq!(
        elsewhere,
        [
            (Rule::OpenMatches, "partner p".to_owned()),
            (Rule::OpenMatches, "partner unknown".to_owned())
        ]
    );
}

#[test]
fn a_known_balance_is_the_ledgers() {
    for known in [
        json!({ "balance": 999, "sequence": 1 }),
        json!({ "balance": 700, "sequence": 3 }),
        json!({ "balance": 1, "sequence": 0 }),
    ] {
        assert_eq!(
            broken("/partners/0/shown", known),
            [(Rule::KnownBalance, "partner p".to_owned())]
        );
    }
}

#[test]
fn a_requests_state_is_known_and_whole() {
    for (pointer, value) in [
        ("/requests/2/state", json!("lost")),
        ("/requests/2/attempt", json!(0)),
        ("/requests/2/attempt", json!(u64::MAX)),
        ("/requests/2/released", json!([1])),
        ("/requests/2/state", json!("closed")),
    ] {
        let found = broken(pointer, value.clone());
        assert_eq!(
            found[0],
            (Rule::RequestState, "request r3".to_owned()),
            "{pointer} {value}"
        );
    }
}

#[test]
fn the_charge_of_each_match_is_as_its_request_says() {
    let request = || (Rule::MatchCharge, "request r1".to_owned());
    let without = |order: usize| {
        let mut snapshot = snapshot();
        snapshot["decisions"].as_array_mut().unwrap().remove(order);
        violations(&snapshot)
    };
    assert!(without(2).contains(&request()), "a confirmed match without its charge");
    assert_eq!(without(1), [request()], "a released match without its refusal");
    assert_eq!(
        broken("/requests/0/released", json!([])),
        [request()],
        "a match that was never made"
    );
    assert_eq!(
        broken("/requests/0/released", json!([1, 2])),
        [request()],
        "a deferral that is said to have been released"
    );
    let twice = json!({ "requestId": "r1", "matchId": match_id("r1", 2), "partnerId": "p", "points": 300, "balance": 400, "sequence": 3 });
    let mut snapshot = snapshot();
    snapshot["decisions"][1] = decision(&twice);
    snapshot["accounts"][0]["account"] = json!({ "balance": 400, "sequence": 3 });
    assert_eq!(violations(&snapshot), [request()], "a request that was charged twice");
}

#[test]
fn a_charge_on_the_account_of_another_partner_is_wrong() {
    let mut snapshot = snapshot();
    snapshot["requests"][0]["partner"] = json!("poor");
    (
        snapshot["partners"][0]["openMatches"],
        snapshot["partners"][1]["openMatches"],
    ) = (json!(1), json!(1));
    assert_eq!(violations(&snapshot), [(Rule::MatchCharge, "request r1".to_owned())]);
}

#[test]
fn a_charge_is_for_a_match_that_there_is() {
    let mut snapshot = snapshot();
    let strange = json!({ "requestId": "r9", "matchId": match_id("r9", 1), "partnerId": "p", "points": 1, "balance": 699, "sequence": 3 });
    let beyond = json!({ "requestId": "r2", "matchId": match_id("r2", 2), "partnerId": "p", "points": 1, "balance": 698, "sequence": 4 });
    snapshot["decisions"]
        .as_array_mut()
        .unwrap()
        .extend([decision(&strange), decision(&beyond)]);
    snapshot["accounts"][0]["account"] = json!({ "balance": 698, "sequence": 4 });
    let expected = [("r2", 2), ("r9", 1)]
        .map(|(request, attempt)| Subject::Decision(format!("match#{}", match_id(request, attempt))));
    let tables = Tables::of(&snapshot);
    let found: Vec<_> = tables
        .violations()
        .map(|violation| (violation.rule, violation.subject))
        .collect();
    assert_eq!(found, expected.map(|subject| (Rule::ChargeHasMatch, subject)));
}
