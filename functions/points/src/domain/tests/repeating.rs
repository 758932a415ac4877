//! Repeated orders, with the same data or with other data.

use builders::events::{charge, match_to_charge, purchase};
use serde_json::json;

use super::{at, decided, given, match_of_revision_1};
use crate::domain::{DecisionError, Order, OrderDecision, decide};

#[test]
fn behaviour_22_a_repeat_gives_the_saved_decision_whatever_was_decided_since() {
    let first = [purchase("b1", "p1", 500), charge("m1", "p1", 200)];
    let mut ledger = given(&first);
    let saved = first.clone().map(|cause| {
        let key = Order::of(&cause).unwrap().key;
        ledger.decision(&key).unwrap().clone()
    });
    let later = decided(&ledger, &charge("m2", "p1", 300));
    ledger.apply(later);
    for (mut cause, saved) in first.into_iter().zip(saved) {
        // behaviour 29: the envelope is not the identity
        cause.id = "another".to_owned();
        cause.time = at(-9_000_000);
        cause.correlation_id = "another".to_owned();
        let decision = decide(&Order::of(&cause).unwrap(), &ledger, at(9)).unwrap();
        assert_eq!(decision, OrderDecision::Repeat(&saved));
    }
}

#[test]
fn behaviour_24_rejected_stays_rejected_after_a_purchase() {
    for past in [vec![], vec![purchase("b0", "p1", 1)]] {
        let mut ledger = given(&past);
        let refused = decided(&ledger, &charge("m1", "p1", 200));
        ledger.apply(refused.clone());
        let topped_up = decided(&ledger, &purchase("b1", "p1", 1000));
        ledger.apply(topped_up);
        let again = charge("m1", "p1", 200);
        let decision = decide(&Order::of(&again).unwrap(), &ledger, at(9)).unwrap();
        assert_eq!(decision, OrderDecision::Repeat(&refused));
    }
}

#[test]
fn behaviour_23_other_data_under_a_known_key_is_a_conflict() {
    let ledger = given(&[purchase("b1", "p1", 500), charge("m1", "p1", 200)]);
    let mut others = vec![purchase("b1", "p1", 501), purchase("b1", "p2", 500)];
    for (member, value) in [
        ("requestId", json!("r2")),
        ("attempt", json!(2)),
        ("customer/id", json!("c2")),
        ("customer/phone", json!("+821012345679")),
        ("partner/id", json!("p2")),
        ("partner/name", json!("Cleaner")),
        ("fee/points", json!(199)),
        ("category", json!("moving")),
        ("region", json!("KR-26")),
        ("submittedAt", json!("2026-03-01T08:59:58Z")),
        ("replaces", json!("m0")),
    ] {
        let other = match_to_charge("m1", "p1", 200).with(member, value);
        others.push(other.received());
    }
    let without_phone = match_to_charge("m1", "p1", 200).without("customer/phone");
    others.push(without_phone.received());
    for other in &others {
        let decision = decide(&Order::of(other).unwrap(), &ledger, at(9));
        assert_eq!(decision, Err(DecisionError::IdentityConflict), "{other:?}");
    }
}

#[test]
fn behaviour_29_parsed_values_are_compared_with_their_defaults() {
    let ledger = given(&[purchase("b1", "p1", 500), charge("m1", "p1", 200)]);
    let again = match_to_charge("m1", "p1", 200)
        .with("customer/locale", "ko-KR")
        .with("submittedAt", "2026-03-01T17:59:59.000+09:00")
        .with("unknown", "member");
    let again = again.received();
    let decision = decide(&Order::of(&again).unwrap(), &ledger, at(9)).unwrap();
    assert!(matches!(decision, OrderDecision::Repeat(_)));
}

/// Saved fingerprints are compared with ones made by later versions: a change here makes a conflict
/// of every redelivery.
#[test]
fn a_fingerprint_never_changes() {
    for (cause, fingerprint) in [
        (
            purchase("b1", "p1", 500),
            "4891d8fbf98b3024a651d109b134d933f2dbff3fce63ccefd4972a20c33b66c5",
        ),
        (
            charge("m1", "p1", 200),
            "2b1bdd48f6c9dd52f37c239403f9a6e62b4488ac3a058fba259caad3859d1900",
        ),
        (
            match_of_revision_1(),
            "edd245325c2bd3e4b994b42a027d97f82fdc23f8494fcfb66941c5945c845543",
        ),
    ] {
        assert_eq!(Order::of(&cause).unwrap().fingerprint(), fingerprint);
    }
}
