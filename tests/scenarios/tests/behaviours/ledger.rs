//! Decisions are final, and points are exact.

use std::time::Duration;

use matching::domain::State;
use serde_json::Value;
use support::fakes::Fault;

use crate::DeliveryResult::{ComesBack, Done};
use crate::{Decision, Delivery};

/// The data of the last event published.
fn last(delivery: &Delivery) -> Value {
    let body = &delivery.published().pop().unwrap().body;
    serde_json::from_str::<Value>(body).unwrap()["data"].take()
}

#[tokio::test]
async fn b24_rejected_stays_rejected_after_a_top_up() {
    for (decision, reason, balance) in [
        (Decision::Insufficient, "insufficient_points", 99),
        (Decision::UnknownAccount, "unknown_account", 0),
    ] {
        let mut delivery = decision.made().await;
        let refusal = delivery.published();
        assert_eq!(last(&delivery)["reason"], reason);
        delivery.pipeline.purchase("top-up", "p", 1_000);
        let top_up = Delivery::of(delivery.pipeline, "points.fifo");
        assert_eq!(top_up.deliver().await, Done);
        assert_eq!(top_up.types(), ["points.credited"]);
        assert_eq!(last(&top_up)["balance"], balance + 1_000);

        let effects = top_up.effects();
        let again = top_up.then(delivery.message);
        assert_eq!(again.deliver().await, Done);
        assert_eq!(again.published()[1..], refusal, "{reason}");
        assert_eq!(again.effects(), effects, "{reason}");
        again.pipeline.ledger.items().audit().unwrap();
    }
}

#[tokio::test]
async fn b24_unmatched_stays_unmatched_when_a_partner_becomes_free() {
    for (decision, reason) in [
        (Decision::Unmatched, "no_partner"),
        (Decision::Deferred, "no_capacity"), // at the last attempt
    ] {
        let mut delivery = decision.next_delivery().await;
        delivery.pipeline.policy.max_attempts = 1;
        assert_eq!(delivery.deliver().await, Done);
        let unmatched = delivery.published();
        assert_eq!(last(&delivery)["reason"], reason);
        delivery.pipeline.register("free", 9);
        let free = Delivery::of(delivery.pipeline, "partners.fifo");
        assert_eq!(free.deliver().await, Done);

        let again = free.then(delivery.message);
        assert_eq!(again.deliver().await, Done);
        assert_eq!(again.published(), unmatched, "{reason}");
        assert_eq!(again.pipeline.state("r"), State::Unmatched, "{reason}");
        assert_eq!(again.pipeline.open_matches("free"), 0, "{reason}");
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
        let mut delivery = Decision::UnknownAccount.next_delivery().await;
        delivery.pipeline.purchase("b", "p", bought);
        let purchase = Delivery::of(delivery.pipeline, "points.fifo");
        assert_eq!(purchase.deliver().await, Done);
        let mut delivery = purchase.then(delivery.message);
        delivery.change(|event| event["data"]["fee"]["points"] = fee.into());
        assert_eq!(delivery.deliver().await, Done);
        let types = delivery.types();
        assert_eq!(types, ["points.credited", expected], "{bought} {fee}");
        assert_eq!(last(&delivery)["balance"], left);
        assert_eq!(delivery.pipeline.balance("p"), left);
        delivery.pipeline.ledger.items().audit().unwrap();
    }
}

#[tokio::test]
async fn b27_a_write_conflict_is_retried_after_a_growing_jittered_pause() {
    for (decision, conflicts, pause) in [(Decision::Charged, 3, 40), (Decision::Matched, 5, 10)] {
        let expected = decision.made().await;
        let delivery = decision.next_delivery().await;
        let faults = &delivery.pipeline.faults;
        (0..conflicts).for_each(|_| faults.fail_next(decision.save(), Fault::Contended));
        assert_eq!(delivery.deliver().await, Done, "{decision:?}");
        assert_eq!(delivery.published(), expected.published(), "{decision:?}");
        assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
        let pauses = delivery.pipeline.pauses.taken();
        assert_eq!(pauses.len(), conflicts, "{decision:?}");
        let longest = (0..).map(|n| Duration::from_millis(pause << n));
        let shares: Vec<_> = longest
            .zip(&pauses)
            .map(|(longest, pause)| pause.div_duration_f64(longest))
            .collect();
        let is_in_range = |share: &f64| (0.5..=1.0).contains(share);
        assert!(shares.iter().all(is_in_range), "{shares:?}");
        let differs = |share: &f64| (share - shares[0]).abs() > 0.01;
        assert!(shares.iter().any(differs), "{shares:?}");
    }
}

#[tokio::test]
async fn b27_endless_write_conflicts_are_retryable_and_no_refusal() {
    for decision in [
        Decision::Charged,
        Decision::Credited,
        Decision::Matched,
        Decision::Rematched,
    ] {
        let expected = decision.made().await;
        let delivery = decision.next_delivery().await;
        let before = delivery.effects();
        let faults = &delivery.pipeline.faults;
        (0..100).for_each(|_| faults.fail_next(decision.save(), Fault::Contended));
        assert_eq!(delivery.deliver().await, ComesBack, "{decision:?}");
        assert!(delivery.published().is_empty(), "{decision:?}");
        assert_eq!(delivery.effects(), before, "{decision:?}");
        // It comes back later, not at once.
        let last = delivery.called().pop();
        assert_eq!(last, Some("sqs.ChangeMessageVisibilityBatch"));
        faults.clear();
        assert_eq!(delivery.deliver().await, Done, "{decision:?}");
        assert_eq!(delivery.published(), expected.published(), "{decision:?}");
        assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
    }
}
