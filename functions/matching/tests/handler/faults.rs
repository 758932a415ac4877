//! Faults at every call to the store.

use batch::Failure;
use builders::events::request_deferred;
use contract::EventType::{RequestDeferred, RequestMatched};
use contract::Publication;
use matching::domain::{Partner, Request};
use support::fakes::Fault;

use crate::Harness;
use crate::events::{closed, credited, deducted, registered, rejected, submitted, types};

/// Delivers all messages of two requests, each until it succeeds. Returns what was published and what is stored at the end.
async fn deliver_all(harness: &Harness) -> (Vec<Publication>, Vec<Request>, Vec<Partner>) {
    let mut published = Vec::new();
    for message in [
        registered("p-1", 1, 1, 10, true),
        submitted("r-1"),
        registered("p-2", 1, 1, 10, true),
        rejected("r-1", 1, "p-1", 5, 2),
        submitted("r-2"),
        credited("p-1", 20, 3),
        deducted("r-1", 2, "p-2", 0, 2),
        closed("r-1", 2),
        request_deferred("r-2", 1).received(),
        closed("r-2", 2),
        deducted("r-2", 2, "p-1", 10, 4),
    ] {
        published.extend(harness.deliver(&message).await);
    }
    (
        published,
        harness.table.stored_requests(),
        harness.table.stored_partners(),
    )
}

#[tokio::test]
async fn any_fault_at_any_call_leads_to_the_same_result() {
    let harness = Harness::new();
    let expected = deliver_all(&harness).await;
    assert_eq!(
        types(&expected.0),
        [RequestMatched, RequestMatched, RequestDeferred, RequestMatched,]
    );
    let calls = harness.faults.calls();
    assert!(calls > 20, "{calls}");
    for call in 0..calls {
        for fault in [Fault::Refused, Fault::Contended, Fault::TimedOutAfter, Fault::Repeated] {
            let harness = Harness::new();
            harness.faults.fail_call(call, fault);
            assert_eq!(deliver_all(&harness).await, expected, "{fault:?} at {call}");
        }
    }
}

#[tokio::test]
async fn conflicts_without_end_are_a_retryable_failure() {
    let harness = Harness::with([registered("p-1", 1, 1, 10, true)]).await;
    for call in 0..100 {
        harness.faults.fail_after(call, Fault::Contended);
    }
    assert!(matches!(
        harness.handle_once(&submitted("r-1")).await,
        Err(Failure::Retryable(_))
    ));
    assert_eq!(harness.table.stored_requests(), []);
}
