//! The promises of points' store, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use aws::{Table, WriteError};
use builders::events::{charge, purchase};
use contract::Received;
use points::domain::{Decision, LedgerView, Order, OrderDecision, decide};
use points::store::{DynamoDb, Store};
use support::deployed::{run_id, table};
use support::fakes::points::Ledger;

/// The decision by this view of the ledger, which may be stale.
fn decided(view: &LedgerView, cause: &Received) -> Decision {
    let at = "2026-03-01T09:00:00Z".parse().unwrap();
    match decide(&Order::of(cause).unwrap(), view, at) {
        Ok(OrderDecision::New(decision)) => *decision,
        other => panic!("{other:?}"),
    }
}

async fn load(store: &impl Store, causes: &[&Received]) -> LedgerView {
    let orders: Vec<_> = causes.iter().filter_map(|cause| Order::of(cause)).collect();
    store.load(&orders).await.unwrap()
}

async fn assert_conflict(store: &impl Store, decision: &Decision) {
    let result = store.commit(decision).await;
    assert!(matches!(result, Err(WriteError::Conflict(_))), "{result:?}");
}

async fn keeps_its_promises(store: &impl Store, run: &str) {
    let id = |name: &str| format!("{name}-{run}");
    let (p1, p2) = (&id("p1"), &id("p2"));
    let without_account = charge(&id("m0"), p1, 4);
    let opening = purchase(&id("b1"), p1, 10);
    let accepted = charge(&id("m1"), p1, 4);
    let too_high = charge(&id("m2"), p1, 11);
    let all = [&without_account, &opening, &accepted, &too_high];

    let mut view = load(store, &all).await;
    assert_eq!(view, LedgerView::default(), "the ledger is empty at first");

    let stale_refusal = decided(&view, &charge(&id("m9"), p1, 4));
    for cause in all {
        let decision = decided(&view, cause);
        store.commit(&decision).await.unwrap();
        view.apply(decision.clone());
        assert_eq!(load(store, &all).await, view, "a decision is read as it was written");
        assert_conflict(store, &decision).await;
    }

    // The account was unknown, and has been opened since.
    assert_conflict(store, &stale_refusal).await;
    // The account is opened a second time.
    let reopening = purchase(&id("b2"), p1, 1);
    assert_conflict(store, &decided(&LedgerView::default(), &reopening)).await;
    // The match is decided on a second time.
    let known_match = charge(&id("m1"), p2, 1);
    assert_conflict(store, &decided(&LedgerView::default(), &known_match)).await;
    // Two decisions have the same sequence.
    let (one, other) = (charge(&id("m3"), p1, 1), charge(&id("m4"), p1, 2));
    let (first, second) = (decided(&view, &one), decided(&view, &other));
    store.commit(&first).await.unwrap();
    assert_conflict(store, &second).await;
    view.apply(first);
    let everything = [&without_account, &opening, &accepted, &too_high, &one, &other];
    assert_eq!(load(store, &everything).await, view, "a conflict writes nothing at all");
}

async fn one_of_several_concurrent_commits_succeeds(store: &impl Store, run: &str) {
    let partner = format!("p3-{run}");
    let opened = decided(&LedgerView::default(), &purchase(&format!("b3-{run}"), &partner, 10));
    store.commit(&opened).await.unwrap();
    let mut view = LedgerView::default();
    view.apply(opened);
    let causes: Vec<_> = (0..8).map(|n| charge(&format!("n{n}-{run}"), &partner, 1)).collect();
    let decisions: Vec<_> = causes.iter().map(|cause| decided(&view, cause)).collect();
    let commits = decisions.iter().map(|decision| store.commit(decision));
    let results = futures_util::future::join_all(commits).await;
    let successes = results.iter().filter(|result| result.is_ok());
    assert_eq!(successes.count(), 1, "{results:?}");
    let conflicts = results
        .iter()
        .filter(|result| matches!(result, Err(WriteError::Conflict(_))));
    assert_eq!(conflicts.count(), 7, "{results:?}");
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let ledger = Ledger::default();
    keeps_its_promises(&ledger, "t").await;
    one_of_several_concurrent_commits_succeeds(&ledger, "t").await;
    ledger.items().audit().unwrap();
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("LedgerTableName").await;
    let (store, run) = (DynamoDb::new(Table::new(client, table)), run_id());
    keeps_its_promises(&store, &run).await;
    one_of_several_concurrent_commits_succeeds(&store, &run).await;
}
