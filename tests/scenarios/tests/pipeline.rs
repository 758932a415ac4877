//! The life of a request through all functions: what was published in which order, stored, sent, and counted.

#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use contract::EventType;
use matching::domain::State;
use support::company::Company;
use support::events::match_id;

#[tokio::test]
async fn matched_charged_and_told() {
    let mut company = Company::default();
    company.partner("p", 2, 250).await;
    company.request("r").await;

    let mut story = company.story("r");
    assert_eq!(story.remove(0), "request.matched");
    story.sort_unstable(); // charge and notification happen side by side
    assert_eq!(story, ["notification.sent", "points.deducted"]);
    assert_eq!(company.state("r"), State::Confirmed("p".parse().unwrap()));
    assert_eq!(
        (
            company.balance("p"),
            company.open_matches("p"),
            company.texts()
        ),
        (150, 1, 1)
    );
    let matched = company.data("r", EventType::RequestMatched);
    assert_eq!(matched["matchId"], match_id("r", 1).as_str());
    assert!(
        !matched.to_string().contains("rooms"),
        "details are passed on nowhere"
    );
    company.is_sound();
}

#[tokio::test]
async fn a_refusal_frees_the_partner_sets_it_aside_and_matches_again() {
    let mut company = Company::default();
    company.partner("poor", 9, 0).await;
    company.request("r").await;
    assert_eq!(
        company.data("r", EventType::PointsRejected)["reason"],
        "unknown_account"
    );
    // Nobody else is there: deferred until the attempts are used up, and the customer is told of both.
    assert_eq!(
        company.data("r", EventType::RequestUnmatched)["reason"],
        "no_capacity"
    );
    assert_eq!(
        company.data("r", EventType::RequestUnmatched)["replaces"],
        match_id("r", 1).as_str()
    );
    assert_eq!((company.open_matches("poor"), company.texts()), (0, 2));

    company.partner("rich", 9, 500).await;
    company.request("r2").await;
    assert_eq!(
        company.data("r2", EventType::RequestMatched)["partner"]["id"],
        "rich",
        "the poor one stands aside"
    );
    company.is_sound();
}

#[tokio::test]
async fn full_partners_defer_and_closing_makes_room() {
    let mut company = Company::default();
    company.partner("p", 1, 500).await;
    company.request("r1").await;
    company.request("r2").await;
    assert_eq!(
        company.story("r2")[..2],
        ["request.deferred", "request.deferred"]
    );
    assert_eq!(
        company.data("r2", EventType::RequestUnmatched)["attempt"],
        3
    );
    assert!(
        company
            .data("r2", EventType::RequestUnmatched)
            .get("replaces")
            .is_none()
    );

    company.close("r1", 1);
    company.pipeline.run().await;
    assert_eq!(
        (company.state("r1"), company.open_matches("p")),
        (State::Closed("p".parse().unwrap()), 0)
    );
    company.request("r3").await;
    assert_eq!(company.state("r3"), State::Confirmed("p".parse().unwrap()));
    company.is_sound();
}

#[tokio::test]
async fn every_message_twice_changes_nothing() {
    let mut company = Company::default();
    for _ in 0..2 {
        company.partner("p", 3, 300).await;
        company.request("r1").await;
        company.request("r2").await;
        company.close("r1", 1);
        company.pipeline.run().await;
    }
    assert_eq!(
        (
            company.balance("p"),
            company.open_matches("p"),
            company.texts()
        ),
        (100, 1, 2)
    );
    for request in ["r1", "r2"] {
        let deducted = company
            .events(request)
            .into_iter()
            .filter(|(kind, _)| *kind == EventType::PointsDeducted);
        let mut bodies: Vec<_> = deducted.map(|(_, body)| body.to_string()).collect();
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "published again only byte for byte");
    }
    company.is_sound();
}

#[tokio::test]
async fn correlation_and_causation_run_through() {
    let mut company = Company::default();
    company.partner("p", 1, 500).await;
    company.request("r").await;
    let events = company.events("r");
    assert!(events.iter().all(|(_, body)| body["correlationid"] == "r"));
    let matched = events
        .iter()
        .find(|(kind, _)| *kind == EventType::RequestMatched)
        .unwrap()
        .1["id"]
        .clone();
    for (kind, body) in events
        .iter()
        .filter(|(kind, _)| *kind != EventType::RequestMatched)
    {
        assert_eq!(body["causationid"], matched, "{kind}");
    }
}
