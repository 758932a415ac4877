//! Answers about a partner's balance, in any order.

use matching::domain::{KnownBalance, State};
use serde_json::Value;
use support::pipeline::Pipeline;

use crate::DeliveryResult::Done;
use crate::{Decision, Delivery, deliver};

/// Delivers these answers of points one by one.
async fn answers(pipeline: &Pipeline, messages: &[Value]) {
    for message in messages {
        assert_eq!(deliver(pipeline, "outcomes.fifo", message).await, Done);
    }
}

fn known_balance(pipeline: &Pipeline, partner: &str) -> Option<KnownBalance> {
    let partner = partner.parse().unwrap();
    pipeline.matching.stored_partner(&partner).unwrap().known_balance
}

/// Submits a request and gives the type of its first event.
async fn submit(pipeline: &mut Pipeline, request: &str) -> &'static str {
    pipeline.submit(request);
    pipeline.process_batch("intake.fifo").await;
    pipeline.event_types(request)[0]
}

#[tokio::test]
async fn b31_in_any_order_the_balance_with_the_highest_sequence_is_kept() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        for (top_up, balance, next) in [(0, 99, "request.deferred"), (201, 300, "request.matched")] {
            // Credited with 99 (1), refused (2), and credited once more or refused once more (3).
            let mut pipeline = Decision::Insufficient.next_delivery().await.pipeline;
            if top_up > 0 {
                pipeline.purchase("top-up", "p", top_up);
            } else {
                assert_eq!(submit(&mut pipeline, "r2").await, "request.matched");
            }
            pipeline.process_batch("points.fifo").await;
            let messages = pipeline.messages_in("outcomes.fifo");
            assert_eq!(messages.len(), 3);
            answers(&pipeline, &order.map(|n| messages[n].clone())).await;
            let expected = KnownBalance { balance, sequence: 3 };
            assert_eq!(known_balance(&pipeline, "p"), Some(expected), "{order:?}");
            assert_eq!(submit(&mut pipeline, "next").await, next, "{order:?}");
            assert!(pipeline.output().quarantined.is_empty(), "{order:?}");
        }
    }
}

#[tokio::test]
async fn b31_after_a_credit_below_the_fee_the_partner_stays_suspended() {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 9, 0).await;
    pipeline.submit_and_run("refused").await;
    for (n, (points, next)) in [(99, "request.deferred"), (1, "request.matched")]
        .into_iter()
        .enumerate()
    {
        pipeline.purchase(&format!("b{n}"), "p", points);
        pipeline.run_until_idle().await;
        let request = format!("r{n}");
        assert_eq!(submit(&mut pipeline, &request).await, next, "{points} more");
    }
    assert_eq!(pipeline.open_matches("p"), 1);
}

#[tokio::test]
async fn b31_a_deduction_that_leaves_less_than_the_fee_suspends_the_partner_before_a_refusal() {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 9, 199).await;
    pipeline.submit_and_run("r1").await;
    assert_eq!(pipeline.state("r1"), State::Confirmed("p".parse().unwrap()));
    pipeline.submit_and_run("r2").await;
    let deferred_to_the_end = ["request.deferred", "request.deferred", "request.unmatched"];
    assert_eq!(pipeline.event_types("r2")[..3], deferred_to_the_end);
    assert_eq!((pipeline.balance("p"), pipeline.open_matches("p")), (99, 1));
    assert_eq!(pipeline.messages_received(), 2, "r1's match, r2's end");
    pipeline.assert_consistent().await;
}

#[tokio::test]
async fn b31_freeing_and_claiming_the_same_partner_is_one_update() {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 1, 0).await; // room for one: claimed before it is freed, there would be none
    pipeline.submit("r");
    pipeline.process_batch("intake.fifo").await;
    pipeline.process_batch("points.fifo").await; // refused: unknown account
    pipeline.purchase("b", "p", 100);
    pipeline.process_batch("points.fifo").await;
    let [refused, credited] = <[Value; 2]>::try_from(pipeline.messages_in("outcomes.fifo")).unwrap();
    answers(&pipeline, &[credited]).await;
    let mut delivery = Delivery::of(pipeline, "outcomes.fifo");
    delivery.message = refused;
    assert_eq!(delivery.deliver().await, Done);
    assert_eq!(delivery.types(), ["request.matched"]);
    let called = delivery.called();
    assert_eq!(called.iter().filter(|call| **call == "matching.commit").count(), 1);
    assert_eq!(delivery.pipeline.open_matches("p"), 1);
    assert_eq!(delivery.pipeline.state("r"), State::Pending("p".parse().unwrap()));
    assert_eq!(delivery.deliver().await, Done);
    assert_eq!(delivery.pipeline.open_matches("p"), 1);
}
