//! Failures: no event is lost, and none is counted twice.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use batch::Handler;
use builders::events::received;
use futures_util::future::{Either, select};
use statistics::domain::MAX_EVENTS;
use statistics::handler::Statistics;
use support::expected_counts::expected_counts;
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::statistics::StatisticsTable;

use crate::{calls, count, counters, events_of, handle, handle_by, process, request_events};

#[tokio::test]
async fn a_failed_transaction_fails_its_own_events_which_count_when_they_come_back() {
    for fault in [Fault::Refused, Fault::TimedOutAfter] {
        let faults = PlannedFaults::default();
        let table = StatisticsTable::over(faults.transport());
        let (handler, events) = (process(&table), events_of(20));
        assert_eq!(handle_by(&handler, &events[..10]).await, [true; 10]);
        faults.fail_next("statistics.count", fault);
        let results = handle_by(&handler, &events[10..]).await;
        let (failed, good) = results.split_at(MAX_EVENTS);
        assert!(
            failed.iter().all(|good| !good) && good.iter().all(|good| *good),
            "{results:?}"
        );
        assert_eq!(handle_by(&handler, &events).await, vec![true; events.len()]);
        assert_eq!(counters(&table).await, expected_counts(&events));
    }
}

#[tokio::test]
async fn a_conflict_is_retried_after_a_growing_pause() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    (0..4).for_each(|_| faults.fail_next("statistics.count", Fault::Contended));
    let pauses = RecordingClock::default();
    let messages: Vec<_> = request_events("r1").iter().map(received).collect();
    let handler = Statistics::new(table.clone(), pauses.clone());
    let outcomes = handler.handle(&messages, SystemTime::UNIX_EPOCH).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(counters(&table).await, expected_counts(&request_events("r1")));
    let pauses = pauses.taken();
    assert_eq!(pauses.len(), 4);
    for (pause, longest) in pauses.iter().zip([40, 80, 160, 320]) {
        let longest = Duration::from_millis(longest);
        assert!(longest / 2 <= *pause && *pause <= longest, "{pauses:?}");
    }
}

#[tokio::test]
async fn conflicts_without_end_are_a_retryable_failure() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    (0..100).for_each(|_| faults.fail_next("statistics.count", Fault::Contended));
    assert_eq!(handle(&table, &request_events("r1")).await, [false; 8]);
    assert_eq!(calls(&faults, "statistics.count"), 10);
    assert!(table.events().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_or_saved_at_a_start_is_a_retryable_failure_and_is_done_by_the_next_batch() {
    for call in ["load_since", "is_empty", "save_since", "last_number"] {
        for fault in [Fault::Refused, Fault::TimedOutAfter, Fault::Repeated] {
            let faults = PlannedFaults::default();
            let table = StatisticsTable::over(faults.transport());
            let handler = process(&table);
            let name: &str = Box::leak(format!("statistics.{call}").into_boxed_str());
            faults.fail_next(name, fault);
            let good = fault == Fault::Repeated;
            assert_eq!(
                handle_by(&handler, &request_events("r1")).await,
                [good; 8],
                "{call} {fault}"
            );
            assert_eq!(handle_by(&handler, &request_events("r1")).await, [true; 8]);
            assert_eq!(counters(&table).await, expected_counts(&request_events("r1")));
        }
    }
}

#[tokio::test]
async fn processes_that_start_together_agree_on_what_has_numbers() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let (events, others) = (request_events("r1"), request_events("r2"));
    tokio::join!(count(&table, &events), count(&table, &others));
    assert_eq!(calls(&faults, "statistics.save_since"), 2, "both were about to decide");
    assert_eq!(calls(&faults, "statistics.count_numbered"), 0);
    assert_eq!(counters(&table).await, expected_counts(events.iter().chain(&others)));
}

#[tokio::test]
async fn after_a_kill_anywhere_a_redelivery_counts_all() {
    let events = events_of(40);
    let mut kills = 0;
    loop {
        let table = StatisticsTable::default();
        let handling = pin!(handle(&table, &events));
        let kill = pin!(yields(kills));
        let finished = matches!(select(handling, kill).await, Either::Left(_));
        count(&table, &events).await;
        let counted = counters(&table).await;
        assert_eq!(counted, expected_counts(&events), "killed after {kills} yields");
        if finished {
            break;
        }
        kills += 1;
    }
    assert!(kills > 4, "it was killed between transactions");
}

pub async fn yields(number: usize) {
    for _ in 0..number {
        tokio::task::yield_now().await;
    }
}
