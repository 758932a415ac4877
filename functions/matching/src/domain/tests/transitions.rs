//! Every event in every state.

use super::*;

fn pending() -> Scenario {
    Scenario::with_partners([partner("p-1", 2, 10)]).given([submission()])
}

fn confirmed() -> Scenario {
    pending().given([deduction(1, "p-1", 90, 2)])
}

fn rematched() -> Scenario {
    let partners = [partner("p-1", 1, 10), with_balance(partner("p-2", 1, 10), 0, 1)];
    let mut scenario = Scenario::with_partners(partners).given([submission()]);
    scenario.partners[1].known_balance = None; // available only now: the first decision had no choice
    scenario.given([refusal(1, "p-1", 5, 2)])
}

fn deferred_once() -> Scenario {
    Scenario::with_partners([partner("p-1", 0, 10)]).given([submission()])
}

// request.submitted

#[test]
fn submitted_claims_a_partner_and_publishes_the_match() {
    let mut scenario = Scenario::with_partners([partner("p-1", 2, 10)]);
    let publication = scenario.when(&submission()).unwrap().unwrap();
    assert_eq!(
        (scenario.state(), scenario.attempt(), scenario.open_matches("p-1")),
        (State::Pending(id("p-1")), 1, 1)
    );
    assert_eq!(scenario.request().saved_publication.as_ref(), Some(&publication));
    assert_eq!(scenario.request().expires_at, None);
    assert_eq!(publication.group, "p-1");
    assert_eq!(
        data(&publication),
        json!({
            "requestId": "r-1", "matchId": match_of(1), "attempt": 1,
            "customer": { "id": "cust-1", "phone": "+821012345678", "locale": "ko-KR" },
            "partner": { "id": "p-1", "name": "p-1" }, "fee": { "points": 10 },
            "category": "cleaning", "region": "KR-11", "submittedAt": "2026-11-02T08:59:00.000000Z",
        })
    );
}

#[test]
fn submitted_again_publishes_the_same_while_the_state_has_not_moved_on() {
    let mut scenario = Scenario::with_partners([partner("p-1", 2, 10)]);
    let publication = scenario.when(&submission()).unwrap();
    let mut later = submission();
    later.id = "e-2".to_owned();
    later.time = "2026-11-03T00:00:00Z".parse().unwrap();
    scenario.assert_repeat(&later, publication.as_ref());
    let mut scenario = scenario.given([close(1)]);
    scenario.assert_repeat(&later, publication.as_ref()); // the close is only remembered: the match still waits for its answer
}

/// The hashes are those that revision 1 of the contract stored (tests/e2e/revision1).
#[test]
fn submitted_again_with_details_that_revision_1_stored_is_a_repeat() {
    let numbers =
        r#"{"integer":1000000000000000000000,"decimal":15.0,"small":1.0E-8,"zero":-0.0,"long":0.10000000000000000555}"#;
    for (details, stored) in [
        (
            numbers,
            "5e6460c726051f994e0cac8b0df5b349166ffbbedfe69bfbc544b1543cb92b15",
        ),
        (
            r#"{"exponent":1e+21}"#,
            "0c24ed40a9f8500d74eca455d54b74fd514aff6941f61e311d97847332309faa",
        ),
    ] {
        let mut scenario = pending();
        scenario.request.as_mut().unwrap().submission.details_hash = Some(stored.to_owned());
        let submitted = events::request_submitted("r-1").with("customer/id", "cust-1");
        let again = events::decode(&submitted.body().replace(r#"{"rooms":3}"#, details));
        let publication = scenario.request().saved_publication.clone();
        scenario.assert_repeat(&again, publication.as_ref());
        scenario.assert_invalid(&submission(), Reason::IdentityConflict);
    }
}

#[test]
fn submitted_again_publishes_nothing_once_the_state_has_moved_on() {
    confirmed().assert_repeat(&submission(), None);
    confirmed().given([close(1)]).assert_repeat(&submission(), None);
    rematched().assert_repeat(&submission(), None);
    deferred_once().given([deferral(1)]).assert_repeat(&submission(), None);
}

#[test]
fn submitted_unmatched_stays_unmatched() {
    let mut scenario = Scenario::default();
    let publication = scenario.when(&submission()).unwrap();
    scenario.partners.push(partner("p-1", 1, 10));
    scenario.assert_repeat(&submission(), publication.as_ref());
}

#[test]
fn submitted_with_other_contents_conflicts_in_every_state() {
    let other = submission_of("moving");
    for scenario in [
        pending(),
        confirmed(),
        rematched(),
        deferred_once(),
        confirmed().given([close(1)]),
    ] {
        scenario.assert_invalid(&other, Reason::IdentityConflict);
    }
}

#[test]
fn every_part_of_a_submission_counts_but_its_time() {
    let scenario = pending();
    let submitted = events::request_submitted("r-1").with("customer/id", "cust-1");
    let submitted = submitted.with("customer/locale", "ko-KR");
    for (member, value) in [
        ("customer/id", json!("cust-2")),
        ("customer/phone", json!("+821000000000")),
        ("customer/locale", json!("en-US")),
        ("region", json!("KR-26")),
        ("details/rooms", json!(4)),
        ("details", json!(null)),
    ] {
        let repeat = received(submitted.clone());
        let saved = scenario.request().saved_publication.as_ref();
        scenario.clone().assert_repeat(&repeat, saved);
        let other = received(submitted.clone().with(member, value));
        scenario.assert_invalid(&other, Reason::IdentityConflict);
    }
}

#[test]
fn submitted_after_its_retention_is_new() {
    let mut scenario = Scenario::default().given([submission()]);
    let expires_at = scenario.request().expires_at.unwrap();
    assert_eq!(expires_at, now().as_second() + 400 * 86_400);
    scenario.request.as_mut().unwrap().expires_at = Some(now().as_second());
    scenario.partners.push(partner("p-1", 1, 10));
    scenario.assert_invalid(&deferral(1), Reason::BreaksContract);
    let scenario = scenario.given([submission_of("cleaning")]);
    assert_eq!(scenario.state(), State::Pending(id("p-1")));
}

// request.deferred

#[test]
fn deferred_n_is_attempt_n_plus_1() {
    let mut scenario = deferred_once();
    scenario.partners[0] = partner("p-1", 1, 10);
    let publication = scenario.when(&deferral(1)).unwrap().unwrap();
    assert_eq!((scenario.state(), scenario.attempt()), (State::Pending(id("p-1")), 2));
    let data = data(&publication);
    assert_eq!((&data["attempt"], &data["matchId"]), (&json!(2), &json!(match_of(2))));
    assert_eq!(data.get("replaces"), None);
    assert_eq!(data["submittedAt"], "2026-11-02T08:59:00.000000Z");
    scenario.assert_repeat(&deferral(1), Some(&publication));
}

#[test]
fn deferred_in_a_later_attempt_is_a_repeat() {
    let mut scenario = deferred_once();
    let second = scenario.when(&deferral(1)).unwrap();
    scenario.assert_repeat(&deferral(1), second.as_ref());
    let third = scenario.when(&deferral(2)).unwrap();
    scenario.assert_repeat(&deferral(1), None);
    scenario.assert_repeat(&deferral(2), third.as_ref());
}

#[test]
fn deferred_elsewhere_breaks_the_contract() {
    Scenario::default().assert_invalid(&deferral(1), Reason::BreaksContract);
    pending().assert_invalid(&deferral(1), Reason::BreaksContract);
    confirmed().assert_invalid(&deferral(1), Reason::BreaksContract);
    deferred_once().assert_invalid(&deferral(2), Reason::BreaksContract);
    rematched().assert_invalid(&deferral(1), Reason::BreaksContract); // attempt 1 was a match
}

// points.deducted

#[test]
fn deducted_confirms_and_does_not_write_a_partner_that_stays_eligible() {
    let mut scenario = pending();
    assert_eq!(scenario.when(&deduction(1, "p-1", 10, 2)).unwrap(), None);
    assert_eq!(scenario.state(), State::Confirmed(id("p-1")));
    assert_eq!((scenario.open_matches("p-1"), scenario.known_balance("p-1")), (1, None));
    assert_eq!(
        (&scenario.request().saved_publication, scenario.request().expires_at),
        (&None, None)
    );
}

#[test]
fn a_confirmation_without_the_request_is_the_one_that_is_decided_with_it() {
    for partner in [partner("p-1", 2, 10), with_balance(partner("p-1", 2, 10), 9, 1)] {
        let mut scenario = Scenario::with_partners([partner.clone()]);
        scenario.request = Scenario::with_partners([super::partner("p-1", 2, 10)])
            .given([submission()])
            .request;
        for balance in [9, 10] {
            let deduction = deduction(1, "p-1", balance, 2);
            let NextStep::Write(expected) = scenario.next_step(&deduction).unwrap() else {
                panic!()
            };
            assert_eq!(confirmed_at_once(Some(&partner), &deduction), Some(*expected));
        }
    }
    let unknown = confirmed_at_once(None, &deduction(1, "p-1", 9, 2)).unwrap();
    assert_eq!(unknown.partners, []);
}

#[test]
fn matches_up_to_the_most_attempts_are_confirmed_without_the_request() {
    for (attempt, found) in [(1, true), (POLICY.max_attempts, true), (POLICY.max_attempts + 1, false)] {
        let confirmed = confirmed_at_once(None, &deduction(attempt, "p-1", 9, 2));
        let change = confirmed.and_then(|transition| transition.request);
        let expected = RequestChange::Confirm {
            request_id: "r-1".parse().unwrap(),
            attempt,
            partner: id("p-1"),
        };
        assert_eq!(change, found.then_some(expected));
    }
}

fn confirmed_at_once(partner: Option<&Partner>, deduction: &Received) -> Option<Transition> {
    let Event::PointsDeducted(event) = &deduction.event else {
        panic!()
    };
    confirmation(partner, event, &context(deduction))
}

#[test]
fn deducted_suspends_a_partner_whose_next_fee_is_not_covered() {
    let scenario = pending().given([deduction(1, "p-1", 9, 2)]);
    assert_eq!(scenario.known_balance("p-1"), Some(known_balance(9, 2)));
    assert!(scenario.partners[0].is_suspended());
}

#[test]
fn deducted_ends_a_suspension_if_it_is_newer() {
    let mut scenario = pending();
    scenario.partners[0].known_balance = Some(known_balance(1, 4));
    let older = scenario.clone().given([deduction(1, "p-1", 50, 3)]);
    assert_eq!(older.known_balance("p-1"), Some(known_balance(1, 4)));
    let newer = scenario.given([deduction(1, "p-1", 50, 5)]);
    assert_eq!(newer.known_balance("p-1"), Some(known_balance(50, 5)));
}

#[test]
fn deducted_when_closed_meanwhile_closes_and_frees() {
    let scenario = pending().given([close(1), deduction(1, "p-1", 90, 2)]);
    assert_eq!(
        (scenario.state(), scenario.open_matches("p-1")),
        (State::Closed(id("p-1")), 0)
    );
    assert!(scenario.request().expires_at.is_some());
    assert_eq!(scenario.request().saved_publication, None);
}

#[test]
fn deducted_again_is_a_repeat_whatever_its_contents() {
    confirmed().assert_repeat(&deduction(1, "p-1", 90, 2), None);
    confirmed().assert_repeat(&deduction(1, "p-9", 1, 7), None);
    confirmed()
        .given([close(1)])
        .assert_repeat(&deduction(1, "p-1", 90, 2), None);
}

#[test]
fn deducted_elsewhere_breaks_the_contract() {
    Scenario::default().assert_invalid(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
    pending().assert_invalid(&deduction(2, "p-1", 90, 2), Reason::BreaksContract);
    pending().assert_invalid(&deduction(1, "p-2", 90, 2), Reason::BreaksContract);
    pending()
        .given([close(1)])
        .assert_invalid(&deduction(1, "p-2", 90, 2), Reason::BreaksContract);
    rematched().assert_invalid(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
    deferred_once().assert_invalid(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
    Scenario::default()
        .given([submission()])
        .assert_invalid(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
}

// points.rejected

#[test]
fn rejected_frees_and_suspends_and_decides_again() {
    let mut scenario = Scenario::with_partners([partner("p-1", 1, 10)]).given([submission()]);
    scenario.partners.push(partner("p-2", 1, 20));
    let publication = scenario.when(&refusal(1, "p-1", 5, 2)).unwrap().unwrap();
    assert_eq!((scenario.state(), scenario.attempt()), (State::Pending(id("p-2")), 2));
    assert_eq!((scenario.open_matches("p-1"), scenario.open_matches("p-2")), (0, 1));
    assert_eq!(scenario.known_balance("p-1"), Some(known_balance(5, 2)));
    let data = data(&publication);
    assert_eq!((&data["replaces"], &data["attempt"]), (&json!(match_of(1)), &json!(2)));
    scenario.assert_repeat(&refusal(1, "p-1", 5, 2), Some(&publication));
}

#[test]
fn rejected_of_an_earlier_attempt_is_a_repeat() {
    let mut scenario = rematched().given([deduction(2, "p-2", 90, 2)]);
    scenario.assert_repeat(&refusal(1, "p-1", 5, 2), None);
}

#[test]
fn rejected_without_another_partner_is_deferred_and_replaced_later() {
    let mut scenario = pending().given([refusal(1, "p-1", 5, 2)]);
    assert_eq!(
        (scenario.state(), scenario.attempt(), scenario.open_matches("p-1")),
        (State::Deferred, 2, 0)
    );
    scenario.partners.push(partner("p-2", 1, 10));
    let publication = scenario.when(&deferral(2)).unwrap().unwrap();
    assert_eq!(data(&publication)["replaces"], json!(match_of(1)));
}

#[test]
fn rejected_when_closed_meanwhile_ends_the_request() {
    let mut scenario = pending().given([close(1)]);
    scenario.partners.push(partner("p-2", 1, 10));
    let publication = scenario.when(&refusal(1, "p-1", 5, 2)).unwrap().unwrap();
    assert_eq!((scenario.state(), scenario.attempt()), (State::Withdrawn, 2));
    assert_eq!((scenario.open_matches("p-1"), scenario.open_matches("p-2")), (0, 0));
    let data = data(&publication);
    assert_eq!(
        (&data["reason"], &data["replaces"]),
        (&json!("closed"), &json!(match_of(1)))
    );
    assert!(scenario.request().expires_at.is_some());
    scenario.assert_repeat(&refusal(1, "p-1", 5, 2), Some(&publication));
}

#[test]
fn rejected_though_credited_since_claims_the_same_partner_in_one_update() {
    let mut scenario = Scenario::with_partners([partner("p-1", 1, 10)]).given([submission()]);
    scenario.partners[0].known_balance = Some(known_balance(500, 3));
    let refusal = refusal(1, "p-1", 5, 2);
    let NextStep::Decide(pending) = scenario.next_step(&refusal).unwrap() else {
        panic!()
    };
    let offer = scenario.offer(&pending);
    let transition = pending.decide(&offer, &context(&refusal));
    let version = Some(scenario.partners[0].registered.version);
    assert_eq!(
        transition.partners,
        [PartnerChange {
            partner: id("p-1"),
            frees: true,
            claims: version,
            balance: None
        }]
    );
    scenario.write(transition);
    assert_eq!(
        (scenario.state(), scenario.open_matches("p-1")),
        (State::Pending(id("p-1")), 1)
    );
}

#[test]
fn rejected_elsewhere_breaks_the_contract() {
    Scenario::default().assert_invalid(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    pending().assert_invalid(&refusal(2, "p-1", 5, 2), Reason::BreaksContract);
    pending().assert_invalid(&refusal(1, "p-2", 5, 2), Reason::BreaksContract);
    let mut with_other_partner = pending();
    with_other_partner.partners.push(partner("p-2", 1, 10));
    with_other_partner.assert_invalid(&refusal(1, "p-2", 5, 2), Reason::BreaksContract);
    confirmed().assert_invalid(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    confirmed()
        .given([close(1)])
        .assert_invalid(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    deferred_once().assert_invalid(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    deferred_once()
        .given([deferral(1)])
        .assert_invalid(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
}

// match.closed

#[test]
fn closed_while_pending_is_remembered() {
    let mut scenario = pending();
    assert_eq!(scenario.when(&close(1)).unwrap(), None);
    assert_eq!(
        (scenario.state(), scenario.open_matches("p-1")),
        (State::Closing(id("p-1")), 1)
    );
    assert!(scenario.request().saved_publication.is_some());
    scenario.assert_repeat(&close(1), None);
}

#[test]
fn closed_when_confirmed_frees_once() {
    let mut scenario = confirmed().given([close(1)]);
    assert_eq!(
        (scenario.state(), scenario.open_matches("p-1")),
        (State::Closed(id("p-1")), 0)
    );
    assert!(scenario.request().expires_at.is_some());
    scenario.assert_repeat(&close(1), None);
}

#[test]
fn closed_again_after_the_refusal_is_a_repeat() {
    pending()
        .given([close(1), refusal(1, "p-1", 5, 2)])
        .assert_repeat(&close(1), None);
}

#[test]
fn closed_elsewhere_breaks_the_contract() {
    Scenario::default().assert_invalid(&close(1), Reason::BreaksContract);
    pending().assert_invalid(&close(2), Reason::BreaksContract);
    rematched().assert_invalid(&close(1), Reason::BreaksContract);
    rematched()
        .given([deduction(2, "p-2", 90, 2)])
        .assert_invalid(&close(1), Reason::BreaksContract);
    confirmed()
        .given([close(1)])
        .assert_invalid(&close(2), Reason::BreaksContract);
    deferred_once().assert_invalid(&close(1), Reason::BreaksContract);
    let withdrawn = pending().given([close(1), refusal(1, "p-1", 5, 2)]);
    withdrawn.assert_invalid(&close(2), Reason::BreaksContract); // the decision that ended it made no match
}

/// A request may have more decisions than `MaxAttempts`, each with a partner that was free and refused.
#[test]
fn a_request_that_was_refused_thousands_of_times_is_a_small_item() {
    let mut request = rematched().request.unwrap();
    request.released_attempts = (1..=10_000).collect();
    assert!(request.saved_publication.is_some());
    assert!(serde_json::to_vec(&request).unwrap().len() < 100_000);
}
