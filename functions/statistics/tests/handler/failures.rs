//! What the handler makes of failures: nothing is lost, and nothing is counted twice.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use batch::Handler;
use futures_util::future::{Either, select};
use statistics::handler::Statistics;
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::statistics::StatisticsTable;
use support::recount::recount;
use support::story::received;

use crate::{commits, count, handle, life, many};

#[tokio::test]
async fn a_transaction_fails_alone() {
    for fault in [Fault::Refused, Fault::TimedOutAfter] {
        let faults = PlannedFaults::default();
        let table = StatisticsTable::over(faults.transport());
        let events = many(40);
        faults.fail_call(41, fault); // forty readings, a commit, and another one
        let outcomes = handle(&table, &events).await;
        let good = outcomes.iter().take_while(|good| **good).count();
        assert!(outcomes[good..].iter().all(|good| !good), "{outcomes:?}");
        assert!(
            0 < good && good < outcomes.len() && outcomes.len() < events.len(),
            "{outcomes:?}"
        );
        let counted = if fault == Fault::Refused {
            good
        } else {
            outcomes.len()
        };
        assert_eq!(
            table.tally(),
            recount(&events[..counted]),
            "what is said to be done is done"
        );

        count(&table, &events[outcomes.len()..]).await;
        count(&table, &events[good..outcomes.len()]).await; // these come back
        assert_eq!(table.tally(), recount(&events));
    }
}

#[tokio::test]
async fn a_story_that_cannot_be_read_fails_alone() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    faults.fail_call(1, Fault::Refused);
    let lives = [life("r1"), life("r2"), life("r3")].concat();
    let expected = [[true; 8], [false; 8], [true; 8]].concat();
    assert_eq!(handle(&table, &lives).await, expected);
    assert_eq!(
        table.tally(),
        recount(lives[..8].iter().chain(&lives[16..]))
    );

    faults.fail_after(0, Fault::Refused);
    assert_eq!(handle(&table, &life("r2")).await, [false; 8]);
    assert_eq!(commits(&faults), 1, "there was nothing to write");
    count(&table, &lives).await;
    assert_eq!(table.tally(), recount(&lives));
}

#[tokio::test]
async fn a_conflict_is_tried_again_after_a_growing_pause_with_what_is_there_by_then() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    (0..4).for_each(|_| faults.fail_next("statistics.commit", Fault::Contended));
    let pauses = RecordingClock::default();
    let messages: Vec<_> = life("r1").iter().map(received).collect();
    let handler = Statistics::new(table.clone(), pauses.clone());
    let outcomes = handler.handle(&messages, SystemTime::UNIX_EPOCH).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(table.tally(), recount(&life("r1")));
    let pauses = pauses.taken();
    assert_eq!(pauses.len(), 4);
    for (pause, longest) in pauses.iter().zip([40, 80, 160, 320]) {
        let longest = Duration::from_millis(longest);
        assert!(longest / 2 <= *pause && *pause <= longest, "{pauses:?}");
    }
}

#[tokio::test]
async fn conflicts_without_end_are_retryable() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    (0..100).for_each(|_| faults.fail_next("statistics.commit", Fault::Contended));
    assert_eq!(handle(&table, &life("r1")).await, [false; 8]);
    assert_eq!(commits(&faults), 10);
    assert!(table.tally().is_empty());
}

#[tokio::test]
async fn a_reading_that_fails_between_two_attempts_is_retryable() {
    let faults = PlannedFaults::default();
    let table = StatisticsTable::over(faults.transport());
    faults.fail_next("statistics.commit", Fault::Contended);
    faults.fail_call(2, Fault::Refused);
    assert_eq!(handle(&table, &life("r1")).await, [false; 8]);
    assert!(table.tally().is_empty());
}

#[tokio::test]
async fn killed_anywhere_it_is_counted_when_it_comes_again() {
    let events = many(40);
    let mut died = 0;
    loop {
        let table = StatisticsTable::default();
        let life = pin!(handle(&table, &events));
        let death = pin!(turns(died));
        let lived = matches!(select(life, death).await, Either::Left(_));
        count(&table, &events).await;
        assert_eq!(table.tally(), recount(&events), "killed after {died} turns");
        if lived {
            break;
        }
        died += 1;
    }
    assert!(died > 4, "it was killed between transactions");
}

async fn turns(number: usize) {
    for _ in 0..number {
        tokio::task::yield_now().await;
    }
}
