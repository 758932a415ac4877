//! Statistics' handler over a fake table: the outcome of each record, what is stored, and the counters.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod failures;
mod folding;
mod numbered;

use std::time::SystemTime;

use batch::{Failure, Handler};
use builders::events::points_purchased;
use builders::events::received;
use builders::request_events::{PERSONAL, Request, credited, not_notified, notified};
use contract::Channel::{Push, Sms};
use futures_util::future::join_all;
use serde_json::Value;
use statistics::domain::MAX_EVENTS;
use statistics::handler::Statistics;
use support::expected_counts::{Counters, expected_counts};
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::statistics::StatisticsTable;

/// A handler as one process has it.
fn process(table: &StatisticsTable) -> Statistics<StatisticsTable, RecordingClock> {
    Statistics::new(table.clone(), RecordingClock::default())
}

/// Has a process handle these events, as many at once as it takes, and returns for each whether it is a success. Any other outcome
/// is retryable.
async fn handle_by(handler: &impl Handler<Message = contract::Received>, events: &[Value]) -> Vec<bool> {
    let messages: Vec<_> = events.iter().map(received).collect();
    let mut results = Vec::new();
    for messages in messages.chunks(handler.max_batch_size()) {
        let outcomes = handler.handle(messages, SystemTime::UNIX_EPOCH).await;
        assert_eq!(outcomes.len(), messages.len());
        for outcome in outcomes {
            assert!(matches!(outcome, Ok(_) | Err(Failure::Retryable(_))));
            results.push(outcome.is_ok());
        }
    }
    results
}

/// Has a new process handle these events.
async fn handle(table: &StatisticsTable, events: &[Value]) -> Vec<bool> {
    handle_by(&process(table), events).await
}

/// Handles events, all with success.
async fn count(table: &StatisticsTable, events: &[Value]) {
    assert_eq!(handle(table, events).await, vec![true; events.len()]);
}

/// The counters, once all is folded.
async fn counters(table: &StatisticsTable) -> Counters {
    process(table).perform("fold").await.unwrap().unwrap();
    table.counters()
}

/// The number of calls of this name.
fn calls(faults: &PlannedFaults, name: &str) -> usize {
    let called = faults.called();
    called.iter().filter(|call| **call == name).count()
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
    let counters = counters(&table).await;
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
    assert_eq!(table.events().len(), events.len());
}

#[tokio::test]
async fn a_batch_is_one_transaction_and_reads_nothing() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let handler = process(&table);
    assert_eq!(handle_by(&handler, &request_events("r1")).await, [true; 8]);
    let of_a_start = ["load_since", "is_empty", "save_since", "last_number", "count"];
    assert_eq!(faults.called(), of_a_start.map(|call| format!("statistics.{call}")));

    let before = faults.calls();
    assert_eq!(handle_by(&handler, &request_events("r2")).await, [true; 8]);
    assert_eq!(faults.called()[before..], ["statistics.count"]);
    assert_eq!(table.sizes(), [9, 9]); // eight events, and their increments
    let [first, second] = &table.places()[..] else {
        panic!("{:?}", table.places());
    };
    assert_eq!(first.clone().next(), *second, "in one series");
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
    assert_eq!(table.sizes(), [9], "one transaction");
    count(&table, &again).await;
    let new = Request::cleaning("r2").unmatched(1, 700);
    count(&table, &[&again[..3], std::slice::from_ref(&new), &again[3..]].concat()).await;
    assert_eq!(table.sizes(), [9, 2], "what is new, without the repeats");
    let all: Vec<_> = events.iter().chain([&new]).collect();
    assert_eq!(counters(&table).await, expected_counts(all));
}

#[tokio::test]
async fn events_delivered_twice_concurrently_count_once() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let events = events_of(20);
    tokio::join!(count(&table, &events), count(&table, &events));
    assert_eq!(counters(&table).await, expected_counts(&events));
    assert!(calls(&faults, "statistics.count") > 2, "there was a conflict");
}

#[tokio::test]
async fn concurrent_batches_of_one_process_write_to_series_of_their_own() {
    let table = StatisticsTable::default();
    let handler = process(&table);
    let events = events_of(40);
    let batches: Vec<_> = events.chunks(20).collect();
    let results = join_all(batches.iter().map(|batch| handle_by(&handler, batch))).await;
    assert!(results.concat().into_iter().all(|good| good));
    assert_eq!(counters(&table).await, expected_counts(&events));
    assert_eq!(table.sizes().len(), batches.len() + 1);
}

#[tokio::test]
async fn processes_that_meet_in_a_series_leave_no_gap_and_lose_nothing() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let events = events_of(100);
    let processes: Vec<_> = (0..20).map(|_| process(&table)).collect();
    let shares: Vec<Vec<_>> = (0..20)
        .map(|n| events.iter().skip(n).step_by(20).cloned().collect())
        .collect();
    let works = processes.iter().zip(&shares).map(async |(process, share)| {
        for batch in share.chunks(10) {
            assert_eq!(handle_by(process, batch).await, vec![true; batch.len()]);
        }
    });
    join_all(works).await;
    assert!(
        calls(&faults, "statistics.count") > table.sizes().len(),
        "some met: there are more processes than series"
    );
    let mut last = None;
    for place in table.places() {
        let expected = match last {
            Some(last) if place.number > 1 => statistics::domain::Place::next(last),
            _ => statistics::domain::Place {
                number: 1,
                ..place.clone()
            },
        };
        assert_eq!(place, expected);
        last = Some(place);
    }
    assert_eq!(counters(&table).await, expected_counts(&events));
}

#[tokio::test]
async fn a_large_batch_is_written_in_few_full_transactions() {
    let table = StatisticsTable::default();
    let events = events_of(40);
    count(&table, &events).await;
    let sizes = table.sizes();
    assert_eq!(sizes[..3], [MAX_EVENTS + 1; 3]);
    assert_eq!(sizes[3..], [320 - 3 * MAX_EVENTS + 1]);
    assert_eq!(counters(&table).await, expected_counts(&events));
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
    let handler = process(&table);
    let purchased = points_purchased("b1", "p1", 10).received();
    let outcomes = handler.handle(&[purchased], SystemTime::UNIX_EPOCH).await;
    assert!(matches!(outcomes[..], [Ok(_)]));
    assert!(counters(&table).await.is_empty() && table.events().is_empty());
}

#[tokio::test]
async fn there_is_no_other_task_than_to_fold() {
    assert!(process(&StatisticsTable::default()).perform("unfold").await.is_none());
}
