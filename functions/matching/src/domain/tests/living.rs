//! Every row of the table of transitions.

use super::*;

fn pending() -> Story {
    Story::with([partner("p-1", 2, 10)]).given([submission()])
}

fn confirmed() -> Story {
    pending().given([deduction(1, "p-1", 90, 2)])
}

fn rematched() -> Story {
    let partners = [partner("p-1", 1, 10), showing(partner("p-2", 1, 10), 0, 1)];
    let mut story = Story::with(partners).given([submission()]);
    story.partners[1].shown = None; // only now free: the first decision had no choice
    story.given([refusal(1, "p-1", 5, 2)])
}

fn deferred_once() -> Story {
    Story::with([partner("p-1", 0, 10)]).given([submission()])
}

// request.submitted

#[test]
fn submitted_claims_a_partner_and_says_so() {
    let mut story = Story::with([partner("p-1", 2, 10)]);
    let publication = story.when(&submission()).unwrap().unwrap();
    assert_eq!(
        (story.state(), story.attempt(), story.open("p-1")),
        (State::Pending(id("p-1")), 1, 1)
    );
    assert_eq!(story.request().saved.as_ref(), Some(&publication));
    assert_eq!(story.request().expires_at, None);
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
fn submitted_again_says_the_same_while_nothing_has_moved_on() {
    let mut story = Story::with([partner("p-1", 2, 10)]);
    let publication = story.when(&submission()).unwrap();
    let mut later = submission();
    later.id = "e-2".to_owned();
    later.time = "2026-11-03T00:00:00Z".parse().unwrap();
    story.repeats(&later, publication.as_ref());
    let mut story = story.given([close(1)]);
    story.repeats(&later, publication.as_ref()); // remembered only: the match still waits for its answer
}

#[test]
fn submitted_again_says_nothing_once_the_state_has_moved_on() {
    confirmed().repeats(&submission(), None);
    confirmed().given([close(1)]).repeats(&submission(), None);
    rematched().repeats(&submission(), None);
    deferred_once()
        .given([deferral(1)])
        .repeats(&submission(), None);
}

#[test]
fn submitted_unmatched_stays_unmatched() {
    let mut story = Story::default();
    let publication = story.when(&submission()).unwrap();
    story.partners.push(partner("p-1", 1, 10));
    story.repeats(&submission(), publication.as_ref());
}

#[test]
fn submitted_with_other_contents_conflicts_in_every_state() {
    let other = submission_of("moving");
    for story in [
        pending(),
        confirmed(),
        rematched(),
        deferred_once(),
        confirmed().given([close(1)]),
    ] {
        story.refuses(&other, Reason::IdentityConflict);
    }
}

#[test]
fn every_part_of_a_submission_counts_but_its_time() {
    let story = pending();
    for (pointer, value) in [
        ("/customer/id", json!("cust-2")),
        ("/customer/phone", json!("+821000000000")),
        ("/customer/locale", json!("en-US")),
        ("/region", json!("KR-26")),
        ("/details/rooms", json!(4)),
    ] {
        let mut event = json!({
            "requestId": "r-1", "customer": { "id": "cust-1", "phone": "+821012345678", "locale": "ko-KR" },
            "category": "cleaning", "region": "KR-11", "details": { "rooms": 3 },
        });
        story.clone().repeats(
            &received(Event::RequestSubmitted(of(&event))),
            story.request().saved.as_ref(),
        );
        *event.pointer_mut(pointer).unwrap() = value;
        story.refuses(
            &received(Event::RequestSubmitted(of(&event))),
            Reason::IdentityConflict,
        );
    }
}

#[test]
fn submitted_after_its_retention_is_new() {
    let mut story = Story::default().given([submission()]);
    let expires_at = story.request().expires_at.unwrap();
    assert_eq!(expires_at, now().as_second() + 400 * 86_400);
    story.request.as_mut().unwrap().expires_at = Some(now().as_second());
    story.partners.push(partner("p-1", 1, 10));
    story.refuses(&deferral(1), Reason::BreaksContract);
    let story = story.given([submission_of("cleaning")]);
    assert_eq!(story.state(), State::Pending(id("p-1")));
}

// request.deferred

#[test]
fn deferred_n_is_decision_n_plus_1() {
    let mut story = deferred_once();
    story.partners[0] = partner("p-1", 1, 10);
    let publication = story.when(&deferral(1)).unwrap().unwrap();
    assert_eq!(
        (story.state(), story.attempt()),
        (State::Pending(id("p-1")), 2)
    );
    let data = data(&publication);
    assert_eq!(
        (&data["attempt"], &data["matchId"]),
        (&json!(2), &json!(match_of(2)))
    );
    assert_eq!(data.get("replaces"), None);
    assert_eq!(data["submittedAt"], "2026-11-02T08:59:00.000000Z");
    story.repeats(&deferral(1), Some(&publication));
}

#[test]
fn deferred_in_a_later_attempt_is_a_repeat() {
    let mut story = deferred_once();
    let second = story.when(&deferral(1)).unwrap();
    story.repeats(&deferral(1), second.as_ref());
    let third = story.when(&deferral(2)).unwrap();
    story.repeats(&deferral(1), None);
    story.repeats(&deferral(2), third.as_ref());
}

#[test]
fn deferred_elsewhere_breaks_the_contract() {
    Story::default().refuses(&deferral(1), Reason::BreaksContract);
    pending().refuses(&deferral(1), Reason::BreaksContract);
    confirmed().refuses(&deferral(1), Reason::BreaksContract);
    deferred_once().refuses(&deferral(2), Reason::BreaksContract);
    rematched().refuses(&deferral(1), Reason::BreaksContract); // attempt 1 was a match
}

// points.deducted

#[test]
fn deducted_confirms_and_leaves_a_partner_alone_that_has_enough() {
    let mut story = pending();
    assert_eq!(story.when(&deduction(1, "p-1", 10, 2)).unwrap(), None);
    assert_eq!(story.state(), State::Confirmed(id("p-1")));
    assert_eq!((story.open("p-1"), story.shown("p-1")), (1, None));
    assert_eq!(
        (&story.request().saved, story.request().expires_at),
        (&None, None)
    );
}

#[test]
fn deducted_sets_a_partner_aside_whose_next_fee_is_not_covered() {
    let story = pending().given([deduction(1, "p-1", 9, 2)]);
    assert_eq!(
        story.shown("p-1"),
        Some(Shown {
            balance: 9,
            sequence: 2
        })
    );
    assert!(story.partners[0].set_aside());
}

#[test]
fn deducted_ends_setting_aside_if_it_is_newer() {
    let mut story = pending();
    story.partners[0].shown = Some(Shown {
        balance: 1,
        sequence: 4,
    });
    let older = story.clone().given([deduction(1, "p-1", 50, 3)]);
    assert_eq!(
        older.shown("p-1"),
        Some(Shown {
            balance: 1,
            sequence: 4
        })
    );
    let newer = story.given([deduction(1, "p-1", 50, 5)]);
    assert_eq!(
        newer.shown("p-1"),
        Some(Shown {
            balance: 50,
            sequence: 5
        })
    );
}

#[test]
fn deducted_when_closed_meanwhile_closes_and_frees() {
    let story = pending().given([close(1), deduction(1, "p-1", 90, 2)]);
    assert_eq!(
        (story.state(), story.open("p-1")),
        (State::Closed(id("p-1")), 0)
    );
    assert!(story.request().expires_at.is_some());
    assert_eq!(story.request().saved, None);
}

#[test]
fn deducted_again_is_a_repeat_whatever_else_it_says() {
    confirmed().repeats(&deduction(1, "p-1", 90, 2), None);
    confirmed().repeats(&deduction(1, "p-9", 1, 7), None);
    confirmed()
        .given([close(1)])
        .repeats(&deduction(1, "p-1", 90, 2), None);
}

#[test]
fn deducted_elsewhere_breaks_the_contract() {
    Story::default().refuses(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
    pending().refuses(&deduction(2, "p-1", 90, 2), Reason::BreaksContract);
    pending().refuses(&deduction(1, "p-2", 90, 2), Reason::BreaksContract);
    pending()
        .given([close(1)])
        .refuses(&deduction(1, "p-2", 90, 2), Reason::BreaksContract);
    rematched().refuses(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
    deferred_once().refuses(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
    Story::default()
        .given([submission()])
        .refuses(&deduction(1, "p-1", 90, 2), Reason::BreaksContract);
}

// points.rejected

#[test]
fn rejected_frees_sets_aside_and_decides_anew() {
    let mut story = Story::with([partner("p-1", 1, 10)]).given([submission()]);
    story.partners.push(partner("p-2", 1, 20));
    let publication = story.when(&refusal(1, "p-1", 5, 2)).unwrap().unwrap();
    assert_eq!(
        (story.state(), story.attempt()),
        (State::Pending(id("p-2")), 2)
    );
    assert_eq!((story.open("p-1"), story.open("p-2")), (0, 1));
    assert_eq!(
        story.shown("p-1"),
        Some(Shown {
            balance: 5,
            sequence: 2
        })
    );
    let data = data(&publication);
    assert_eq!(
        (&data["replaces"], &data["attempt"]),
        (&json!(match_of(1)), &json!(2))
    );
    story.repeats(&refusal(1, "p-1", 5, 2), Some(&publication));
}

#[test]
fn rejected_of_an_earlier_attempt_is_a_repeat() {
    let mut story = rematched().given([deduction(2, "p-2", 90, 2)]);
    story.repeats(&refusal(1, "p-1", 5, 2), None);
}

#[test]
fn rejected_with_nobody_else_is_deferred_and_later_replaces() {
    let mut story = pending().given([refusal(1, "p-1", 5, 2)]);
    assert_eq!(
        (story.state(), story.attempt(), story.open("p-1")),
        (State::Deferred, 2, 0)
    );
    story.partners.push(partner("p-2", 1, 10));
    let publication = story.when(&deferral(2)).unwrap().unwrap();
    assert_eq!(data(&publication)["replaces"], json!(match_of(1)));
}

#[test]
fn rejected_when_closed_meanwhile_ends_the_request() {
    let mut story = pending().given([close(1)]);
    story.partners.push(partner("p-2", 1, 10));
    let publication = story.when(&refusal(1, "p-1", 5, 2)).unwrap().unwrap();
    assert_eq!((story.state(), story.attempt()), (State::Withdrawn, 2));
    assert_eq!((story.open("p-1"), story.open("p-2")), (0, 0));
    let data = data(&publication);
    assert_eq!(
        (&data["reason"], &data["replaces"]),
        (&json!("closed"), &json!(match_of(1)))
    );
    assert!(story.request().expires_at.is_some());
    story.repeats(&refusal(1, "p-1", 5, 2), Some(&publication));
}

#[test]
fn rejected_though_credited_since_claims_the_same_partner_in_one_update() {
    let mut story = Story::with([partner("p-1", 1, 10)]).given([submission()]);
    story.partners[0].shown = Some(Shown {
        balance: 500,
        sequence: 3,
    });
    let refusal = refusal(1, "p-1", 5, 2);
    let Step::Decide(undecided) = story.step(&refusal).unwrap() else {
        panic!()
    };
    let offer = story.offer(&undecided);
    let transition = undecided.decide(&offer, &moment(&refusal));
    let version = Some(story.partners[0].registered.version);
    assert_eq!(
        transition.partners,
        [PartnerChange {
            partner: id("p-1"),
            frees: true,
            claims: version,
            shows: None
        }]
    );
    story.write(transition);
    assert_eq!(
        (story.state(), story.open("p-1")),
        (State::Pending(id("p-1")), 1)
    );
}

#[test]
fn rejected_elsewhere_breaks_the_contract() {
    Story::default().refuses(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    pending().refuses(&refusal(2, "p-1", 5, 2), Reason::BreaksContract);
    pending().refuses(&refusal(1, "p-2", 5, 2), Reason::BreaksContract);
    confirmed().refuses(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    confirmed()
        .given([close(1)])
        .refuses(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    deferred_once().refuses(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
    deferred_once()
        .given([deferral(1)])
        .refuses(&refusal(1, "p-1", 5, 2), Reason::BreaksContract);
}

// match.closed

#[test]
fn closed_while_pending_is_remembered() {
    let mut story = pending();
    assert_eq!(story.when(&close(1)).unwrap(), None);
    assert_eq!(
        (story.state(), story.open("p-1")),
        (State::Closing(id("p-1")), 1)
    );
    assert!(story.request().saved.is_some());
    story.repeats(&close(1), None);
}

#[test]
fn closed_when_confirmed_frees_once() {
    let mut story = confirmed().given([close(1)]);
    assert_eq!(
        (story.state(), story.open("p-1")),
        (State::Closed(id("p-1")), 0)
    );
    assert!(story.request().expires_at.is_some());
    story.repeats(&close(1), None);
}

#[test]
fn closed_again_after_the_refusal_is_a_repeat() {
    pending()
        .given([close(1), refusal(1, "p-1", 5, 2)])
        .repeats(&close(1), None);
}

#[test]
fn closed_elsewhere_breaks_the_contract() {
    Story::default().refuses(&close(1), Reason::BreaksContract);
    pending().refuses(&close(2), Reason::BreaksContract);
    rematched().refuses(&close(1), Reason::BreaksContract);
    rematched()
        .given([deduction(2, "p-2", 90, 2)])
        .refuses(&close(1), Reason::BreaksContract);
    confirmed()
        .given([close(1)])
        .refuses(&close(2), Reason::BreaksContract);
    deferred_once().refuses(&close(1), Reason::BreaksContract);
    let withdrawn = pending().given([close(1), refusal(1, "p-1", 5, 2)]);
    withdrawn.refuses(&close(2), Reason::BreaksContract); // the decision that ended it made no match
}
