//! The promises of points' store, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use aws::Table;
use builders::events::{charge, purchase};
use contract::Received;
use points::domain::{Decision, LedgerView, Order, decide_group};
use points::store::{CommitError, DynamoDb, Store};
use support::deployed::{run_id, table};
use support::fakes::points::Ledger;

/// The new decisions by this view of the ledger, which may be stale.
fn decided(view: &LedgerView, causes: &[&Received]) -> Vec<Decision> {
    let at = "2026-03-01T09:00:00Z".parse().unwrap();
    let orders: Vec<_> = causes.iter().map(|cause| Order::of(cause).unwrap()).collect();
    let group = decide_group(&orders.iter().collect::<Vec<_>>(), view.clone(), at);
    assert_eq!(group.error, None);
    group.new_decisions().into_iter().cloned().collect()
}

async fn load(store: &impl Store, causes: &[&Received]) -> LedgerView {
    let orders: Vec<_> = causes.iter().filter_map(|cause| Order::of(cause)).collect();
    store.load(&orders.iter().collect::<Vec<_>>()).await.unwrap()
}

async fn commit(store: &impl Store, decisions: &[Decision]) -> Result<(), CommitError> {
    store.commit(&decisions.iter().collect::<Vec<_>>()).await
}

/// What is stored instead of these decisions.
async fn conflicting(store: &impl Store, decisions: &[Decision]) -> LedgerView {
    match commit(store, decisions).await {
        Err(CommitError::Conflict {
            stored: Some(stored), ..
        }) => stored,
        other => panic!("{other:?}"),
    }
}

fn accounts_of(view: &LedgerView) -> LedgerView {
    let mut accounts = LedgerView::default();
    for (partner, account) in view.accounts() {
        accounts.insert_account(partner.clone(), account);
    }
    accounts
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

    let stale_refusal = decided(&view, &[&charge(&id("m9"), p1, 4)]);
    for cause in all {
        let decisions = decided(&view, &[cause]);
        commit(store, &decisions).await.unwrap();
        view.apply(decisions[0].clone());
        assert_eq!(load(store, &all).await, view, "a decision is read as it was written");
        let stored = conflicting(store, &decisions).await;
        let saved = Some(&decisions[0]);
        assert_eq!(stored.decision(&decisions[0].order), saved, "it is what a repeat meets");
    }
    let partners = [&p1.parse().unwrap(), &p2.parse().unwrap()];
    assert_eq!(store.accounts(&partners).await.unwrap(), accounts_of(&view));

    // The account was unknown, and has been opened since.
    assert_eq!(conflicting(store, &stale_refusal).await, accounts_of(&view));
    // The account is opened a second time.
    let reopening = decided(&LedgerView::default(), &[&purchase(&id("b2"), p1, 1)]);
    assert_eq!(conflicting(store, &reopening).await, accounts_of(&view));
    // The match is decided on a second time, for another partner.
    let known_match = decided(&LedgerView::default(), &[&charge(&id("m1"), p2, 1)]);
    let stored = conflicting(store, &known_match).await;
    assert_eq!(
        stored.decision(&known_match[0].order),
        view.decision(&known_match[0].order)
    );
    assert_eq!(stored.accounts().count(), 0, "p2's account is as expected");
    // Two decisions have the same sequence.
    let (one, other) = (charge(&id("m3"), p1, 1), charge(&id("m4"), p1, 2));
    let (first, second) = (decided(&view, &[&one]), decided(&view, &[&other]));
    commit(store, &first).await.unwrap();
    view.apply(first[0].clone());
    assert_eq!(conflicting(store, &second).await, accounts_of(&view));
    let everything = [&without_account, &opening, &accepted, &too_high, &one, &other];
    assert_eq!(load(store, &everything).await, view, "a conflict writes nothing at all");
}

async fn a_group_is_saved_whole_or_not_at_all(store: &impl Store, run: &str) {
    let id = |name: &str| format!("{name}-{run}");
    let (p4, p5, p6) = (&id("p4"), &id("p5"), &id("p6"));
    let group = [
        charge(&id("g0"), p4, 1),
        purchase(&id("g1"), p4, 10),
        charge(&id("g2"), p4, 4),
        purchase(&id("g3"), p5, 5),
        charge(&id("g4"), p4, 7),
        charge(&id("g5"), p6, 1),
    ];
    let group: Vec<_> = group.iter().collect();
    let decisions = decided(&LedgerView::default(), &group);
    commit(store, &decisions).await.unwrap();
    let mut view = LedgerView::default();
    for decision in &decisions {
        view.apply(decision.clone());
    }
    assert_eq!(load(store, &group).await, view);

    // One of these is decided already, and the account of another is not at the sequence before.
    let new = charge(&id("g6"), p5, 1);
    let half = [group[1], group[2], &new];
    let stored = conflicting(store, &decided(&LedgerView::default(), &half)).await;
    let met = [&decisions[1].order, &decisions[2].order].map(|order| stored.decision(order));
    assert_eq!(
        met,
        [Some(&decisions[1]), Some(&decisions[2])],
        "it says all that it met"
    );
    assert_eq!(stored.accounts().count(), 2, "both accounts are at another sequence");
    let everything: Vec<_> = group.iter().copied().chain([&new]).collect();
    assert_eq!(load(store, &everything).await, view, "nothing of it was saved");
}

async fn one_of_several_concurrent_commits_succeeds(store: &impl Store, run: &str) {
    let partner = format!("p3-{run}");
    let opened = decided(&LedgerView::default(), &[&purchase(&format!("b3-{run}"), &partner, 10)]);
    commit(store, &opened).await.unwrap();
    let mut view = LedgerView::default();
    view.apply(opened[0].clone());
    let causes: Vec<_> = (0..8).map(|n| charge(&format!("n{n}-{run}"), &partner, 1)).collect();
    let decisions: Vec<_> = causes.iter().map(|cause| decided(&view, &[cause])).collect();
    let commits = decisions.iter().map(|decisions| commit(store, decisions));
    let results = futures_util::future::join_all(commits).await;
    let successes = results.iter().filter(|result| result.is_ok());
    assert_eq!(successes.count(), 1, "{results:?}");
    let conflicts = results
        .iter()
        .filter(|result| matches!(result, Err(CommitError::Conflict { .. })));
    assert_eq!(conflicts.count(), 7, "{results:?}");
}

async fn keeps_all(store: &impl Store, run: &str) {
    keeps_its_promises(store, run).await;
    a_group_is_saved_whole_or_not_at_all(store, run).await;
    one_of_several_concurrent_commits_succeeds(store, run).await;
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let ledger = Ledger::default();
    keeps_all(&ledger, "t").await;
    ledger.items().audit().unwrap();
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("LedgerTableName");
    keeps_all(&DynamoDb::new(Table::new(client, table)), &run_id()).await;
}
