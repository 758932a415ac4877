//! Faults at every call.

use batch::Failure;
use contract::{EventType, Publication};
use matching::domain::{Partner, Request};
use support::events::request_deferred;
use support::fakes::Fault;

use crate::World;
use crate::events::{closes, credits, deducts, registers, rejects, submits, types};

/// A whole life, each message delivered until it succeeds: what was published, and what is stored at the end.
async fn life(world: &World) -> (Vec<Publication>, Vec<Request>, Vec<Partner>) {
    let mut published = Vec::new();
    for message in [
        registers("p-1", 1, 1, 10, true),
        submits("r-1"),
        registers("p-2", 1, 1, 10, true),
        rejects("r-1", 1, "p-1", 5, 2),
        submits("r-2"),
        credits("p-1", 20, 3),
        deducts("r-1", 2, "p-2", 0, 2),
        closes("r-1", 2),
        request_deferred("r-2", 1).received(),
        closes("r-2", 2),
        deducts("r-2", 2, "p-1", 10, 4),
    ] {
        published.extend(world.deliver(&message).await);
    }
    (
        published,
        world.table().stored_requests(),
        world.table().stored_partners(),
    )
}

#[tokio::test]
async fn every_fault_at_every_call_leads_to_the_same_end() {
    let world = World::new();
    let expected = life(&world).await;
    assert_eq!(
        types(&expected.0),
        [
            EventType::RequestMatched,
            EventType::RequestMatched,
            EventType::RequestDeferred,
            EventType::RequestMatched,
        ]
    );
    let calls = world.faults.calls();
    assert!(calls > 20, "{calls}");
    for call in 0..calls {
        for fault in [
            Fault::Refused,
            Fault::Contended,
            Fault::TimedOutAfter,
            Fault::Repeated,
        ] {
            let world = World::new();
            world.faults.fail_call(call, fault);
            assert_eq!(life(&world).await, expected, "{fault:?} at {call}");
        }
    }
}

#[tokio::test]
async fn what_fails_for_a_while_is_retryable() {
    let world = World::with([registers("p-1", 1, 1, 10, true)]).await;
    for call in 0..100 {
        world.faults.fail_after(call, Fault::Contended);
    }
    assert!(matches!(
        world.send(&submits("r-1")).await,
        Err(Failure::Retryable(_))
    ));
    assert_eq!(world.table().stored_requests(), []);
}
