//! The promises of statistics' store, kept by the fake and by `DynamoDB` alike.
//!
//! A deployed table is its function's, too: what was saved as `since` stays, and folds are as the function does them.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::time::SystemTime;

use aws::{Table, WriteError};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use batch::{Handler, SystemClock};
use builders::events::received;
use builders::request_events::{Request, credited, notified};
use contract::Channel::Sms;
use futures_util::future::join_all;
use serde_json::Value;
use statistics::domain::{
    CountedEvent, Counts, FoldState, History, MAX_EVENTS, Place, Series, UnderWay, count_events, first_since,
};
use statistics::handler::Statistics;
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

fn counted_events<'a>(published: impl IntoIterator<Item = &'a Value>) -> Vec<CountedEvent> {
    let counted = |event| CountedEvent::from_received(&received(event)).unwrap();
    published.into_iter().map(counted).collect()
}

/// The positions in the transaction at which conditions failed.
fn failed(result: Result<(), WriteError>) -> Vec<usize> {
    match result {
        Err(WriteError::Conflict(conflict)) => conflict.failed.iter().map(|failed| failed.position).collect(),
        other => panic!("{other:?}"),
    }
}

/// The next place in one series.
async fn next_place(store: &impl Store) -> Place {
    let series = Series::chosen_by("a test");
    let number = store.last_number(&series).await.unwrap() + 1;
    Place { series, number }
}

async fn count(store: &impl Store, events: &[CountedEvent], at: &Place) -> Result<(), WriteError> {
    store.count(events, &count_events(events), at).await
}

async fn fold(store: impl Store) {
    let folded = Statistics::new(store, SystemClock).perform("fold").await;
    folded.unwrap().unwrap();
}

async fn since_is_saved_once(store: &impl Store) {
    if store.load_since().await.unwrap().is_none() {
        let is_empty = store.is_empty().await.unwrap();
        let since = first_since(is_empty, SystemTime::now().try_into().unwrap()).unwrap();
        store.save_since(since).await.unwrap();
    }
    let since = store.load_since().await.unwrap().unwrap();
    assert_eq!(
        failed(store.save_since("2026-01-01T00:00:00Z".parse().unwrap()).await),
        [0]
    );
    assert_eq!(store.load_since().await.unwrap(), Some(since));
}

/// Four events about a request, a partner and a purchase of this run.
fn some_events(partner: &str, run: &str) -> [Value; 4] {
    let request = Request::cleaning(&format!("r-{run}"));
    let matched = request.matched(1, partner, 10);
    [
        matched.clone(),
        request.charged(&matched, 1_000_000_000, 20),
        notified(&matched, Sms, 30),
        credited(&format!("b-{run}"), partner, 1_000_000_000, 40),
    ]
}

async fn an_event_and_a_place_are_taken_once(store: &impl Store, run: &str) {
    let all = some_events(&format!("p-{run}"), run);
    let events = counted_events(&all);
    let place = next_place(store).await;
    count(store, &events[..1], &place).await.unwrap();
    let next = next_place(store).await;
    assert_eq!(next, place.clone().next());

    assert_eq!(failed(count(store, &events, &next).await), [0]);
    assert_eq!(failed(count(store, &events[1..], &place).await), [3]);
    assert_eq!(failed(count(store, &events, &place).await), [0, 4]);
    assert_eq!(next_place(store).await, next, "a conflict writes no increments");
    let history = store.load_history(&events[0].history_key()).await.unwrap();
    assert_eq!(history.others, [&*events[0].id], "and no events");

    count(store, &events[1..], &next).await.unwrap();
    let numbers = [(place.series.clone(), place.number..=next.number + 5)];
    let increments = store.load_increments(&numbers).await.unwrap();
    let expected = [(place, count_events(&events[..1])), (next, count_events(&events[1..]))];
    assert_eq!(increments, expected);
}

/// The next fold's increments, all added up, and the state that is to follow.
async fn next_fold(store: &impl Store) -> (FoldState, UnderWay, Counts) {
    let state = store.load_fold_state().await.unwrap();
    let (mut up_to, mut sum) = (state.folded.clone(), Counts::default());
    for (place, increments) in store.load_increments(&state.next_numbers()).await.unwrap() {
        sum.add_all(&increments);
        up_to.insert(place.series, place.number);
    }
    let last_row = sum.rows()[0].name.clone();
    (state, UnderWay { up_to, last_row }, sum)
}

async fn a_fold_is_carried_on_and_its_rows_are_added_once(
    store: &(impl Store + Clone),
    counters: impl AsyncFn(&str) -> Counters,
    run: &str,
) {
    let partner = &format!("fold-{run}");
    let all = some_events(partner, &format!("fold-{run}"));
    count(store, &counted_events(&all), &next_place(store).await)
        .await
        .unwrap();
    assert_eq!(counters(partner).await, Counters::new());

    let (begin, under_way, sum) = next_fold(store).await;
    let halfway = FoldState {
        version: begin.version + 1,
        folded: begin.folded.clone(),
        under_way: Some(under_way),
    };
    let rows = sum.rows();
    store.add(&rows[..1], &begin, &halfway).await.unwrap();
    assert_eq!(store.load_fold_state().await.unwrap(), halfway);
    assert_eq!(failed(store.add(&rows, &begin, &halfway).await), [0]);
    assert_eq!(store.load_fold_state().await.unwrap(), halfway);
    for _ in 0..2 {
        fold(store.clone()).await;
        assert_eq!(counters(partner).await, only(partner, expected_counts(&all)));
    }
}

async fn numbered_events_are_counted_at_once(store: &impl Store, counters: impl AsyncFn(&str) -> Counters, run: &str) {
    let partner = &format!("numbered-{run}");
    let all = some_events(partner, &format!("numbered-{run}"));
    let events = counted_events(&all);
    let key = events[0].history_key();
    let mut expected = History::default();
    for (n, event) in events[..3].iter().enumerate() {
        let history = store.load_history(&key).await.unwrap();
        assert_eq!(history, expected, "a history is read as it was written");
        let numbered = history.next(event).unwrap();
        store.count_numbered(&numbered).await.unwrap();
        assert_eq!(failed(store.count_numbered(&numbered).await), [0]);
        assert_eq!(counters(partner).await, only(partner, expected_counts(&all[..=n])));
        expected.numbered.push(event.clone());
    }
}

async fn transactions_are_written_up_to_the_limit(store: &impl Store, run: &str) {
    let matched = |n: usize| Request::cleaning(&format!("f{n}-{run}")).matched(1, "p1", 10);
    let all: Vec<_> = (0..=MAX_EVENTS).map(matched).collect();
    let events = counted_events(&all);
    let place = next_place(store).await;
    let result = count(store, &events, &place).await;
    assert!(matches!(result, Err(WriteError::Failed(_))), "{result:?}");
    count(store, &events[1..], &place).await.unwrap();
}

async fn one_of_several_concurrent_transactions_is_written(store: &impl Store, run: &str) {
    let request = Request::cleaning(&format!("o-{run}"));
    let all: Vec<_> = (1..9).map(|n| request.matched(n, "p1", 10)).collect();
    let events = counted_events(&all);
    let place = &next_place(store).await;
    let results = join_all(events.chunks(1).map(|events| count(store, events, place))).await;
    let conflicts = results
        .iter()
        .filter(|result| matches!(result, Err(WriteError::Conflict(_))));
    assert_eq!(conflicts.count(), 7, "{results:?}");
    let written = results.iter().position(Result::is_ok).unwrap();
    let history = store.load_history(&events[0].history_key()).await.unwrap();
    assert_eq!(history.others, [&*events[written].id]);
}

async fn promises(store: &(impl Store + Clone), counters: impl AsyncFn(&str) -> Counters, run: &str) {
    since_is_saved_once(store).await;
    an_event_and_a_place_are_taken_once(store, run).await;
    a_fold_is_carried_on_and_its_rows_are_added_once(store, &counters, run).await;
    numbered_events_are_counted_at_once(store, &counters, run).await;
    transactions_are_written_up_to_the_limit(store, run).await;
    one_of_several_concurrent_transactions_is_written(store, run).await;
    assert!(!store.is_empty().await.unwrap());
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let table = StatisticsTable::default();
    assert!(table.is_empty().await.unwrap());
    promises(&table, async |partner| only(partner, table.counters()), "t").await;
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("StatisticsTableName");
    let store = DynamoDb::new(Table::new(client.clone(), &table));
    let counters = async |partner: &str| counters(&client, &table, partner).await;
    promises(&store, counters, &run_id()).await;
}
