//! What comes again, in the same words or in others.

use serde_json::{Value, json};

use super::{at, charge, decided, given, matched, matched_data, purchase};
use crate::domain::{Order, Undecided, Verdict, decide};

#[test]
fn behaviour_22_a_repeat_gives_what_was_saved_whatever_came_since() {
    let first = [purchase("b1", "p1", 500), charge("m1", "p1", 200)];
    let mut books = given(&first);
    let saved = first.clone().map(|cause| {
        let key = Order::of(&cause).unwrap().key;
        books.decision(&key).unwrap().clone()
    });
    let later = decided(&books, &charge("m2", "p1", 300));
    books.enter(later);
    for (mut cause, saved) in first.into_iter().zip(saved) {
        // behaviour 29: the envelope is not the identity
        cause.id = "another".to_owned();
        cause.time = at(-9_000_000);
        cause.correlation_id = "another".to_owned();
        let verdict = decide(&Order::of(&cause).unwrap(), &books, at(9)).unwrap();
        assert_eq!(verdict, Verdict::Repeat(&saved));
    }
}

#[test]
fn behaviour_24_rejected_stays_rejected_after_a_purchase() {
    for past in [vec![], vec![purchase("b0", "p1", 1)]] {
        let mut books = given(&past);
        let refused = decided(&books, &charge("m1", "p1", 200));
        books.enter(refused.clone());
        let topped_up = decided(&books, &purchase("b1", "p1", 1000));
        books.enter(topped_up);
        let again = charge("m1", "p1", 200);
        let verdict = decide(&Order::of(&again).unwrap(), &books, at(9)).unwrap();
        assert_eq!(verdict, Verdict::Repeat(&refused));
    }
}

#[test]
fn behaviour_23_other_data_under_a_known_key_is_a_conflict() {
    let books = given(&[purchase("b1", "p1", 500), charge("m1", "p1", 200)]);
    let mut others = vec![purchase("b1", "p1", 501), purchase("b1", "p2", 500)];
    for (pointer, value) in [
        ("/requestId", json!("r2")),
        ("/attempt", json!(2)),
        ("/customer/id", json!("c2")),
        ("/customer/phone", json!("+821012345679")),
        ("/customer/phone", Value::Null),
        ("/partner/id", json!("p2")),
        ("/partner/name", json!("Cleaner")),
        ("/fee/points", json!(199)),
        ("/category", json!("moving")),
        ("/region", json!("KR-26")),
        ("/submittedAt", json!("2026-03-01T08:59:58Z")),
    ] {
        let mut data = matched_data("m1", "p1", 200);
        *data.pointer_mut(pointer).unwrap() = value;
        if data["customer"]["phone"].is_null() {
            data["customer"].as_object_mut().unwrap().remove("phone");
        }
        others.push(matched(data));
    }
    let mut replacing = matched_data("m1", "p1", 200);
    replacing["replaces"] = json!("m0");
    others.push(matched(replacing));
    for other in &others {
        let verdict = decide(&Order::of(other).unwrap(), &books, at(9));
        assert_eq!(verdict, Err(Undecided::IdentityConflict), "{other:?}");
    }
}

#[test]
fn behaviour_29_parsed_values_are_compared_with_their_defaults() {
    let books = given(&[purchase("b1", "p1", 500), charge("m1", "p1", 200)]);
    let mut data = matched_data("m1", "p1", 200);
    data["customer"]["locale"] = json!("ko-KR");
    data["submittedAt"] = json!("2026-03-01T17:59:59.000+09:00");
    data["unknown"] = json!("member");
    let again = matched(data);
    let verdict = decide(&Order::of(&again).unwrap(), &books, at(9)).unwrap();
    assert!(matches!(verdict, Verdict::Repeat(_)));
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
    ] {
        assert_eq!(Order::of(&cause).unwrap().fingerprint(), fingerprint);
    }
}
