//! Events of before `since`, which are counted as version 0.2.0 counts them.

use builders::request_events::{Request, credited};
use jiff::Timestamp;
use serde_json::Value;
use statistics::store::Store;
use support::expected_counts::expected_counts;
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::statistics::StatisticsTable;

use crate::{calls, count, counters, handle, request_events};

/// A table in which events have numbers up to this time.
async fn table(since: &str, faults: &PlannedFaults) -> StatisticsTable {
    let table = StatisticsTable::over(faults.transport());
    let since: Timestamp = since.parse().unwrap();
    table.save_since(since).await.unwrap();
    table
}

const NEVER: &str = "2030-01-01T00:00:00Z";

#[tokio::test]
async fn they_take_numbers_and_are_in_the_counters_at_once() {
    let table = table(NEVER, &PlannedFaults::default()).await;
    let mut events = request_events("r1");
    events.push(credited("b1", "rich", 500, 1_000));
    count(&table, &events).await;
    count(&table, &events).await;
    assert_eq!(table.counters(), expected_counts(&events));
    let numbers: Vec<_> = (1..=8).map(|n| format!("event#{n:06}")).collect();
    assert_eq!(
        table.event_keys(),
        [&numbers[..], &["event#000001".to_owned()]].concat()
    );
    assert!(table.places().is_empty());
}

#[tokio::test]
async fn the_time_of_the_event_itself_decides() {
    let since = "2027-01-01T00:00:00Z"; // 60 seconds after the submission
    let table = table(since, &PlannedFaults::default()).await;
    let events = request_events("r1");
    count(&table, &events).await;
    count(&table, &events).await;
    assert_eq!(counters(&table).await, expected_counts(&events));
    let keys = table.event_keys();
    let numbered = keys.iter().filter(|key| key.starts_with("event#00000"));
    assert_eq!((numbered.count(), keys.len()), (5, 8));
}

#[tokio::test]
async fn a_table_with_events_of_the_version_before_keeps_them_numbered_for_an_hour() {
    let table = StatisticsTable::default();
    let before = Request::cleaning("r0").matched(1, "p1", 10);
    let counted = statistics::domain::CountedEvent::from_received(&builders::events::received(&before)).unwrap();
    let numbered = statistics::domain::History::default().next(&counted).unwrap();
    table.count_numbered(&numbered).await.unwrap();
    count(&table, std::slice::from_ref(&before)).await;
    assert_eq!(table.counters(), expected_counts([&before]));
    let since = table.load_since().await.unwrap().unwrap();
    assert_eq!(since.to_string(), "1970-01-01T01:00:00Z"); // the clock stands at the beginning of 1970
}

#[tokio::test]
async fn an_event_that_is_delivered_twice_concurrently_counts_once() {
    let faults = PlannedFaults::default();
    let table = table(NEVER, &faults).await;
    let events = request_events("r1");
    let reversed: Vec<Value> = events.iter().rev().cloned().collect();
    tokio::join!(count(&table, &events), count(&table, &reversed));
    assert_eq!(table.counters(), expected_counts(&events));
    assert!(
        calls(&faults, "statistics.count_numbered") > events.len(),
        "there were conflicts"
    );
}

#[tokio::test]
async fn one_that_fails_fails_alone() {
    for call in ["statistics.load_history", "statistics.count_numbered"] {
        let faults = PlannedFaults::default();
        let table = table(NEVER, &faults).await;
        let events: Vec<_> = (0..3).map(|n| credited(&format!("b{n}"), "p1", 5, n)).collect();
        faults.fail_next(call, Fault::Refused);
        let handled = handle(&table, &events).await;
        assert_eq!(handled.iter().filter(|good| **good).count(), 2);
        count(&table, &events).await;
        assert_eq!(table.counters(), expected_counts(&events));
    }
}
