//! The life of a request, event by event.

use batch::{Failure, Handler};
use builders::events::decode;
use contract::EventType::{RequestDeferred, RequestMatched, RequestUnmatched};
use matching::domain::{KnownBalance, State};

use crate::events::{closed, credited, deducted, registered, rejected, submitted, submitted_for, types};
use crate::{Harness, NOW};

#[tokio::test]
async fn a_request_is_matched_confirmed_and_closed() {
    let harness = Harness::with([registered("p-1", 1, 2, 10, true)]).await;
    let published = harness.handle(&submitted("r-1")).await;
    assert_eq!(types(&published), [RequestMatched]);
    harness.assert_state("r-1", 1, State::Pending, "p-1");
    assert_eq!(harness.request("r-1").saved_publication.as_ref(), published.first());
    assert_eq!(harness.open_matches(["p-1"]), [1]);

    assert_eq!(harness.handle(&deducted("r-1", 1, "p-1", 90, 2)).await, []);
    harness.assert_state("r-1", 1, State::Confirmed, "p-1");
    assert_eq!(harness.open_matches(["p-1"]), [1]);
    assert_eq!(harness.partner("p-1").known_balance, None);

    assert_eq!(harness.handle(&closed("r-1", 1)).await, []);
    harness.assert_state("r-1", 1, State::Closed, "p-1");
    assert_eq!(harness.open_matches(["p-1"]), [0]);
    assert_eq!(harness.handle(&closed("r-1", 1)).await, []);
    assert_eq!(harness.open_matches(["p-1"]), [0]);
}

#[tokio::test]
async fn a_deferred_request_is_decided_on_again_until_its_attempts_are_used_up() {
    let harness = Harness::with([registered("p-1", 1, 0, 10, true)]).await;
    let first = harness.handle(&submitted("r-1")).await;
    assert_eq!(types(&first), [RequestDeferred]);
    let second = harness.handle(&decode(&first[0].body)).await;
    assert_eq!(types(&second), [RequestDeferred]);
    assert_eq!(harness.state("r-1"), (2, State::Deferred));
    let third = harness.handle(&decode(&second[0].body)).await;
    assert_eq!(types(&third), [RequestUnmatched]);
    assert!(third[0].body.contains(r#""reason":"no_capacity""#), "{}", third[0].body);
    assert_eq!(harness.handle(&decode(&second[0].body)).await, third);
    assert_eq!(harness.handle(&decode(&first[0].body)).await, []);
}

#[tokio::test]
async fn after_a_rejected_charge_the_partner_is_suspended_until_it_is_credited() {
    let harness = Harness::with([registered("p-1", 1, 1, 10, true)]).await;
    harness.handle(&submitted("r-1")).await;
    harness.handle(&registered("p-2", 1, 1, 10, true)).await;
    let published = harness.handle(&rejected("r-1", 1, "p-1", 5, 2)).await;
    assert_eq!(types(&published), [RequestMatched]);
    harness.assert_state("r-1", 2, State::Pending, "p-2");
    assert_eq!(harness.open_matches(["p-1", "p-2"]), [0, 1]);
    let (balance, sequence) = (5, 2);
    let known_balance = Some(KnownBalance { balance, sequence });
    assert_eq!(harness.partner("p-1").known_balance, known_balance);
    assert_eq!(harness.handle(&rejected("r-1", 1, "p-1", 5, 2)).await, published);
    assert_eq!(harness.open_matches(["p-1", "p-2"]), [0, 1]);

    let waiting = harness.handle(&submitted("r-2")).await; // p-1 is suspended, p-2 is full
    assert_eq!(types(&waiting), [RequestDeferred]);
    harness.handle(&credited("p-1", 9, 3)).await; // less than the fee
    assert_eq!(harness.types(&submitted("r-3")).await, [RequestDeferred]);
    harness.handle(&credited("p-1", 19, 4)).await;
    assert_eq!(harness.types(&decode(&waiting[0].body)).await, [RequestMatched]);
    harness.assert_state("r-2", 2, State::Pending, "p-1");
}

#[tokio::test]
async fn after_a_rejected_charge_a_partner_credited_since_is_matched_again() {
    let harness = Harness::with([registered("p-1", 1, 1, 10, true)]).await;
    harness.handle(&submitted("r-1")).await;
    harness.handle(&credited("p-1", 50, 3)).await;
    let published = harness.handle(&rejected("r-1", 1, "p-1", 5, 2)).await;
    assert_eq!(types(&published), [RequestMatched]);
    harness.assert_state("r-1", 2, State::Pending, "p-1");
    assert_eq!(harness.open_matches(["p-1"]), [1]);
}

#[tokio::test]
async fn a_message_that_contradicts_the_stored_state_is_rejected_and_changes_nothing() {
    let harness = Harness::with([registered("p-1", 1, 2, 10, true), registered("p-2", 1, 2, 10, false)]).await;
    harness.handle(&submitted("r-1")).await;
    let stored = harness.table.stored_requests();
    for (message, reason) in [
        (submitted_for("r-1", "moving"), "identity_conflict"),
        (registered("p-1", 1, 3, 10, true), "identity_conflict"),
        (closed("r-1", 2), "breaks_contract"),
        (closed("r-2", 1), "breaks_contract"),
        (deducted("r-2", 1, "p-1", 90, 2), "breaks_contract"),
        (rejected("r-1", 1, "p-2", 0, 0), "breaks_contract"),
        (deducted("r-1", 1, "p-2", 90, 2), "breaks_contract"),
    ] {
        assert_eq!(harness.rejection(&message).await, reason, "{message:?}");
    }
    assert_eq!(harness.table.stored_requests(), stored);
    assert_eq!(harness.open_matches(["p-1"]), [1]);
    assert_eq!(harness.partner("p-1").registered.capacity.get(), 2);
}

#[tokio::test]
async fn credits_of_unknown_partners_and_lower_versions_are_ignored() {
    let harness = Harness::with([registered("p-1", 5, 2, 10, true)]).await;
    assert_eq!(harness.handle(&credited("p-9", 10, 1)).await, []);
    assert_eq!(harness.table.stored_partners().len(), 1);
    let stored = harness.partner("p-1");
    assert_eq!(harness.handle(&registered("p-1", 4, 9, 99, false)).await, []);
    assert_eq!(harness.partner("p-1"), stored);
}

#[tokio::test]
async fn a_newer_registration_applies_to_later_decisions_only() {
    let harness = Harness::with([registered("p-1", 1, 2, 10, true)]).await;
    harness.handle(&submitted("r-1")).await;
    harness.handle(&credited("p-1", 15, 1)).await;
    harness.handle(&registered("p-1", 2, 1, 10, true)).await; // less capacity than open matches: no new ones
    assert_eq!(harness.open_matches(["p-1"]), [1]);
    assert_eq!(harness.types(&submitted("r-2")).await, [RequestDeferred]);
    harness.handle(&registered("p-1", 3, 9, 16, true)).await; // a fee above its balance
    assert_eq!(harness.types(&submitted("r-3")).await, [RequestDeferred]);
    harness.handle(&registered("p-1", 4, 9, 15, true)).await;
    assert_eq!(harness.types(&submitted("r-4")).await, [RequestMatched]);
    harness.handle(&registered("p-1", 5, 9, 15, false)).await;
    let published = harness.handle(&submitted("r-5")).await;
    assert!(
        published[0].body.contains(r#""reason":"no_partner""#),
        "{}",
        published[0].body
    );
    harness.handle(&deducted("r-1", 1, "p-1", 90, 2)).await; // a live match stays live
    assert_eq!(harness.open_matches(["p-1"]), [2]);
}

#[tokio::test]
async fn messages_are_handled_in_order_up_to_the_first_failure() {
    let harness = Harness::with([registered("p-1", 1, 5, 10, true)]).await;
    let messages = [submitted("r-1"), closed("r-1", 1), closed("r-9", 1), submitted("r-2")];
    let outcomes = harness.matching.handle(&messages, NOW).await;
    assert_eq!(outcomes.len(), 3);
    assert!(matches!(outcomes[2], Err(Failure::Permanent(_))));
    assert_eq!(harness.table.stored_requests().len(), 1);
}

#[tokio::test]
async fn an_expired_request_is_absent() {
    let harness = Harness::new();
    harness.handle(&submitted("r-1")).await;
    let mut request = harness.request("r-1");
    request.expires_at = Some(0);
    harness.table.put_request(request);
    harness.handle(&registered("p-1", 1, 1, 10, true)).await;
    assert_eq!(harness.types(&submitted("r-1")).await, [RequestMatched]);
    harness.assert_state("r-1", 1, State::Pending, "p-1");
}
