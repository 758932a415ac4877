//! Decisions, accounts and their histories.

use rules::{Begin, Rule, Tables, match_id};
use serde_json::{Value, json};

use crate::snapshot::{decision, snapshot};
use crate::{broken, violations};

#[test]
fn an_account_agrees_with_its_history() {
    let partner = || vec![(Rule::AccountFollowsHistory, "partner p".to_owned())];
    assert_eq!(broken("/accounts/0/account/balance", json!(701)), partner());
    assert_eq!(broken("/accounts/0/account/sequence", json!(3)), partner());
    assert_eq!(
        broken("/accounts", json!([])),
        [partner(), vec![(Rule::KnownBalance, "partner p".to_owned())]].concat()
    );
    let mut gap = snapshot();
    gap["decisions"].as_array_mut().unwrap().remove(0);
    gap["partners"][0]["shown"] = Value::Null;
    assert_eq!(violations(&gap), partner());
    let text = Tables::of(&gap).violations().next().unwrap().to_string();
    let charge = match_id("r1", 3);
    let missing = "at sequence 2 follows sequence 0; should be: the decisions between them, which are missing";
    assert_eq!(text, format!("partner p: match#{charge} {missing}"));
}

#[test]
fn an_account_that_is_no_number_is_no_account_without_points() {
    let texts = |pointer: &str| {
        let mut unreadable = snapshot();
        *unreadable.pointer_mut(pointer).unwrap() = json!("700");
        let tables = Tables::of(&unreadable);
        tables.violations().map(|one| one.to_string()).collect::<Vec<_>>()
    };
    let account = "partner p: the account has a balance or a sequence that is no number; should be: as its last decision, \
                   700 points at sequence 2";
    assert_eq!(texts("/accounts/0/account/balance"), [account]);
    assert_eq!(texts("/accounts/0/account/sequence"), [account]);
    let known = "partner p: matching knows a balance or a sequence that is no number; should be: 1000 points there";
    let found = texts("/partners/0/shown/balance");
    assert!(found.len() == 1 && found[0].starts_with(known), "{found:?}");
}

#[test]
fn a_sequence_that_is_left_out_is_a_gap_even_if_the_balance_follows() {
    let mut snapshot = snapshot();
    let charge = json!({ "requestId": "r1", "matchId": match_id("r1", 3), "partnerId": "p", "points": 300, "balance": 700, "sequence": 3 });
    snapshot["decisions"][2] = decision(&charge);
    snapshot["accounts"][0]["account"]["sequence"] = json!(3);
    assert_eq!(
        violations(&snapshot),
        [(Rule::AccountFollowsHistory, "partner p".to_owned())]
    );
}

#[test]
fn each_break_of_a_history_is_told_once() {
    let mut snapshot = snapshot();
    let wrong = json!({ "purchaseId": "b1", "partnerId": "p", "points": 1000, "balance": 999, "sequence": 1 });
    let follows = json!({ "requestId": "r1", "matchId": match_id("r1", 3), "partnerId": "p", "points": 300, "balance": 699, "sequence": 2 });
    (snapshot["decisions"][0], snapshot["decisions"][2]) = (decision(&wrong), decision(&follows));
    snapshot["accounts"][0]["account"]["balance"] = json!(699);
    snapshot["partners"][0]["shown"] = Value::Null;
    let tables = Tables::of(&snapshot);
    let violations: Vec<_> = tables.violations().collect();
    let [only] = &*violations else { panic!("{violations:?}") };
    assert_eq!(
        only.to_string(),
        "partner p: purchase#b1 has 999 points at sequence 1; should be: 1000 points at sequence 1"
    );
}

#[test]
fn no_balance_is_negative() {
    let mut snapshot = snapshot();
    let charge = json!({ "requestId": "r1", "matchId": match_id("r1", 3), "partnerId": "p", "points": 1001, "balance": -1, "sequence": 2 });
    snapshot["decisions"][2] = decision(&charge);
    snapshot["accounts"][0]["account"]["balance"] = json!(-1);
    assert_eq!(
        violations(&snapshot),
        [(Rule::AccountFollowsHistory, "partner p".to_owned())]
    );
}

#[test]
fn a_history_that_begins_later_takes_its_first_balance_as_it_is() {
    let mut later = snapshot();
    later["decisions"].as_array_mut().unwrap().remove(0);
    let mut tables = Tables {
        begin: Begin::Later,
        ..Tables::of(&later)
    };
    assert_eq!(tables.violations().count(), 0);
    tables.accounts.get_mut("p").unwrap().balance = 701;
    assert_eq!(tables.violations().count(), 1);
    tables.decisions.clear();
    assert_eq!(tables.of_accounts().count(), 0);
}

#[test]
fn a_decision_fits_its_event() {
    let charged = format!("decision match#{}", match_id("r1", 3));
    for (pointer, value) in [
        ("/decisions/2/transfer/debit", json!("partner#other")),
        ("/decisions/2/transfer/credit", json!("partner#p")),
        ("/decisions/2/transfer/points", json!(299)),
        ("/decisions/2/balance", json!(701)),
        ("/decisions/2/publication/body", json!("{}")),
        ("/decisions/2/partner", json!("poor")),
    ] {
        let found = broken(pointer, value);
        assert_eq!(
            found.first(),
            Some(&(Rule::DecisionFitsEvent, charged.clone())),
            "{pointer}"
        );
    }
    for (pointer, value) in [
        ("/decisions/1/refusal/points", json!(299)),
        ("/decisions/1/refusal/reason", json!("insufficient_points")),
        ("/decisions/1/transfer", json!({ "points": 300 })),
    ] {
        let mut snapshot = snapshot();
        snapshot["decisions"][1]["transfer"] = Value::Null;
        *snapshot.pointer_mut(pointer).unwrap() = value;
        assert_eq!(violations(&snapshot)[0].0, Rule::DecisionFitsEvent, "{pointer}");
    }
    for member in ["partnerId", "purchaseId"] {
        let mut snapshot = snapshot();
        let mut event: Value =
            serde_json::from_str(snapshot["decisions"][0]["publication"]["body"].as_str().unwrap()).unwrap();
        event["data"][member] = json!("other");
        snapshot["decisions"][0]["publication"]["body"] = event.to_string().into();
        assert_eq!(
            violations(&snapshot),
            [(Rule::DecisionFitsEvent, "decision purchase#b1".to_owned())],
            "{member}"
        );
    }
    let purchase = [(Rule::DecisionFitsEvent, "decision purchase#b1".to_owned())];
    assert_eq!(broken("/decisions/0/transfer/debit", json!("partner#other")), purchase);
    let unjustified = json!({ "requestId": "r1", "matchId": match_id("r1", 2), "partnerId": "poor", "points": 300, "balance": 300, "sequence": 1,
        "reason": "insufficient_points" });
    assert!(
        broken("/decisions/1", decision(&unjustified))
            .iter()
            .any(|(rule, _)| *rule == Rule::DecisionFitsEvent)
    );
}
