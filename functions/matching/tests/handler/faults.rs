//! Faults at every call to the store.

use batch::Failure;
use contract::{EventType, Publication};
use matching::domain::{Partner, Request};
use support::events::request_deferred;
use support::fakes::Fault;

use crate::Harness;
use crate::events::{
    match_closed, partner_registered, points_credited, points_deducted, points_rejected,
    request_submitted, types,
};

/// Delivers all messages of two requests, each until it succeeds. Returns what was published and what is stored at the end.
async fn deliver_all(harness: &Harness) -> (Vec<Publication>, Vec<Request>, Vec<Partner>) {
    let mut published = Vec::new();
    for message in [
        partner_registered("p-1", 1, 1, 10, true),
        request_submitted("r-1"),
        partner_registered("p-2", 1, 1, 10, true),
        points_rejected("r-1", 1, "p-1", 5, 2),
        request_submitted("r-2"),
        points_credited("p-1", 20, 3),
        points_deducted("r-1", 2, "p-2", 0, 2),
        match_closed("r-1", 2),
        request_deferred("r-2", 1).received(),
        match_closed("r-2", 2),
        points_deducted("r-2", 2, "p-1", 10, 4),
    ] {
        published.extend(harness.deliver(&message).await);
    }
    (
        published,
        harness.table().stored_requests(),
        harness.table().stored_partners(),
    )
}

#[tokio::test]
async fn any_fault_at_any_call_leads_to_the_same_result() {
    let harness = Harness::new();
    let expected = deliver_all(&harness).await;
    assert_eq!(
        types(&expected.0),
        [
            EventType::RequestMatched,
            EventType::RequestMatched,
            EventType::RequestDeferred,
            EventType::RequestMatched,
        ]
    );
    let calls = harness.faults.calls();
    assert!(calls > 20, "{calls}");
    for call in 0..calls {
        for fault in [
            Fault::Refused,
            Fault::Contended,
            Fault::TimedOutAfter,
            Fault::Repeated,
        ] {
            let harness = Harness::new();
            harness.faults.fail_call(call, fault);
            assert_eq!(deliver_all(&harness).await, expected, "{fault:?} at {call}");
        }
    }
}

#[tokio::test]
async fn conflicts_without_end_are_a_retryable_failure() {
    let harness = Harness::with([partner_registered("p-1", 1, 1, 10, true)]).await;
    for call in 0..100 {
        harness.faults.fail_after(call, Fault::Contended);
    }
    assert!(matches!(
        harness.handle_once(&request_submitted("r-1")).await,
        Err(Failure::Retryable(_))
    ));
    assert_eq!(harness.table().stored_requests(), []);
}
