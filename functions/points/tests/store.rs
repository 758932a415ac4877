//! The promises of the ledger's port, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use aws::{Table, WriteError};
use contract::Received;
use points::domain::{Decision, LedgerView, Order, OrderDecision, decide};
use points::store::{DynamoDb, Store};
use support::deployed::{run_id, table};
use support::events::{charge, purchase};
use support::fakes::points::Ledger;

/// What these books make of it, whatever the ledger has by now.
fn decided(books: &LedgerView, cause: &Received) -> Decision {
    let at = "2026-03-01T09:00:00Z".parse().unwrap();
    match decide(&Order::of(cause).unwrap(), books, at) {
        Ok(OrderDecision::New(decision)) => *decision,
        other => panic!("{other:?}"),
    }
}

async fn load(store: &impl Store, causes: &[&Received]) -> LedgerView {
    let orders: Vec<_> = causes.iter().filter_map(|cause| Order::of(cause)).collect();
    store.load(&orders).await.unwrap()
}

async fn conflicts(store: &impl Store, decision: &Decision) {
    let answer = store.commit(decision).await;
    assert!(matches!(answer, Err(WriteError::Conflict(_))), "{answer:?}");
}

async fn keeps_its_promises(store: &impl Store, run: &str) {
    let id = |name: &str| format!("{name}-{run}");
    let (p1, p2) = (&id("p1"), &id("p2"));
    let early = charge(&id("m0"), p1, 4);
    let buy = purchase(&id("b1"), p1, 10);
    let take = charge(&id("m1"), p1, 4);
    let short = charge(&id("m2"), p1, 11);
    let all = [&early, &buy, &take, &short];

    let mut books = load(store, &all).await;
    assert_eq!(books, LedgerView::default(), "nothing is there at first");

    let late = decided(&books, &charge(&id("m9"), p1, 4));
    for cause in all {
        let decision = decided(&books, cause);
        store.commit(&decision).await.unwrap();
        books.apply(decision.clone());
        assert_eq!(
            load(store, &all).await,
            books,
            "it is read as it was written"
        );
        conflicts(store, &decision).await;
    }

    conflicts(store, &late).await; // unknown account, but it was opened meanwhile
    conflicts(
        store,
        &decided(&LedgerView::default(), &purchase(&id("b2"), p1, 1)),
    )
    .await; // opened twice
    conflicts(
        store,
        &decided(&LedgerView::default(), &charge(&id("m1"), p2, 1)),
    )
    .await; // known key
    let (one, other) = (charge(&id("m3"), p1, 1), charge(&id("m4"), p1, 2));
    let (first, second) = (decided(&books, &one), decided(&books, &other));
    store.commit(&first).await.unwrap();
    conflicts(store, &second).await; // the sequence is taken
    books.apply(first);
    let everything = [&early, &buy, &take, &short, &one, &other];
    assert_eq!(
        load(store, &everything).await,
        books,
        "a conflict writes nothing at all"
    );
}

async fn one_of_two_at_once_wins(store: &impl Store, run: &str) {
    let partner = format!("p3-{run}");
    let opened = decided(
        &LedgerView::default(),
        &purchase(&format!("b3-{run}"), &partner, 10),
    );
    store.commit(&opened).await.unwrap();
    let mut books = LedgerView::default();
    books.apply(opened);
    let causes: Vec<_> = (0..8)
        .map(|n| charge(&format!("n{n}-{run}"), &partner, 1))
        .collect();
    let decisions: Vec<_> = causes.iter().map(|cause| decided(&books, cause)).collect();
    let commits = decisions.iter().map(|decision| store.commit(decision));
    let answers = futures_util::future::join_all(commits).await;
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(won, 1, "{answers:?}");
    let lost = answers
        .iter()
        .filter(|answer| matches!(answer, Err(WriteError::Conflict(_))));
    assert_eq!(lost.count(), 7, "{answers:?}");
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let ledger = Ledger::default();
    keeps_its_promises(&ledger, "t").await;
    one_of_two_at_once_wins(&ledger, "t").await;
    ledger.items().audit().unwrap();
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("LedgerTableName").await;
    let (store, run) = (DynamoDb::new(Table::new(client, table)), run_id());
    keeps_its_promises(&store, &run).await;
    one_of_two_at_once_wins(&store, &run).await;
}
