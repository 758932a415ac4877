//! Folds: all increments are added to the counters, each once, whatever happens to a fold.

use std::cell::Cell;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use batch::{Clock, Handler};
use builders::request_events::Request;
use futures_util::future::{Either, join_all, select};
use serde_json::Value;
use statistics::domain::MAX_ROWS;
use statistics::handler::Statistics;
use support::expected_counts::expected_counts;
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::statistics::StatisticsTable;

use crate::failures::yields;
use crate::{calls, count, counters, process};

/// Matches of so many partners: more rows than one transaction adds to.
fn of_partners(partners: usize) -> Vec<Value> {
    let matched = |n| Request::cleaning(&format!("r{n}")).matched(1, &format!("p{n}"), 10);
    (0..partners).map(matched).collect()
}

#[tokio::test]
async fn nothing_is_in_the_counters_until_a_fold() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let events = of_partners(5);
    count(&table, &events).await;
    assert!(table.counters().is_empty());
    assert_eq!(counters(&table).await, expected_counts(&events));
    let before = faults.calls();
    assert_eq!(counters(&table).await, expected_counts(&events));
    assert_eq!(
        faults.called()[before..],
        ["statistics.load_fold_state", "statistics.load_increments"],
        "nothing is written where nothing is new"
    );
}

#[tokio::test]
async fn many_rows_take_several_transactions() {
    let table = StatisticsTable::default();
    let events = of_partners(250);
    count(&table, &events).await;
    let before = table.sizes().len();
    assert_eq!(counters(&table).await, expected_counts(&events));
    let sizes = &table.sizes()[before..];
    assert_eq!(sizes.len(), 6, "{sizes:?}"); // 510 rows
    assert!(sizes[..5].iter().all(|size| *size == MAX_ROWS + 1), "{sizes:?}");
}

#[tokio::test]
async fn more_increments_than_are_read_at_once_are_folded_all_the_same() {
    let table = StatisticsTable::default();
    let handler = process(&table);
    let events = of_partners(51);
    for event in &events {
        assert_eq!(crate::handle_by(&handler, std::slice::from_ref(event)).await, [true]);
    }
    assert_eq!(counters(&table).await, expected_counts(&events));
}

#[tokio::test]
async fn concurrent_folds_add_each_increment_once() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    let events = of_partners(150);
    count(&table, &events).await;
    let processes: Vec<_> = (0..3).map(|_| process(&table)).collect();
    let folded = join_all(processes.iter().map(|process| process.perform("fold"))).await;
    assert!(folded.into_iter().all(|folded| folded.unwrap().is_ok()));
    assert_eq!(table.counters(), expected_counts(&events));
    assert!(calls(&faults, "statistics.add") > 4, "there were conflicts");
}

#[tokio::test]
async fn a_fold_that_meets_a_fault_at_any_call_is_carried_on_by_the_next() {
    let (earlier, later) = (of_partners(150), of_partners(160));
    for fault in [Fault::Refused, Fault::Contended, Fault::TimedOutAfter, Fault::Repeated] {
        for call in 0.. {
            let faults = PlannedFaults::default();
            let table = StatisticsTable::over(faults.transport());
            count(&table, &earlier).await;
            faults.fail_after(call, fault);
            let before = faults.calls();
            let folded = process(&table).perform("fold").await.unwrap();
            let was_struck = faults.calls() - before > call;
            faults.clear();
            count(&table, &later[150..]).await; // what comes meanwhile is the next fold's
            assert_eq!(
                counters(&table).await,
                expected_counts(&later),
                "{fault} at call {call}: {folded:?}"
            );
            if !was_struck {
                assert!(call > 5);
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_killed_fold_is_carried_on_by_the_next() {
    let (earlier, later) = (of_partners(150), of_partners(160));
    for kill_after in 0.. {
        let table = StatisticsTable::default();
        count(&table, &earlier).await;
        let handler = process(&table);
        let folding = pin!(handler.perform("fold"));
        let finished = matches!(select(folding, pin!(yields(kill_after))).await, Either::Left(_));
        count(&table, &later[150..]).await;
        assert_eq!(
            counters(&table).await,
            expected_counts(&later),
            "killed after {kill_after} yields"
        );
        if finished {
            assert!(kill_after > 5);
            break;
        }
    }
}

/// A clock on which so many seconds pass between two looks.
struct HurryingClock(Cell<u64>, u64);

impl Clock for HurryingClock {
    fn now(&self) -> SystemTime {
        self.0.set(self.0.get() + 1);
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.1 * self.0.get())
    }

    async fn sleep(&self, _: Duration) {}
}

#[tokio::test]
async fn a_fold_ends_in_time_but_gets_on_and_leaves_the_rest_to_the_next() {
    for (seconds, transactions) in [(9, 3), (60, 1)] {
        let table = StatisticsTable::default();
        let events = of_partners(150);
        count(&table, &events).await;
        let before = table.sizes().len();
        let hurried = Statistics::new(table.clone(), HurryingClock(Cell::default(), seconds));
        hurried.perform("fold").await.unwrap().unwrap();
        assert_eq!(table.sizes().len() - before, transactions, "of four");
        assert_ne!(table.counters(), expected_counts(&events));
        assert_eq!(counters(&table).await, expected_counts(&events));
        assert_eq!(table.sizes().len() - before, 4);
    }
}

#[tokio::test]
async fn a_fold_that_cannot_write_says_so() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    count(&table, &of_partners(1)).await;
    faults.fail_next("statistics.add", Fault::Refused);
    assert!(process(&table).perform("fold").await.unwrap().is_err());
    assert!(table.counters().is_empty());
}
