//! A request's life ends, and gives back exactly what it took.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use contract::{EventType, PartnerId};
use futures_util::future::join_all;
use matching::domain::State;
use support::company::Company;

use crate::Answer::Done;
use crate::{Decision, Turn, deliver};

fn held_by(partner: &str, state: fn(PartnerId) -> State) -> State {
    state(partner.parse().unwrap())
}

/// A partner with two other matches, and one that is in question.
async fn with_three_matches(points: u32) -> Company {
    let mut company = Company::default();
    company.partner("p", 3, points).await;
    for request in ["other1", "other2", "r"] {
        company.submit(request);
        company.pipeline.work("intake.fifo").await;
    }
    assert_eq!(company.open_matches("p"), 3);
    company
}

#[tokio::test]
async fn b28_live_requests_are_kept_for_ever_and_ended_ones_for_the_retention() {
    let mut company = Company::default();
    let retention = company.pipeline.terms.retention;
    let expires_at = |company: &Company, request: &str| {
        let request = company
            .pipeline
            .table
            .stored_request(&request.parse().unwrap());
        let at = request.unwrap().expires_at?;
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(at.try_into().unwrap()))
    };
    company.request("unmatched").await;
    company.partner("p", 1, 500).await;
    company.submit("r");
    company.pipeline.work("intake.fifo").await;
    assert_eq!(company.state("r"), held_by("p", State::Pending));
    assert_eq!(expires_at(&company, "r"), None);
    company.submit("deferred");
    company.pipeline.work("intake.fifo").await;
    assert_eq!(company.state("deferred"), State::Deferred);
    assert_eq!(expires_at(&company, "deferred"), None);
    company.pipeline.run().await;
    assert_eq!(company.state("r"), held_by("p", State::Confirmed));
    assert_eq!(expires_at(&company, "r"), None);
    company.close("r", 1);
    company.pipeline.run().await;
    assert_eq!(company.state("r"), held_by("p", State::Closed));
    for ended in ["r", "unmatched", "deferred"] {
        assert_eq!(
            expires_at(&company, ended),
            Some(SystemTime::UNIX_EPOCH + retention),
            "{ended}"
        );
    }
}

#[tokio::test]
async fn b32_closed_twice_before_the_charge_is_known_it_frees_once() {
    for (points, end) in [(300, held_by("p", State::Closed)), (299, State::Withdrawn)] {
        let mut company = with_three_matches(points).await;
        for _ in 0..2 {
            company.close("r", 1);
            company.pipeline.work("intake.fifo").await;
            assert_eq!(company.state("r"), held_by("p", State::Closing));
            assert_eq!(company.open_matches("p"), 3);
        }
        company.pipeline.work("points.fifo").await;
        let answer = Turn::of(company, "outcomes.fifo");
        for _ in 0..2 {
            assert_eq!(answer.deliver().await, Done);
            assert_eq!(
                (answer.company.state("r"), answer.company.open_matches("p")),
                (end.clone(), 2)
            );
        }
        let mut company = answer.company;
        company.close("r", 1);
        company.pipeline.run().await;
        assert_eq!((company.state("r"), company.open_matches("p")), (end, 2));
        assert_eq!(
            company.texts(),
            3,
            "of the matches; what was closed is no news"
        );
        if company.state("r") == State::Withdrawn {
            let end = company.data("r", EventType::RequestUnmatched);
            assert_eq!(end["reason"], "closed");
        }
        company.is_sound();
    }
}

#[tokio::test]
async fn b32_closing_a_released_match_is_set_aside_and_frees_nobody() {
    let mut turn = Decision::Rematched.made().await;
    turn.company.close("r", 1);
    let close = Turn::of(turn.company, "intake.fifo");
    let (stored, open) = (close.stored(), |partner| {
        close.company.open_matches(partner)
    });
    assert_eq!((open("p"), open("q")), (0, 1));
    assert_eq!(close.deliver().await, Done);
    assert_eq!(close.quarantined(), ["breaks_contract"]);
    assert_eq!(close.stored(), stored);
    assert!(close.types().is_empty());
}

#[tokio::test]
async fn b32_closed_together_with_a_rejection_it_frees_once() {
    for close_first in [false, true] {
        let mut company = with_three_matches(299).await;
        company.pipeline.work("points.fifo").await;
        company.close("r", 1);
        let last = |queue| (queue, company.pipeline.waiting(queue).pop().unwrap());
        let mut messages = [last("outcomes.fifo"), last("intake.fifo")];
        if close_first {
            messages.reverse();
        }
        let twice = messages.iter().chain(&messages);
        join_all(twice.map(|(queue, message)| deliver(&company, queue, message))).await;
        for (queue, message) in &messages {
            assert_eq!(
                deliver(&company, queue, message).await,
                Done,
                "whatever came back"
            );
        }
        assert_eq!(company.open_matches("p"), 2);
        let end = if company.pipeline.seen().quarantined.is_empty() {
            State::Withdrawn // closed, and then refused
        } else {
            State::Deferred // refused, so that there is nothing to close
        };
        assert_eq!(company.state("r"), end);
    }
}

#[tokio::test]
async fn b33_deferrals_beyond_lambdas_limit_for_loops_end_by_the_last_attempt() {
    let mut company = Company::default();
    company.pipeline.terms.max_attempts = 40;
    company.partner("full", 0, 0).await;
    company.request("r").await;
    let mut story = company.story("r");
    assert_eq!(story.pop(), Some("notification.sent"));
    assert_eq!(story.pop(), Some("request.unmatched"));
    assert_eq!(story, ["request.deferred"; 39]);
    let end = company.data("r", EventType::RequestUnmatched);
    assert_eq!(
        (&end["attempt"], &end["reason"]),
        (&40.into(), &"no_capacity".into())
    );
    assert_eq!((company.state("r"), company.texts()), (State::Unmatched, 1));
    company.is_sound();
}

#[tokio::test]
async fn b33_a_chain_of_refusals_beyond_lambdas_limit_for_loops_ends_when_all_were_asked() {
    let mut company = Company::default();
    let partners: Vec<_> = (0..20).map(|n| format!("p{n}")).collect();
    for partner in &partners {
        company.partner(partner, 1, 0).await;
    }
    company.request("r").await;
    let events = company.events("r");
    let refused = events
        .iter()
        .filter(|(kind, _)| *kind == EventType::PointsRejected);
    let refused: BTreeSet<_> = refused
        .map(|(_, body)| body["data"]["partnerId"].to_string())
        .collect();
    assert_eq!(refused.len(), partners.len(), "each was asked");
    let matched = events
        .iter()
        .filter(|(kind, _)| *kind == EventType::RequestMatched);
    assert_eq!(matched.count(), partners.len(), "each once");
    assert_eq!(
        company.data("r", EventType::RequestUnmatched)["attempt"],
        21
    );
    assert_eq!(company.state("r"), State::Unmatched);
    assert!(
        partners
            .iter()
            .all(|partner| company.open_matches(partner) == 0)
    );
    company.is_sound();
}
