//! The results of decisions.

use super::*;

#[test]
fn without_a_serving_partner_it_is_unmatched() {
    let mut elsewhere = partner("p-1", 1, 10);
    elsewhere.registered.regions = parsed(&json!(["KR-26"]));
    let mut inactive = partner("p-2", 1, 10);
    inactive.registered.active = false;
    let mut scenario = Scenario::with_partners([elsewhere, inactive]);
    let publication = scenario.when(&submission()).unwrap().unwrap();
    assert_eq!((scenario.state(), scenario.attempt()), (State::Unmatched, 1));
    assert!(scenario.request().expires_at.is_some());
    assert_eq!(publication.group, "cust-1");
    assert_eq!(
        data(&publication),
        json!({
            "requestId": "r-1", "attempt": 1, "category": "cleaning", "region": "KR-11",
            "customer": { "id": "cust-1", "phone": "+821012345678", "locale": "ko-KR" },
            "submittedAt": "2026-11-02T08:59:00.000000Z", "reason": "no_partner",
        })
    );
}

#[test]
fn a_full_or_suspended_partner_defers_the_request() {
    for partner in [partner("p-1", 0, 10), with_balance(partner("p-1", 1, 10), 9, 1)] {
        let mut scenario = Scenario::with_partners([partner]);
        let publication = scenario.when(&submission()).unwrap().unwrap();
        assert_eq!(scenario.state(), State::Deferred);
        assert_eq!(scenario.request().expires_at, None);
        assert_eq!(publication.group, "cust-1");
        let expected = json!({ "requestId": "r-1", "attempt": 1, "retryAt": "2026-11-02T09:01:00.000000Z" });
        assert_eq!(data(&publication), expected);
    }
}

#[test]
fn the_last_attempt_allowed_ends_the_request() {
    let mut scenario = Scenario::with_partners([partner("p-1", 0, 10)]).given([submission(), deferral(1)]);
    assert_eq!(scenario.state(), State::Deferred);
    let publication = scenario.when(&deferral(2)).unwrap().unwrap();
    assert_eq!((scenario.state(), scenario.attempt()), (State::Unmatched, 3));
    assert_eq!(data(&publication)["reason"], "no_capacity");
}

#[test]
fn attempts_after_a_refusal_count_too() {
    let mut scenario = Scenario::with_partners([partner("p-1", 1, 10)]).given([submission(), refusal(1, "p-1", 0, 0)]);
    scenario.partners.push(partner("p-2", 1, 10));
    let mut scenario = scenario.given([deferral(2)]);
    assert_eq!(scenario.state(), State::Pending(id("p-2")));
    let publication = scenario.when(&refusal(3, "p-2", 0, 0)).unwrap().unwrap();
    let data = data(&publication);
    assert_eq!((&data["reason"], &data["attempt"]), (&json!("no_capacity"), &json!(4)));
    assert_eq!(data["replaces"], json!(match_of(3)));
}

#[test]
fn a_partner_is_suspended_below_its_fee_only() {
    assert!(!with_balance(partner("p-1", 1, 10), 10, 1).is_suspended());
    assert!(with_balance(partner("p-1", 1, 10), 9, 1).is_suspended());
    assert!(!partner("p-1", 1, 10).is_suspended());
}

#[test]
fn a_balance_is_checked_against_the_current_fee() {
    let mut dearer = with_balance(partner("p-1", 1, 10), 10, 1);
    dearer.registered.fee = parsed(&json!({ "points": 11 }));
    assert!(dearer.is_suspended());
}

#[test]
fn credits_are_saved_in_the_order_of_the_account() {
    let event = |balance, sequence| {
        parsed(&json!({
            "partnerId": "p-1", "points": 10, "balance": balance, "sequence": sequence,
            "transferId": "t-1", "purchaseId": "u-1",
        }))
    };
    assert_eq!(on_credited(None, &event(10, 1)), NextStep::Done(None));
    let known = with_balance(partner("p-1", 1, 10), 5, 3);
    assert_eq!(on_credited(Some(&known), &event(10, 2)), NextStep::Done(None));
    assert_eq!(on_credited(Some(&known), &event(10, 3)), NextStep::Done(None));
    let NextStep::Write(transition) = on_credited(Some(&known), &event(9, 4)) else {
        panic!()
    };
    let shown = PartnerChange::save_balance(&id("p-1"), known_balance(9, 4));
    assert_eq!((transition.request, transition.partners), (None, vec![shown]));
    let never = partner("p-1", 1, 10);
    assert!(matches!(on_credited(Some(&never), &event(9, 1)), NextStep::Write(_)));
}

#[test]
fn debug_output_shows_neither_customer_nor_bodies() {
    let scenario = Scenario::with_partners([partner("p-1", 1, 10)]).given([submission()]);
    let shown = format!("{:?} {:?}", scenario.request(), scenario.request().submission);
    assert!(shown.contains("r-1") && !shown.contains("+82"), "{shown}");
}
