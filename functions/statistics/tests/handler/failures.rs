//! Failures: no event is lost, and none is counted twice.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use batch::Handler;
use builders::events::received;
use futures_util::future::{Either, select};
use statistics::handler::Statistics;
use support::expected_counts::expected_counts;
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::statistics::StatisticsTable;

use crate::{commits, count, events_of, handle, request_events};

#[tokio::test]
async fn a_failed_transaction_fails_only_the_events_from_it_on() {
    for fault in [Fault::Refused, Fault::TimedOutAfter] {
        let faults = PlannedFaults::default();
        let table = StatisticsTable::over(faults.transport());
        let events = events_of(40);
        faults.fail_call(41, fault); // after forty reads and a commit: the second commit
        let outcomes = handle(&table, &events).await;
        let good = outcomes.iter().take_while(|good| **good).count();
        assert!(outcomes[good..].iter().all(|good| !good), "{outcomes:?}");
        assert!(
            0 < good && good < outcomes.len() && outcomes.len() < events.len(),
            "{outcomes:?}"
        );
        let counted = if fault == Fault::Refused { good } else { outcomes.len() };
        assert_eq!(
            table.counters(),
            expected_counts(&events[..counted]),
            "the events with success are counted"
        );

        count(&table, &events[outcomes.len()..]).await;
        count(&table, &events[good..outcomes.len()]).await; // these are redelivered
        assert_eq!(table.counters(), expected_counts(&events));
    }
}

#[tokio::test]
async fn a_history_that_cannot_be_read_fails_only_its_own_events() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    faults.fail_call(1, Fault::Refused);
    let all = [request_events("r1"), request_events("r2"), request_events("r3")].concat();
    let expected = [[true; 8], [false; 8], [true; 8]].concat();
    assert_eq!(handle(&table, &all).await, expected);
    assert_eq!(table.counters(), expected_counts(all[..8].iter().chain(&all[16..])));

    faults.fail_after(0, Fault::Refused);
    assert_eq!(handle(&table, &request_events("r2")).await, [false; 8]);
    assert_eq!(commits(&faults), 1, "there was nothing to write");
    count(&table, &all).await;
    assert_eq!(table.counters(), expected_counts(&all));
}

#[tokio::test]
async fn a_conflict_is_retried_after_a_growing_pause_with_histories_read_again() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    (0..4).for_each(|_| faults.fail_next("statistics.commit", Fault::Contended));
    let pauses = RecordingClock::default();
    let messages: Vec<_> = request_events("r1").iter().map(received).collect();
    let handler = Statistics::new(table.clone(), pauses.clone());
    let outcomes = handler.handle(&messages, SystemTime::UNIX_EPOCH).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(table.counters(), expected_counts(&request_events("r1")));
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
    (0..100).for_each(|_| faults.fail_next("statistics.commit", Fault::Contended));
    assert_eq!(handle(&table, &request_events("r1")).await, [false; 8]);
    assert_eq!(commits(&faults), 10);
    assert!(table.counters().is_empty());
}

#[tokio::test]
async fn a_read_that_fails_after_a_conflict_is_a_retryable_failure() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    faults.fail_next("statistics.commit", Fault::Contended);
    faults.fail_call(2, Fault::Refused);
    assert_eq!(handle(&table, &request_events("r1")).await, [false; 8]);
    assert!(table.counters().is_empty());
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
        assert_eq!(
            table.counters(),
            expected_counts(&events),
            "killed after {kills} yields"
        );
        if finished {
            break;
        }
        kills += 1;
    }
    assert!(kills > 4, "it was killed between transactions");
}

async fn yields(number: usize) {
    for _ in 0..number {
        tokio::task::yield_now().await;
    }
}
