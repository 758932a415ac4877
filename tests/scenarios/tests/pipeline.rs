//! A request's way through all functions: what is published in which order, stored, sent and counted.

#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use builders::events::match_id;
use contract::EventType;
use matching::domain::State;
use support::pipeline::Pipeline;

#[tokio::test]
async fn a_request_is_matched_charged_and_notified() {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 2, 250).await;
    pipeline.submit_and_run("r").await;

    let mut types = pipeline.event_types("r");
    assert_eq!(types.remove(0), "request.matched");
    types.sort_unstable(); // charge and notification happen side by side
    assert_eq!(types, ["notification.sent", "points.deducted"]);
    assert_eq!(pipeline.state("r"), State::Confirmed("p".parse().unwrap()));
    assert_eq!((pipeline.balance("p"), pipeline.open_matches("p")), (150, 1));
    assert_eq!(pipeline.messages_received(), 1);
    let matched = pipeline.last_data("r", EventType::RequestMatched);
    assert_eq!(matched["matchId"], match_id("r", 1).as_str());
    let matched = matched.to_string();
    assert!(!matched.contains("rooms"), "details are not passed on");
    pipeline.assert_consistent().await;
}

#[tokio::test]
async fn a_refusal_releases_and_suspends_the_partner_and_the_request_is_matched_again() {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("poor", 9, 0).await;
    pipeline.submit_and_run("r").await;
    let rejected = pipeline.last_data("r", EventType::PointsRejected);
    assert_eq!(rejected["reason"], "unknown_account");
    // No other partner is there: deferred until the last attempt, and the customer is notified of both.
    let unmatched = pipeline.last_data("r", EventType::RequestUnmatched);
    assert_eq!(unmatched["reason"], "no_capacity");
    assert_eq!(unmatched["replaces"], match_id("r", 1).as_str());
    assert_eq!(pipeline.open_matches("poor"), 0);
    assert_eq!(pipeline.messages_received(), 2);

    pipeline.add_partner("rich", 9, 500).await;
    pipeline.submit_and_run("r2").await;
    let matched = pipeline.last_data("r2", EventType::RequestMatched);
    assert_eq!(matched["partner"]["id"], "rich", "the other is suspended");
    pipeline.assert_consistent().await;
}

#[tokio::test]
async fn a_request_is_deferred_while_partners_are_full_and_closing_makes_room() {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 1, 500).await;
    pipeline.submit_and_run("r1").await;
    pipeline.submit_and_run("r2").await;
    assert_eq!(pipeline.event_types("r2")[..2], ["request.deferred"; 2]);
    let unmatched = pipeline.last_data("r2", EventType::RequestUnmatched);
    assert_eq!(unmatched["attempt"], 3);
    assert!(unmatched.get("replaces").is_none());

    pipeline.close("r1", 1);
    pipeline.run_until_idle().await;
    assert_eq!(pipeline.state("r1"), State::Closed("p".parse().unwrap()));
    assert_eq!(pipeline.open_matches("p"), 0);
    pipeline.submit_and_run("r3").await;
    assert_eq!(pipeline.state("r3"), State::Confirmed("p".parse().unwrap()));
    pipeline.assert_consistent().await;
}

#[tokio::test]
async fn sending_every_message_twice_changes_nothing() {
    let mut pipeline = Pipeline::default();
    for _ in 0..2 {
        pipeline.add_partner("p", 3, 300).await;
        pipeline.submit_and_run("r1").await;
        pipeline.submit_and_run("r2").await;
        pipeline.close("r1", 1);
        pipeline.run_until_idle().await;
    }
    assert_eq!((pipeline.balance("p"), pipeline.open_matches("p")), (100, 1));
    assert_eq!(pipeline.messages_received(), 2);
    for request in ["r1", "r2"] {
        let mut events = pipeline.events(request);
        events.retain(|(event_type, _)| *event_type == EventType::PointsDeducted);
        let mut bodies: Vec<_> = events.iter().map(|(_, body)| body.to_string()).collect();
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "published again only byte for byte");
    }
    pipeline.assert_consistent().await;
}

#[tokio::test]
async fn every_event_names_its_request_and_its_cause() {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 1, 500).await;
    pipeline.submit_and_run("r").await;
    let events = pipeline.events("r");
    assert!(events.iter().all(|(_, body)| body["correlationid"] == "r"));
    let (matched, later) = events.split_first().unwrap();
    assert_eq!(matched.0, EventType::RequestMatched);
    for (event_type, body) in later {
        assert_ne!(*event_type, EventType::RequestMatched);
        assert_eq!(body["causationid"], matched.1["id"], "{event_type}");
    }
}
