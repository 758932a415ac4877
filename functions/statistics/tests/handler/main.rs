//! Statistics' handler over a fake table: the outcome of each record, and the counters.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod failures;

use std::time::SystemTime;

use batch::{Failure, Handler};
use builders::events::points_purchased;
use builders::events::received;
use builders::request_events::{PERSONAL, Request, credited, not_notified, notified};
use contract::Channel::{Push, Sms};
use futures_util::future::join_all;
use serde_json::Value;
use statistics::domain::MAX_TRANSACTION_ITEMS;
use statistics::handler::Statistics;
use support::expected_counts::expected_counts;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::statistics::StatisticsTable;

/// Handles these events, and returns for each outcome whether it is a success. Any other is retryable.
async fn handle(table: &StatisticsTable, events: &[Value]) -> Vec<bool> {
    let messages: Vec<_> = events.iter().map(received).collect();
    let handler = Statistics::new(table.clone(), RecordingClock::default());
    let outcomes = handler.handle(&messages, SystemTime::UNIX_EPOCH).await;
    let expected = |outcome: &_| matches!(outcome, Ok(_) | Err(Failure::Retryable(_)));
    assert!(outcomes.iter().all(expected), "{outcomes:?}");
    outcomes.iter().map(Result::is_ok).collect()
}

/// Handles events, all with success.
async fn count(table: &StatisticsTable, events: &[Value]) {
    assert_eq!(handle(table, events).await, vec![true; events.len()]);
}

/// The number of calls of `commit`.
fn commits(faults: &PlannedFaults) -> usize {
    let called = faults.called();
    let commits = called.iter().filter(|name| **name == "statistics.commit");
    commits.count()
}

/// The events of a request that was deferred, refused, matched again, charged, and notified of over both channels.
fn request_events(id: &str) -> Vec<Value> {
    let request = Request::cleaning(id);
    let first = request.matched(2, "poor", 30_200);
    let second = request.matched(3, "rich", 59_000);
    vec![
        request.deferred(1, 100),
        notified(&first, Sms, 31_000),
        request.refused(&first, 58_999),
        request.charged(&second, 200, 60_000), // the next day
        not_notified(&second, Push, 60_001),
        notified(&second, Sms, 61_000),
        first,
        second,
    ]
}

fn events_of(requests: usize) -> Vec<Value> {
    (0..requests).flat_map(|n| request_events(&format!("r{n}"))).collect()
}

#[tokio::test]
async fn all_events_of_requests_and_purchases_are_counted() {
    let table = StatisticsTable::default();
    let mut events = request_events("r1");
    let request = Request::cleaning("r2");
    let unmatched = request.unmatched(1, 700);
    events.extend([notified(&unmatched, Push, 900), unmatched]);
    events.push(credited("b1", "rich", 500, 1_000));
    count(&table, &events).await;
    let counters = table.counters();
    assert_eq!(counters, expected_counts(&events));
    for (counter, number) in [
        ("day#2026-12-31 events request.matched", 2),
        ("day#2026-12-31 total told", 2),
        ("day#2026-12-31 category#cleaning told", 2),
        ("day#2026-12-31 partner#poor refused", 1),
        ("day#2027-01-01 region#KR-11 charged", 1),
        ("hour#2027-01-01T00 partner#rich pointsCharged", 200),
        ("hour#2026-12-31T23 partner#rich pointsBought", 500),
        ("day#2027-01-01 delay#message 61440", 1),
    ] {
        assert_eq!(counters.get(counter), Some(&number), "{counter}");
    }
}

#[tokio::test]
async fn a_repeated_event_counts_once_in_the_same_batch_and_in_the_next() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let events = request_events("r1");
    let mut again = events.clone();
    for event in &mut again {
        event["id"] = "another".into(); // the envelope is not the identity
    }
    let twice = [events.clone(), again.clone()].concat();
    count(&table, &twice).await;
    assert_eq!(commits(&faults), 1, "one transaction");
    count(&table, &again).await;
    assert_eq!(commits(&faults), 1, "nothing to write");
    assert_eq!(table.counters(), expected_counts(&events));
}

#[tokio::test]
async fn events_delivered_twice_concurrently_count_once() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let events = events_of(20);
    tokio::join!(count(&table, &events), count(&table, &events));
    assert_eq!(table.counters(), expected_counts(&events));
    assert!(commits(&faults) > table.sizes().len(), "there was a conflict");
}

#[tokio::test]
async fn five_concurrent_batches_of_the_same_requests_are_all_counted() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let events = events_of(40);
    let batches = (0..5).map(|n| events.iter().skip(n).step_by(5).cloned().collect());
    let batches: Vec<Vec<_>> = batches.collect();
    join_all(batches.iter().map(|batch| count(&table, batch))).await;
    assert_eq!(table.counters(), expected_counts(&events));
    let conflicts = commits(&faults) - table.sizes().len();
    assert!(conflicts > 4, "{conflicts} conflicts");
}

#[tokio::test]
async fn a_charge_and_its_match_handled_concurrently_are_counted_together() {
    let table = StatisticsTable::default();
    let request = Request::cleaning("r1");
    let matched = request.matched(1, "p1", 10);
    let charge = request.charged(&matched, 200, 60_000);
    let (charge, matched) = ([charge], [matched]);
    tokio::join!(count(&table, &charge), count(&table, &matched));
    assert_eq!(table.counters(), expected_counts(charge.iter().chain(&matched)));
}

#[tokio::test]
async fn a_large_batch_is_written_in_few_full_transactions() {
    let table = StatisticsTable::default();
    let events = events_of(40);
    count(&table, &events).await;
    assert_eq!(table.counters(), expected_counts(&events));
    let sizes = table.sizes();
    assert!(sizes.iter().all(|size| *size <= MAX_TRANSACTION_ITEMS), "{sizes:?}");
    let fewest = 320_usize.div_ceil(MAX_TRANSACTION_ITEMS);
    assert!(
        (fewest..=2 * fewest).contains(&sizes.len()),
        "their counters are added up: {sizes:?}"
    );
}

#[tokio::test]
async fn no_stored_event_shows_a_customers_phone_or_endpoint() {
    let table = StatisticsTable::default();
    count(&table, &request_events("r1")).await;
    let stored = serde_json::to_string(&table.events()).unwrap();
    for personal in PERSONAL.into_iter().chain(["\"customer\""]) {
        assert!(!stored.contains(personal), "{stored}");
    }
}

#[tokio::test]
async fn an_event_that_no_function_publishes_is_not_counted() {
    let table = StatisticsTable::default();
    let handler = Statistics::new(table.clone(), RecordingClock::default());
    let outcomes = handler
        .handle(&[points_purchased("b1", "p1", 10).received()], SystemTime::UNIX_EPOCH)
        .await;
    assert!(matches!(outcomes[..], [Ok(_)]));
    assert!(table.counters().is_empty() && table.events().is_empty());
}
