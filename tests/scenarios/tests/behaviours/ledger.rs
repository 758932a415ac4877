//! Decisions stand, and points are exact.

use std::time::Duration;

use matching::domain::State;
use serde_json::Value;
use support::fakes::Fault;

use crate::Answer::{ComesBack, Done};
use crate::{Decision, Turn};

/// The data of the last event published.
fn last(turn: &Turn) -> Value {
    let body = &turn.published().pop().unwrap().body;
    serde_json::from_str::<Value>(body).unwrap()["data"].take()
}

#[tokio::test]
async fn b24_rejected_stays_rejected_after_a_top_up() {
    for (decision, reason, balance) in [
        (Decision::Short, "insufficient_points", 99),
        (Decision::Unknown, "unknown_account", 0),
    ] {
        let mut turn = decision.made().await;
        let refusal = turn.published();
        assert_eq!(last(&turn)["reason"], reason);
        turn.company.buy("top-up", "p", 1_000);
        let top_up = Turn::of(turn.company, "points.fifo");
        assert_eq!(top_up.deliver().await, Done);
        assert_eq!(top_up.types(), ["points.credited"]);
        assert_eq!(last(&top_up)["balance"], balance + 1_000);

        let stored = top_up.stored();
        let again = top_up.then(turn.message);
        assert_eq!(again.deliver().await, Done);
        assert_eq!(again.published()[1..], refusal, "{reason}");
        assert_eq!(again.stored(), stored, "{reason}");
        again.company.pipeline.ledger.items().audit().unwrap();
    }
}

#[tokio::test]
async fn b24_unmatched_stays_unmatched_when_a_partner_becomes_free() {
    for (decision, reason) in [
        (Decision::Unmatched, "no_partner"),
        (Decision::Deferred, "no_capacity"), // at the last attempt
    ] {
        let mut turn = decision.turn().await;
        turn.company.pipeline.terms.max_attempts = 1;
        assert_eq!(turn.deliver().await, Done);
        let unmatched = turn.published();
        assert_eq!(last(&turn)["reason"], reason);
        turn.company.register("free", 9);
        let free = Turn::of(turn.company, "intake.fifo");
        assert_eq!(free.deliver().await, Done);

        let again = free.then(turn.message);
        assert_eq!(again.deliver().await, Done);
        assert_eq!(again.published(), unmatched, "{reason}");
        assert_eq!(again.company.state("r"), State::Unmatched, "{reason}");
        assert_eq!(again.company.open_matches("free"), 0, "{reason}");
    }
}

#[tokio::test]
async fn b26_the_whole_balance_is_enough_one_point_less_is_not_and_the_largest_amounts_are_exact() {
    for (bought, fee, expected, left) in [
        (100, 100, "points.deducted", 0),
        (99, 100, "points.rejected", 99),
        (1_000_000_000, 1_000_000_000, "points.deducted", 0),
        (999_999_999, 1_000_000_000, "points.rejected", 999_999_999),
        (1_000_000_000, 1, "points.deducted", 999_999_999),
    ] {
        let mut turn = Decision::Unknown.turn().await;
        turn.company.buy("b", "p", bought);
        let purchase = Turn::of(turn.company, "points.fifo");
        assert_eq!(purchase.deliver().await, Done);
        let mut turn = purchase.then(turn.message);
        turn.change(|event| event["data"]["fee"]["points"] = fee.into());
        assert_eq!(turn.deliver().await, Done);
        assert_eq!(
            turn.types(),
            ["points.credited", expected],
            "{bought} {fee}"
        );
        assert_eq!(
            (last(&turn)["balance"].clone(), turn.company.balance("p")),
            (left.into(), left)
        );
        turn.company.pipeline.ledger.items().audit().unwrap();
    }
}

#[tokio::test]
async fn b27_a_conflict_is_tried_again_after_a_growing_jittered_pause() {
    for (decision, conflicts, pause) in [(Decision::Charged, 3, 40), (Decision::Matched, 5, 10)] {
        let expected = decision.made().await;
        let turn = decision.turn().await;
        for _ in 0..conflicts {
            turn.company
                .pipeline
                .faults
                .fail_next(decision.save(), Fault::Contended);
        }
        assert_eq!(turn.deliver().await, Done, "{decision:?}");
        assert_eq!(turn.published(), expected.published(), "{decision:?}");
        assert_eq!(turn.stored(), expected.stored(), "{decision:?}");
        let pauses = turn.company.pipeline.pauses.taken();
        assert_eq!(pauses.len(), conflicts, "{decision:?}");
        let longest = (0..).map(|n| Duration::from_millis(pause << n));
        let shares: Vec<_> = longest
            .zip(&pauses)
            .map(|(longest, pause)| pause.div_duration_f64(longest))
            .collect();
        assert!(
            shares.iter().all(|share| (0.5..=1.0).contains(share)),
            "{shares:?}"
        );
        assert!(
            shares.iter().any(|share| (share - shares[0]).abs() > 0.01),
            "{shares:?}"
        );
    }
}

#[tokio::test]
async fn b27_a_conflict_without_end_is_retryable_and_no_refusal() {
    for decision in [
        Decision::Charged,
        Decision::Credited,
        Decision::Matched,
        Decision::Rematched,
    ] {
        let expected = decision.made().await;
        let turn = decision.turn().await;
        let before = turn.stored();
        for _ in 0..100 {
            turn.company
                .pipeline
                .faults
                .fail_next(decision.save(), Fault::Contended);
        }
        assert_eq!(turn.deliver().await, ComesBack, "{decision:?}");
        assert!(turn.published().is_empty(), "{decision:?}");
        assert_eq!(turn.stored(), before, "{decision:?}");
        let last = turn.called().pop();
        assert_eq!(
            last,
            Some("sqs.ChangeMessageVisibilityBatch"),
            "{decision:?}: later, not at once"
        );
        turn.company.pipeline.faults.clear();
        assert_eq!(turn.deliver().await, Done, "{decision:?}");
        assert_eq!(turn.published(), expected.published(), "{decision:?}");
        assert_eq!(turn.stored(), expected.stored(), "{decision:?}");
    }
}
