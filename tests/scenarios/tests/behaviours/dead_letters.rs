//! A record that keeps failing, and those that it holds back.

use builders::events;
use support::fakes::Fault;
use support::pipeline::Pipeline;
use support::wiring::DEPLOYED;

/// Partner `p` with points, and in its message group a purchase before the charges of three matches.
async fn purchase_before_three_charges() -> Pipeline {
    let mut pipeline = Pipeline::default();
    pipeline.add_partner("p", 3, 1_000).await;
    pipeline.purchase("keeps-failing", "p", 7);
    for request in ["r1", "r2", "r3"] {
        let matched = events::request_matched(request, 1, "p").with("fee/points", 100);
        pipeline.send_event("points.fifo", "p", matched);
    }
    pipeline
}

#[tokio::test]
async fn b36_a_purchase_that_keeps_failing_is_set_aside_and_the_charges_behind_it_go_through() {
    let mut pipeline = purchase_before_three_charges().await;
    let receives = DEPLOYED.max_receive_count() - 1;
    for _ in 0..receives {
        pipeline.faults.fail_next("points.accounts", Fault::Refused); // for all, then
        pipeline.faults.fail_next("points.load", Fault::Refused); // for the purchase alone
    }
    for receive in 1..receives {
        pipeline.process_batch("points.fifo").await;
        assert_eq!(pipeline.messages_in("points.fifo").len(), 4, "receive {receive}");
    }
    pipeline.process_batch("points.fifo").await;

    assert_eq!(pipeline.messages_in("points.fifo").len(), 0);
    let output = pipeline.output();
    assert_eq!(output.set_aside.len(), 1);
    let (record, failure) = &output.set_aside[0];
    assert!(record.body.contains("keeps-failing"));
    assert_eq!(record.receive_count, receives);
    assert!(!failure.is_empty());
    for request in ["r1", "r2", "r3"] {
        assert_eq!(pipeline.event_types(request), ["points.deducted"]);
    }
    assert_eq!(pipeline.balance("p"), 700);
}
