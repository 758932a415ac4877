//! Requests reach a final state, and release exactly the matches that they held.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use contract::{EventType, PartnerId};
use futures_util::future::join_all;
use matching::domain::State;
use support::pipeline::Pipeline;

use crate::DeliveryResult::Done;
use crate::{Decision, Delivery, deliver};

fn held_by(partner: &str, state: fn(PartnerId) -> State) -> State {
    state(partner.parse().unwrap())
}

/// A partner with three open matches, of which the tests close the last.
async fn with_three_matches(points: u32) -> Pipeline {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 3, points).await;
    for request in ["other1", "other2", "r"] {
        pipeline.submit(request);
        pipeline.process_batch("intake.fifo").await;
    }
    assert_eq!(pipeline.open_matches("p"), 3);
    pipeline
}

#[tokio::test]
async fn b28_live_requests_are_kept_forever_and_ended_ones_for_the_retention() {
    let mut pipeline = Pipeline::default();
    let retention = pipeline.policy.retention;
    let expires_at = |pipeline: &Pipeline, request: &str| {
        let request = pipeline.matching.stored_request(&request.parse().unwrap());
        let at = request.unwrap().expires_at?;
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(at.try_into().unwrap()))
    };
    pipeline.submit_and_run("unmatched").await;
    pipeline.add_partner("p", 1, 500).await;
    pipeline.submit("r");
    pipeline.process_batch("intake.fifo").await;
    assert_eq!(pipeline.state("r"), held_by("p", State::Pending));
    assert_eq!(expires_at(&pipeline, "r"), None);
    pipeline.submit("deferred");
    pipeline.process_batch("intake.fifo").await;
    assert_eq!(pipeline.state("deferred"), State::Deferred);
    assert_eq!(expires_at(&pipeline, "deferred"), None);
    pipeline.run_until_idle().await;
    assert_eq!(pipeline.state("r"), held_by("p", State::Confirmed));
    assert_eq!(expires_at(&pipeline, "r"), None);
    pipeline.close("r", 1);
    pipeline.run_until_idle().await;
    assert_eq!(pipeline.state("r"), held_by("p", State::Closed));
    let end_of_retention = Some(SystemTime::UNIX_EPOCH + retention);
    for ended in ["r", "unmatched", "deferred"] {
        assert_eq!(expires_at(&pipeline, ended), end_of_retention, "{ended}");
    }
}

#[tokio::test]
async fn b32_closed_twice_before_the_charge_is_known_it_frees_once() {
    for (points, end) in [(300, held_by("p", State::Closed)), (299, State::Withdrawn)] {
        let mut pipeline = with_three_matches(points).await;
        for _ in 0..2 {
            pipeline.close("r", 1);
            pipeline.process_batch("intake.fifo").await;
            assert_eq!(pipeline.state("r"), held_by("p", State::Closing));
            assert_eq!(pipeline.open_matches("p"), 3);
        }
        pipeline.process_batch("points.fifo").await;
        let answer = Delivery::of(pipeline, "outcomes.fifo");
        for _ in 0..2 {
            assert_eq!(answer.deliver().await, Done);
            assert_eq!(answer.pipeline.state("r"), end);
            assert_eq!(answer.pipeline.open_matches("p"), 2);
        }
        let mut pipeline = answer.pipeline;
        pipeline.close("r", 1);
        pipeline.run_until_idle().await;
        assert_eq!((pipeline.state("r"), pipeline.open_matches("p")), (end, 2));
        let messages = pipeline.messages_received();
        assert_eq!(messages, 3, "of the matches, none of the withdrawal");
        if pipeline.state("r") == State::Withdrawn {
            let end = pipeline.last_data("r", EventType::RequestUnmatched);
            assert_eq!(end["reason"], "closed");
        }
        pipeline.assert_consistent().await;
    }
}

#[tokio::test]
async fn b32_closing_a_released_match_is_quarantined_and_frees_no_partner() {
    let mut delivery = Decision::Rematched.made().await;
    delivery.pipeline.close("r", 1);
    let close = Delivery::of(delivery.pipeline, "intake.fifo");
    let effects = close.effects();
    assert_eq!(close.pipeline.open_matches("p"), 0);
    assert_eq!(close.pipeline.open_matches("q"), 1);
    assert_eq!(close.deliver().await, Done);
    assert_eq!(close.quarantined(), ["breaks_contract"]);
    assert_eq!(close.effects(), effects);
    assert!(close.types().is_empty());
}

#[tokio::test]
async fn b32_closed_together_with_a_rejection_it_frees_once() {
    for close_first in [false, true] {
        let mut pipeline = with_three_matches(299).await;
        pipeline.process_batch("points.fifo").await;
        pipeline.close("r", 1);
        let last = |queue| (queue, pipeline.messages_in(queue).pop().unwrap());
        let mut messages = [last("outcomes.fifo"), last("intake.fifo")];
        if close_first {
            messages.reverse();
        }
        let twice = messages.iter().chain(&messages);
        join_all(twice.map(|(queue, message)| deliver(&pipeline, queue, message))).await;
        for (queue, message) in &messages {
            assert_eq!(deliver(&pipeline, queue, message).await, Done, "in case it came back");
        }
        assert_eq!(pipeline.open_matches("p"), 2);
        let end = if pipeline.output().quarantined.is_empty() {
            State::Withdrawn // closed, then refused
        } else {
            State::Deferred // refused first: no match is left to close
        };
        assert_eq!(pipeline.state("r"), end);
    }
}

#[tokio::test]
async fn b33_deferrals_beyond_lambdas_limit_for_loops_end_by_the_last_attempt() {
    let mut pipeline = Pipeline::default();
    pipeline.policy.max_attempts = 40;
    pipeline.add_partner("full", 0, 0).await;
    pipeline.submit_and_run("r").await;
    let mut types = pipeline.event_types("r");
    assert_eq!(types.pop(), Some("notification.sent"));
    assert_eq!(types.pop(), Some("request.unmatched"));
    assert_eq!(types, ["request.deferred"; 39]);
    let end = pipeline.last_data("r", EventType::RequestUnmatched);
    assert_eq!((&end["attempt"], &end["reason"]), (&40.into(), &"no_capacity".into()));
    assert_eq!(
        (pipeline.state("r"), pipeline.messages_received()),
        (State::Unmatched, 1)
    );
    pipeline.assert_consistent().await;
}

#[tokio::test]
async fn b33_a_chain_of_refusals_beyond_lambdas_limit_for_loops_ends_when_no_partner_is_left() {
    let mut pipeline = Pipeline::default();
    let partners: Vec<_> = (0..20).map(|n| format!("p{n}")).collect();
    for partner in &partners {
        pipeline.add_partner(partner, 1, 0).await;
    }
    pipeline.submit_and_run("r").await;
    let events = pipeline.events("r");
    let refused = events.iter().filter(|(kind, _)| *kind == EventType::PointsRejected);
    let refused: BTreeSet<_> = refused.map(|(_, body)| body["data"]["partnerId"].to_string()).collect();
    assert_eq!(refused.len(), partners.len(), "each was asked");
    let matched = events.iter().filter(|(kind, _)| *kind == EventType::RequestMatched);
    assert_eq!(matched.count(), partners.len(), "each once");
    assert_eq!(pipeline.last_data("r", EventType::RequestUnmatched)["attempt"], 21);
    assert_eq!(pipeline.state("r"), State::Unmatched);
    assert!(partners.iter().all(|partner| pipeline.open_matches(partner) == 0));
    pipeline.assert_consistent().await;
}
