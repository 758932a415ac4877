//! The promises of statistics' store, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use aws::{Table, WriteError};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use builders::events::received;
use builders::request_events::{Request, credited, notified};
use contract::Channel::Sms;
use futures_util::future::join_all;
use serde_json::Value;
use statistics::domain::{CountedEvent, Histories, MAX_TRANSACTION_ITEMS, Transaction};
use statistics::store::{DynamoDb, SHARDS, Store};
use support::deployed::{run_id, table};
use support::expected_counts::{Counters, expected_counts};
use support::fakes::statistics::StatisticsTable;

/// This partner's counters of the day that requests are submitted on, read as the table's documentation says.
async fn counters(client: &Client, table: &str, partner: &str) -> Counters {
    let row = format!("partner#{partner}");
    let mut counters = Counters::new();
    for shard in 0..SHARDS {
        let period = format!("day#2026-12-31#{shard:02}");
        let output = client
            .query()
            .table_name(table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk = :sk")
            .expression_attribute_values(":pk", AttributeValue::S(period))
            .expression_attribute_values(":sk", AttributeValue::S(row.clone()))
            .send()
            .await
            .unwrap();
        for item in output.items() {
            for (column, value) in item {
                if column == "pk" || column == "sk" {
                    continue;
                }
                let value: u64 = value.as_n().unwrap().parse().unwrap();
                let counter = format!("day#2026-12-31 {row} {column}");
                *counters.entry(counter).or_default() += value;
            }
        }
    }
    counters
}

/// The counters that `counters` would read, out of all.
fn only(partner: &str, mut counters: Counters) -> Counters {
    let prefix = format!("day#2026-12-31 partner#{partner} ");
    counters.retain(|counter, _| counter.starts_with(&prefix));
    counters
}

fn counted_events(published: &[Value]) -> Vec<Option<CountedEvent>> {
    let counted = |event| CountedEvent::from_received(&received(event));
    published.iter().map(counted).collect()
}

async fn load(store: &impl Store, events: &[Option<CountedEvent>]) -> Histories {
    let mut histories = Histories::default();
    for event in events.iter().flatten() {
        let key = event.history_key();
        let history = store.load_history(&key).await.unwrap();
        histories.replace(key, history);
    }
    histories
}

async fn assert_conflict(store: &impl Store, transaction: &Transaction) {
    let result = store.commit(transaction).await;
    assert!(matches!(result, Err(WriteError::Conflict(_))), "{result:?}");
}

async fn keeps_its_promises(store: &impl Store, counters: impl AsyncFn(&str) -> Counters, run: &str) {
    let partner = &format!("p-{run}");
    let request = Request::cleaning(&format!("r-{run}"));
    let matched = request.matched(1, partner, 10);
    let all = [
        matched.clone(),
        request.charged(&matched, 1_000_000_000, 20),
        notified(&matched, Sms, 30),
        credited(&format!("b-{run}"), partner, 1_000_000_000, 40),
    ];
    let events = counted_events(&all);

    let mut histories = load(store, &events).await;
    let mut stale = histories.clone();
    let (first, _) = histories.next_transaction(&events[..1]);
    let (rival, _) = stale.next_transaction(&events[2..]); // as if the first had never been written
    store.commit(&first).await.unwrap();
    assert_eq!(
        load(store, &events).await,
        histories,
        "a history is read as it was written"
    );
    let counted = only(partner, expected_counts(&all[..1]));
    assert_eq!(counters(partner).await, counted);

    assert_conflict(store, &first).await;
    assert_conflict(store, &rival).await; // one of its two numbers is taken
    assert_eq!(
        load(store, &events).await,
        histories,
        "a conflict writes nothing at all"
    );
    assert_eq!(counters(partner).await, counted, "and counts nothing");

    let (rest, _) = histories.next_transaction(&events);
    store.commit(&rest).await.unwrap();
    assert_eq!(load(store, &events).await, histories);
    assert_eq!(counters(partner).await, only(partner, expected_counts(&all)));

    let (nothing, _) = histories.next_transaction(&events);
    store.commit(&nothing).await.unwrap();
    assert_eq!(counters(partner).await, only(partner, expected_counts(&all)));
}

/// Commits a transaction that is full, after one that exceeds the limit by an item.
async fn writes_up_to_the_limit(store: &impl Store, counters: impl AsyncFn(&str) -> Counters, run: &str) {
    let partner = &format!("full-{run}");
    let matched = |n: usize| Request::cleaning(&format!("f{n}-{run}")).matched(1, partner, 10);
    let all: Vec<_> = (0..MAX_TRANSACTION_ITEMS).map(matched).collect();
    let events = counted_events(&all);
    let mut histories = Histories::default();
    let (full, covered) = histories.next_transaction(&events);
    let mut too_large = full.clone();
    let (next, _) = histories.next_transaction(&events[covered..=covered]);
    too_large.events.extend(next.events);
    let result = store.commit(&too_large).await;
    assert!(matches!(result, Err(WriteError::Failed(_))), "{result:?}");
    store.commit(&full).await.unwrap();
    assert_eq!(counters(partner).await, only(partner, expected_counts(&all[..covered])));
}

async fn one_of_several_concurrent_transactions_is_written(
    store: &impl Store,
    counters: impl AsyncFn(&str) -> Counters,
    run: &str,
) {
    let partner = &format!("once-{run}");
    let request = Request::cleaning(&format!("o-{run}"));
    let all: Vec<_> = (1..9).map(|n| request.matched(n, partner, 10)).collect();
    let transactions: Vec<_> = all
        .iter()
        .map(|event| {
            let events = counted_events(std::slice::from_ref(event));
            Histories::default().next_transaction(&events).0
        })
        .collect();
    let commits = transactions.iter().map(|transaction| store.commit(transaction));
    let results = join_all(commits).await;
    let conflicts = results
        .iter()
        .filter(|result| matches!(result, Err(WriteError::Conflict(_))));
    assert_eq!(conflicts.count(), 7, "{results:?}");
    let written = results.iter().position(Result::is_ok).unwrap();
    let expected = only(partner, expected_counts([&all[written]]));
    assert_eq!(counters(partner).await, expected);
}

async fn promises(store: &impl Store, counters: impl AsyncFn(&str) -> Counters, run: &str) {
    keeps_its_promises(store, &counters, run).await;
    writes_up_to_the_limit(store, &counters, run).await;
    one_of_several_concurrent_transactions_is_written(store, &counters, run).await;
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let table = StatisticsTable::default();
    promises(&table, async |partner| only(partner, table.counters()), "t").await;
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("StatisticsTableName").await;
    let store = DynamoDb::new(Table::new(client.clone(), &table));
    let counters = async |partner: &str| counters(&client, &table, partner).await;
    promises(&store, counters, &run_id()).await;
}
