//! What a decision comes to.

use super::*;

#[test]
fn nobody_serves() {
    let mut elsewhere = partner("p-1", 1, 10);
    elsewhere.registered.regions = of(&json!(["KR-26"]));
    let mut inactive = partner("p-2", 1, 10);
    inactive.registered.active = false;
    let mut story = Story::with([elsewhere, inactive]);
    let publication = story.when(&submission()).unwrap().unwrap();
    assert_eq!((story.state(), story.attempt()), (State::Unmatched, 1));
    assert!(story.request().expires_at.is_some());
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
fn without_capacity_or_set_aside_is_full_not_absent() {
    for partner in [partner("p-1", 0, 10), showing(partner("p-1", 1, 10), 9, 1)] {
        let mut story = Story::with([partner]);
        let publication = story.when(&submission()).unwrap().unwrap();
        assert_eq!(story.state(), State::Deferred);
        assert_eq!(story.request().expires_at, None);
        assert_eq!(publication.group, "cust-1");
        let expected =
            json!({ "requestId": "r-1", "attempt": 1, "retryAt": "2026-11-02T09:01:00.000000Z" });
        assert_eq!(data(&publication), expected);
    }
}

#[test]
fn the_last_attempt_allowed_ends_it() {
    let mut story = Story::with([partner("p-1", 0, 10)]).given([submission(), deferral(1)]);
    assert_eq!(story.state(), State::Deferred);
    let publication = story.when(&deferral(2)).unwrap().unwrap();
    assert_eq!((story.state(), story.attempt()), (State::Unmatched, 3));
    assert_eq!(data(&publication)["reason"], "no_capacity");
}

#[test]
fn refusals_count_as_attempts_too() {
    let mut story =
        Story::with([partner("p-1", 1, 10)]).given([submission(), refusal(1, "p-1", 0, 0)]);
    story.partners.push(partner("p-2", 1, 10));
    let mut story = story.given([deferral(2)]);
    assert_eq!(story.state(), State::Pending(id("p-2")));
    let publication = story.when(&refusal(3, "p-2", 0, 0)).unwrap().unwrap();
    let data = data(&publication);
    assert_eq!(
        (&data["reason"], &data["attempt"]),
        (&json!("no_capacity"), &json!(4))
    );
    assert_eq!(data["replaces"], json!(match_of(3)));
}

#[test]
fn exactly_the_fee_is_enough() {
    assert!(!showing(partner("p-1", 1, 10), 10, 1).set_aside());
    assert!(showing(partner("p-1", 1, 10), 9, 1).set_aside());
    assert!(!partner("p-1", 1, 10).set_aside());
}

#[test]
fn the_fee_is_the_one_of_now() {
    let mut dearer = showing(partner("p-1", 1, 10), 10, 1);
    dearer.registered.fee = of(&json!({ "points": 11 }));
    assert!(dearer.set_aside());
}

#[test]
fn credits_are_remembered_in_the_order_of_the_account() {
    let event = |balance, sequence| {
        of(&json!({
            "partnerId": "p-1", "points": 10, "balance": balance, "sequence": sequence,
            "transferId": "t-1", "purchaseId": "u-1",
        }))
    };
    assert_eq!(credited(None, &event(10, 1)), Step::Done(None));
    let known = showing(partner("p-1", 1, 10), 5, 3);
    assert_eq!(credited(Some(&known), &event(10, 2)), Step::Done(None));
    assert_eq!(credited(Some(&known), &event(10, 3)), Step::Done(None));
    let Step::Write(transition) = credited(Some(&known), &event(9, 4)) else {
        panic!()
    };
    let shown = PartnerChange::shown(
        &id("p-1"),
        Shown {
            balance: 9,
            sequence: 4,
        },
    );
    assert_eq!(
        (transition.request, transition.partners),
        (None, vec![shown])
    );
    let never = partner("p-1", 1, 10);
    assert!(matches!(
        credited(Some(&never), &event(9, 1)),
        Step::Write(_)
    ));
}

#[test]
fn a_request_shows_neither_customer_nor_bodies() {
    let story = Story::with([partner("p-1", 1, 10)]).given([submission()]);
    let shown = format!("{:?} {:?}", story.request(), story.request().submission);
    assert!(shown.contains("r-1") && !shown.contains("+82"), "{shown}");
}
