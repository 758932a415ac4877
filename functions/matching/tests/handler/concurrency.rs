//! Concurrent messages.

use std::time::Duration;

use batch::Failure;
use builders::events::decode;
use contract::EventType::{RequestDeferred, RequestMatched, RequestUnmatched};
use futures_util::FutureExt;
use futures_util::future::join_all;
use matching::domain::State;
use support::fakes::Fault;

use crate::Harness;
use crate::events::{closed, deducted, partner_id, registered, submitted, types};

#[tokio::test]
async fn concurrent_requests_claim_exactly_the_capacity() {
    let partners = ["p-1", "p-2", "p-3"].map(|id| registered(id, 1, 3, 10, true));
    let harness = Harness::with(partners).await;
    let messages: Vec<_> = (0..30).map(|n| submitted(&format!("r-{n}"))).collect();
    let published = join_all(messages.iter().map(|message| harness.deliver(message))).await;
    let matched = published
        .iter()
        .filter(|published| types(published) == [RequestMatched]);
    assert_eq!(matched.count(), 9);
    for partner in harness.table.stored_partners() {
        assert_eq!(partner.open_matches, 3);
    }
}

#[tokio::test]
async fn concurrent_deliveries_of_one_message_have_one_effect() {
    let harness = Harness::with([registered("p-1", 1, 9, 10, true)]).await;
    let message = submitted("r-1");
    let published = join_all((0..5).map(|_| harness.deliver(&message))).await;
    assert!(published.iter().all(|other| *other == published[0] && other.len() == 1));
    assert_eq!(harness.open_matches(["p-1"]), [1]);
}

#[tokio::test]
async fn a_charge_and_a_close_handled_concurrently_free_the_capacity_once() {
    for n in 0..2 {
        let harness = Harness::with([registered("p-1", 1, 9, 10, true)]).await;
        harness.handle(&submitted("r-1")).await;
        let mut messages = [closed("r-1", 1), deducted("r-1", 1, "p-1", 90, 2)];
        messages.rotate_left(n);
        join_all(messages.iter().chain(&messages).map(|message| harness.deliver(message))).await;
        assert_eq!(harness.state("r-1").1, State::Closed(partner_id("p-1")));
        assert_eq!(harness.open_matches(["p-1"]), [0]);
    }
}

#[tokio::test]
async fn matches_are_spread_in_proportion_to_capacity() {
    let harness = Harness::with([registered("p-1", 1, 20, 10, true), registered("p-2", 1, 60, 10, true)]).await;
    for n in 0..40 {
        harness.handle(&submitted(&format!("r-{n}"))).await;
    }
    assert_eq!(harness.open_matches(["p-1", "p-2"]), [10, 30]);
}

#[tokio::test]
async fn a_partner_deactivated_during_a_decision_is_not_matched() {
    let harness = Harness::with([registered("p-1", 1, 1, 10, true)]).await;
    let (request, calls) = (submitted("r-1"), harness.faults.calls());
    let mut submitted = std::pin::pin!(harness.handle(&request));
    while !harness.faults.called()[calls..].contains(&"matching.candidates") {
        assert!((&mut submitted).now_or_never().is_none());
    }
    harness.handle(&registered("p-1", 2, 1, 10, false)).await;
    assert_eq!(types(&submitted.await), [RequestUnmatched]);
    assert_eq!(harness.open_matches(["p-1"]), [0]);
}

/// The partner that has the one open match.
fn matched_partner(harness: &Harness) -> String {
    let partners = harness.table.stored_partners();
    let partner = partners.iter().find(|partner| partner.open_matches == 1);
    partner.unwrap().registered.partner_id.to_string()
}

#[tokio::test]
async fn after_a_conflict_with_another_transaction_the_other_candidate_is_matched() {
    let mut matched = Vec::new();
    for contended in [false, true] {
        let harness = Harness::with(["p-1", "p-2"].map(|id| registered(id, 1, 9, 10, true))).await;
        if contended {
            harness.faults.fail_next("matching.commit", Fault::Contended);
        }
        harness.handle(&submitted("r-1")).await;
        matched.push(matched_partner(&harness));
    }
    assert_ne!(matched[0], matched[1]);
    let harness = Harness::with([registered("p-1", 1, 9, 10, true)]).await;
    harness.faults.fail_next("matching.commit", Fault::Contended);
    harness.handle(&submitted("r-1")).await; // a contended partner is not full: the request is not deferred
    harness.assert_state("r-1", 1, State::Pending, "p-1");
}

#[tokio::test]
async fn after_six_conflicts_and_five_growing_pauses_the_message_is_left_to_the_next_delivery() {
    let harness = Harness::with([registered("p-1", 1, 9, 10, true)]).await;
    for _ in 0..6 {
        harness.faults.fail_next("matching.commit", Fault::Contended);
    }
    assert!(matches!(
        harness.handle_once(&submitted("r-1")).await,
        Err(Failure::Retryable(_))
    ));
    assert!(harness.table.stored_requests().is_empty());
    let longest = [10, 20, 40, 80, 160].map(Duration::from_millis);
    let pauses = harness.clock.taken();
    assert_eq!(pauses.len(), longest.len());
    assert!(
        pauses
            .iter()
            .zip(longest)
            .all(|(pause, longest)| (longest / 2..=longest).contains(pause)),
        "{pauses:?}"
    );
}

#[tokio::test]
async fn a_request_is_deferred_only_after_all_partners_were_read() {
    let full = (1..9).map(|n| registered(&format!("p-{n}"), 1, 0, 10, true));
    let harness = Harness::with(full.chain([registered("p-9", 1, 30, 10, true)])).await;
    for n in 0..30 {
        assert_eq!(harness.types(&submitted(&format!("r-{n}"))).await, [RequestMatched]);
    }
    assert_eq!(harness.types(&submitted("r-30")).await, [RequestDeferred]);
}

/// A decision draws two candidates and reads the rest; those that wait at the same time share what one of them reads.
#[tokio::test]
async fn requests_that_wait_together_read_each_full_partner_once() {
    let (partners, requests) = (40, 10);
    let full = (0..partners).map(|n| registered(&format!("p-{n}"), 1, 0, 10, true));
    let harness = Harness::with(full).await;
    let mut messages: Vec<_> = (0..requests).map(|n| submitted(&format!("r-{n}"))).collect();
    for attempt in 1..3 {
        let before = harness.table.partners_read();
        let deferred = join_all(messages.iter().map(|message| harness.handle(message))).await;
        assert!(deferred.iter().all(|published| types(published) == [RequestDeferred]));
        let read = harness.table.partners_read() - before;
        assert!(read <= partners + 2 * requests, "attempt {attempt}: {read}");
        assert!(read >= partners, "attempt {attempt} was decided by an older look");
        messages = deferred.iter().map(|published| decode(&published[0].body)).collect();
    }
}

#[tokio::test]
async fn a_look_that_began_before_the_decision_does_not_count_for_it() {
    let harness = Harness::with((1..9).map(|n| registered(&format!("p-{n}"), 1, 0, 10, true))).await;
    assert_eq!(harness.types(&submitted("r-1")).await, [RequestDeferred]);
    harness.handle(&registered("p-1", 2, 1, 10, true)).await; // neither of the two that the next request draws
    assert_eq!(harness.types(&submitted("r-2")).await, [RequestMatched]);
}

#[tokio::test]
async fn a_look_that_goes_on_as_the_decision_begins_does_not_count_for_it() {
    let harness = Harness::with((1..9).map(|n| registered(&format!("p-{n}"), 1, 0, 10, true))).await;
    let (first, second) = (submitted("r-1"), submitted("r-2"));
    let looks = || {
        let called = harness.faults.called();
        called.iter().filter(|call| **call == "matching.partners").count()
    };
    let before = looks();
    let mut looking = std::pin::pin!(harness.handle(&first));
    while looks() < before + 2 {
        assert!((&mut looking).now_or_never().is_none());
    }
    for _ in 0..3 {
        assert!((&mut looking).now_or_never().is_none()); // by now it has seen the first of the rest, p-1
    }
    harness.handle(&registered("p-1", 2, 1, 10, true)).await; // neither of the two that the second request draws
    let (deferred, matched) = tokio::join!(looking, harness.handle(&second));
    assert_eq!(
        (types(&deferred), types(&matched)),
        (vec![RequestDeferred], vec![RequestMatched])
    );
}
