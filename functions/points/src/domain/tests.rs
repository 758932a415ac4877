//! Given what was decided before, when an order comes, then this is decided.

use std::collections::BTreeMap;

use contract::{Event, Received};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Account, Books, Decision, Key, Order, Party, Ruling, Undecided, Verdict, decide};

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

#[test]
fn the_first_purchase_opens_the_account() {
    let decision = decided(&given(&[]), &purchase("b1", "p1", 500));
    assert_eq!(
        data(&decision),
        json!({
            "partnerId": "p1", "points": 500, "balance": 500, "sequence": 1,
            "transferId": contract::ids::purchase_transfer_id(&"b1".parse().unwrap()),
            "purchaseId": "b1",
        })
    );
    assert_eq!(sides(&decision), ("platform".into(), "partner#p1".into()));
}

#[test]
fn a_charge_moves_the_fee_to_the_platform() {
    let books = given(&[purchase("b1", "p1", 500)]);
    let decision = decided(&books, &charge("m1", "p1", 200));
    assert_eq!(
        data(&decision),
        json!({
            "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 200,
            "balance": 300, "sequence": 2,
            "transferId": contract::ids::match_transfer_id(&"m1".parse().unwrap()),
            "submittedAt": "2026-03-01T08:59:59.000000Z",
        })
    );
    assert_eq!(sides(&decision), ("partner#p1".into(), "platform".into()));
    assert_eq!(decision.change(), -200);
}

#[test]
fn what_is_published_is_grouped_by_partner_and_names_its_cause() {
    let decision = decided(&given(&[]), &purchase("b1", "p1", 500));
    let body: Value = serde_json::from_str(&decision.publication.body).unwrap();
    assert_eq!(decision.publication.group, "p1");
    assert_eq!(body["source"], "/matchflow/points");
    assert_eq!(body["type"], "points.credited");
    assert_eq!(body["causationid"], "envelope-1");
    assert_eq!(body["correlationid"], "r1");
    assert_eq!(body["time"], "2026-03-01T09:00:00.000000Z");
}

#[test]
fn behaviour_26_a_balance_exactly_at_the_amount_goes_to_zero() {
    let books = given(&[purchase("b1", "p1", 200)]);
    let decision = decided(&books, &charge("m1", "p1", 200));
    assert_eq!((decision.balance, decision.sequence), (0, 2));
    assert!(matches!(decision.ruling, Ruling::Transfer { .. }));
}

#[test]
fn behaviour_26_one_point_short_is_refused_and_takes_a_sequence() {
    let books = given(&[purchase("b1", "p1", 199)]);
    let decision = decided(&books, &charge("m1", "p1", 200));
    assert_eq!(
        data(&decision),
        json!({
            "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 200,
            "balance": 199, "sequence": 2, "reason": "insufficient_points",
        })
    );
    assert_eq!(decision.change(), 0);
}

#[test]
fn a_charge_without_an_account_is_refused_outside_of_every_sequence() {
    let mut books = given(&[]);
    let decision = decided(&books, &charge("m1", "p1", 200));
    assert_eq!(
        data(&decision),
        json!({
            "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 200,
            "balance": 0, "sequence": 0, "reason": "unknown_account",
        })
    );
    books.enter(decision);
    assert_eq!(books.account(&"p1".parse().unwrap()), None);
    assert_eq!(decided(&books, &purchase("b1", "p1", 1)).sequence, 1);
}

#[test]
fn an_emptied_account_is_still_known() {
    let books = given(&[purchase("b1", "p1", 5), charge("m1", "p1", 5)]);
    let decision = decided(&books, &charge("m2", "p1", 5));
    assert_eq!(data(&decision)["reason"], "insufficient_points");
    assert_eq!(data(&decision)["sequence"], 3);
}

#[test]
fn accounts_have_sequences_of_their_own() {
    let books = given(&[purchase("b1", "p1", 5), purchase("b2", "p2", 7)]);
    let decision = decided(&books, &charge("m1", "p2", 5));
    assert_eq!((decision.balance, decision.sequence), (2, 2));
}

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

#[test]
fn no_personal_data_is_kept() {
    let books = given(&[purchase("b1", "p1", 500)]);
    let kept = serde_json::to_string(&decided(&books, &charge("m1", "p1", 200))).unwrap();
    for personal in ["821012345678", "customer"] {
        assert!(!kept.contains(personal), "{kept}");
    }
}

#[test]
fn behaviour_26_integer_limits_do_not_overflow() {
    let limit = u64::from(LIMIT);
    let decide = |books: &Books, cause: &Received| {
        decide(&Order::of(cause).unwrap(), books, at(0)).map(|verdict| match verdict {
            Verdict::New(decision) => (decision.balance, decision.sequence),
            Verdict::Repeat(_) => panic!("new"),
        })
    };
    let buy = purchase("b1", "p1", LIMIT);
    let take = charge("m1", "p1", LIMIT);
    assert_eq!(decide(&holding(limit, 7), &take), Ok((0, 8)));
    assert_eq!(
        decide(&holding(u64::MAX - limit, 7), &buy),
        Ok((u64::MAX, 8))
    );
    assert_eq!(
        decide(&holding(u64::MAX - limit + 1, 7), &buy),
        Err(Undecided::BeyondLimit)
    );
    assert_eq!(
        decide(&holding(u64::MAX, 7), &take),
        Ok((u64::MAX - limit, 8))
    );
    for balance in [0, limit] {
        assert_eq!(
            decide(&holding(balance, u64::MAX), &take),
            Err(Undecided::BeyondLimit)
        );
        assert_eq!(
            decide(&holding(balance, u64::MAX), &buy),
            Err(Undecided::BeyondLimit)
        );
    }
}

#[test]
fn other_events_are_no_orders() {
    let data = json!({ "requestId": "r1", "matchId": "m1" });
    let closed = received(serde_json::from_value::<contract::MatchClosed>(data).unwrap());
    assert!(Order::of(&closed).is_none());
}

#[test]
fn parties_and_keys_are_read_as_they_are_written() {
    for party in [Party::Platform, Party::Partner("p1".parse().unwrap())] {
        assert_eq!(Party::try_from(party.to_string()), Ok(party));
    }
    for key in [
        Key::Purchase("b1".parse().unwrap()),
        Key::Match("m1".parse().unwrap()),
    ] {
        assert_eq!(Key::try_from(key.to_string()), Ok(key));
    }
    for wrong in ["", "partner", "partner#", "platform#p1", "partner#a#b"] {
        assert!(Party::try_from(wrong.to_owned()).is_err(), "{wrong}");
        assert!(Key::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn a_decision_is_kept_under_its_key_with_both_sides_named() {
    let kept = json!(decided(&given(&[]), &purchase("b1", "p1", 500)));
    assert_eq!(kept["order"], "purchase#b1");
    let sides = &kept["transfer"];
    assert_eq!(sides["debit"], "platform");
    assert_eq!(sides["credit"], "partner#p1");
}

#[test]
fn what_is_read_again_goes_over_what_was_known() {
    let mut known = given(&[purchase("b1", "p1", 500), purchase("b2", "p2", 7)]);
    let now = [
        purchase("b1", "p1", 500),
        purchase("b2", "p2", 7),
        charge("m1", "p1", 200),
    ];
    known.update(given(&[now[0].clone(), now[2].clone()]));
    assert_eq!(known, given(&now));
}

#[derive(Debug, Clone)]
enum Step {
    Purchase(u8, u8, u32),
    Charge(u8, u8, u32),
}

impl Step {
    fn cause(&self) -> Received {
        match self {
            Self::Purchase(id, partner, points) => {
                purchase(&format!("b{id}"), &format!("p{partner}"), *points)
            }
            Self::Charge(id, partner, fee) => {
                charge(&format!("m{id}"), &format!("p{partner}"), *fee)
            }
        }
    }
}

/// Few ids, so that repeats, equal and unequal ones, are frequent.
fn step() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![1..=5_u32, Just(LIMIT)];
    prop_oneof![
        (0..12_u8, 0..2_u8, amount()).prop_map(|(id, p, points)| Step::Purchase(id, p, points)),
        (0..12_u8, 0..2_u8, amount()).prop_map(|(id, p, fee)| Step::Charge(id, p, fee)),
    ]
}

proptest! {
    #[test]
    fn points_are_exact_whatever_comes(steps in prop::collection::vec(step(), 0..60)) {
        let mut books = Books::default();
        let mut model: BTreeMap<String, (i64, u64)> = BTreeMap::new();
        let mut parties: BTreeMap<String, i64> = BTreeMap::new();
        let mut keys = std::collections::BTreeSet::new();
        for step in &steps {
            let cause = step.cause();
            let order = Order::of(&cause).unwrap();
            let known = books.decision(&order.key).cloned();
            match decide(&order, &books, at(0)) {
                Ok(Verdict::New(decision)) => {
                    prop_assert!(keys.insert(decision.order.to_string()), "decided twice");
                    let account = model.entry(decision.partner.to_string()).or_default();
                    account.0 += decision.change();
                    prop_assert!(account.0 >= 0);
                    if decision.sequence > 0 {
                        account.1 += 1;
                    }
                    prop_assert_eq!(
                        (i64::try_from(decision.balance).unwrap(), decision.sequence),
                        (account.0, account.1)
                    );
                    if let Ruling::Transfer { debit, credit, points, .. } = &decision.ruling {
                        *parties.entry(debit.to_string()).or_default() -= i64::from(points.get());
                        *parties.entry(credit.to_string()).or_default() += i64::from(points.get());
                    }
                    books.enter(*decision);
                }
                Ok(Verdict::Repeat(saved)) => prop_assert_eq!(Some(saved), known.as_ref()),
                Err(undecided) => {
                    prop_assert_eq!(undecided, Undecided::IdentityConflict);
                    prop_assert!(known.is_some());
                }
            }
        }
        prop_assert_eq!(parties.values().sum::<i64>(), 0, "double entry");
        for (partner, (balance, _)) in &model {
            prop_assert_eq!(parties.get(&format!("partner#{partner}")).copied().unwrap_or(0), *balance);
        }
    }
}
