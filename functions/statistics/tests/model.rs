//! Random events, in any order, repeated, in batches of any size, by processes that meet any faults and are killed, with folds in
//! between: the counters are always those of a plain recount of the set of events.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::SystemTime;

use batch::Handler;
use builders::events::received;
use builders::request_events::{self, Request, credited};
use contract::Channel::{Push, Sms};
use proptest::prelude::*;
use serde_json::Value;
use statistics::domain::{CountedEvent, Row, count_history};
use statistics::handler::Statistics;
use statistics::store::Store;
use support::expected_counts::{Counters, expected_counts};
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::statistics::StatisticsTable;

/// A decision on a request, with the answers of points and notification.
#[derive(Clone, Copy, Debug)]
enum Decision {
    Deferred,
    Matched {
        partner: &'static str,
        charged: Option<u32>,
        notified: Notified,
    },
    Unmatched {
        notified: Notified,
    },
}

/// Whether a text message and a push were sent; `false` is a failed one, `None` no notification.
type Notified = (Option<bool>, Option<bool>);

fn decision() -> impl Strategy<Value = Decision> {
    let partner = prop::sample::select(&["p1", "p2", "p3"][..]);
    let charged = prop::option::of(1..1_000_000_000_u32);
    let notified = || any::<Notified>();
    prop_oneof![
        1 => Just(Decision::Deferred),
        3 => (partner, charged, notified()).prop_map(|(partner, charged, notified)| Decision::Matched { partner, charged, notified }),
        1 => notified().prop_map(|notified| Decision::Unmatched { notified }),
    ]
}

/// A time relative to the submission, in milliseconds: close to it or days later, or before it, as clocks may differ.
fn time_offset() -> impl Strategy<Value = i64> {
    prop_oneof![-50..70_000_i64, -100_000..300_000_000_i64]
}

fn events_of(request: &Request, decisions: &[(Decision, [i64; 4])]) -> Vec<Value> {
    let mut events = Vec::new();
    for (attempt, (decision, times)) in (1..).zip(decisions) {
        let [decided, answered, texted, pushed] = *times;
        let (decision, notified) = match *decision {
            Decision::Deferred => {
                events.push(request.deferred(attempt, decided));
                continue;
            }
            Decision::Unmatched { notified } => (request.unmatched(attempt, decided), notified),
            Decision::Matched {
                partner,
                charged,
                notified,
            } => {
                let matched = request.matched(attempt, partner, decided);
                events.push(match charged {
                    Some(points) => request.charged(&matched, points, answered),
                    None => request.refused(&matched, answered),
                });
                (matched, notified)
            }
        };
        for (sent, channel, time) in [(notified.0, Sms, texted), (notified.1, Push, pushed)] {
            events.extend(match sent {
                Some(true) => Some(request_events::notified(&decision, channel, time)),
                Some(false) => Some(request_events::not_notified(&decision, channel, time)),
                None => None,
            });
        }
        events.push(decision);
    }
    events
}

/// The events of some requests and purchases: some of them repeated, so many of a dozen absent, in any order.
fn deliveries(absent: u32) -> impl Strategy<Value = Vec<Value>> {
    let places = prop::sample::select(&[("cleaning", "KR-11"), ("cleaning", "KR-26"), ("moving", "KR-11")][..]);
    let decisions = prop::collection::vec((decision(), prop::array::uniform4(time_offset())), 1..5);
    let requests = prop::collection::vec((places, decisions), 1..5);
    let credits = prop::collection::vec((1..1_000_000_000_u32, time_offset()), 0..4);
    let events = (requests, credits).prop_map(|(requests, credits)| {
        let mut events = Vec::new();
        for (n, ((category, region), decisions)) in requests.iter().enumerate() {
            let id = format!("r{n}");
            events.extend(events_of(&Request { id, category, region }, decisions));
        }
        for (n, (points, millis)) in credits.into_iter().enumerate() {
            events.push(credited(&format!("b{n}"), "p1", points, millis));
        }
        events
    });
    let often = move |event: Value| {
        prop_oneof![absent => Just(0), 8 => Just(1), 3 => 2..4_usize].prop_map(move |n| vec![event.clone(); n])
    };
    let repeated = events.prop_flat_map(move |events| events.into_iter().map(often).collect::<Vec<_>>());
    repeated.prop_flat_map(|events| Just(events.concat()).prop_shuffle())
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Contended),
        Just(Fault::Refused),
        Just(Fault::TimedOutAfter),
        Just(Fault::Repeated),
        Just(Fault::KilledBefore),
        Just(Fault::KilledAfter),
    ]
}

/// A new process.
fn process(table: &StatisticsTable) -> Statistics<StatisticsTable, RecordingClock> {
    Statistics::new(table.clone(), RecordingClock::default())
}

/// Delivers the events in batches of this size, and those that failed again, until all are counted. A process that is killed is
/// replaced by a new one.
async fn deliver(faults: &PlannedFaults, table: &StatisticsTable, events: &[Value], size: usize) {
    let mut statistics = process(table);
    let mut left: Vec<_> = events.iter().map(received).collect();
    for _ in 0..1_000 {
        if left.is_empty() {
            return;
        }
        let batch: Vec<_> = left.drain(..size.min(left.len())).collect();
        let handled = faults.run(statistics.handle(&batch, SystemTime::UNIX_EPOCH)).await;
        if handled.is_none() {
            statistics = process(table);
        }
        let outcomes = handled.unwrap_or_default();
        for (n, message) in batch.into_iter().enumerate() {
            if !outcomes.get(n).is_some_and(Result::is_ok) {
                left.push(message);
            }
        }
    }
    panic!("{} of {} were not counted", left.len(), events.len())
}

/// Folds with so many yields in between, until all is delivered, in processes that may fail or be killed.
async fn fold_until(delivered: &Cell<bool>, faults: &PlannedFaults, table: &StatisticsTable, yields: usize) {
    while !delivered.get() {
        let _ = faults.run(process(table).perform("fold")).await;
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
    }
}

/// The counters, once no more faults happen and all is folded.
async fn counters(faults: &PlannedFaults, table: &StatisticsTable) -> Counters {
    faults.clear();
    process(table).perform("fold").await.unwrap().unwrap();
    table.counters()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

fn planned(faults: BTreeMap<usize, Fault>) -> PlannedFaults {
    let planned = PlannedFaults::default();
    for (call, fault) in faults {
        planned.fail_call(call, fault);
    }
    planned
}

fn faults() -> impl Strategy<Value = BTreeMap<usize, Fault>> {
    prop::collection::btree_map(0..240_usize, fault(), 0..45)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_order_and_any_batches_give_the_counts_of_the_set_of_events(events in deliveries(1), size in 1..60_usize) {
        let (table, faults) = (StatisticsTable::default(), PlannedFaults::default());
        let counters = block_on(async {
            deliver(&faults, &table, &events, size).await;
            counters(&faults, &table).await
        });
        prop_assert_eq!(counters, expected_counts(&events));
    }

    #[test]
    fn concurrent_deliveries_and_folds_with_faults_count_each_event_once(
        events in deliveries(1),
        sizes in (1..30_usize, 1..30_usize),
        yields in 0..40_usize,
        faults in faults(),
    ) {
        let planned = planned(faults);
        let table = StatisticsTable::over(planned.transport());
        let backwards: Vec<_> = events.iter().rev().cloned().collect();
        let delivered = Cell::new(false);
        let deliveries = async {
            tokio::join!(deliver(&planned, &table, &events, sizes.0), deliver(&planned, &table, &backwards, sizes.1));
            delivered.set(true);
        };
        let folds = async {
            tokio::join!(
                fold_until(&delivered, &planned, &table, yields),
                fold_until(&delivered, &planned, &table, 2 * yields),
            );
        };
        let counters = block_on(async {
            tokio::join!(deliveries, folds);
            counters(&planned, &table).await
        });
        prop_assert_eq!(counters, expected_counts(&events));
    }

    #[test]
    fn numbered_events_with_faults_count_once_in_any_order(
        events in deliveries(0),
        sizes in (1..30_usize, 1..30_usize),
        faults in faults(),
    ) {
        let planned = PlannedFaults::default();
        let table = StatisticsTable::over(planned.transport());
        block_on(table.save_since("2030-01-01T00:00:00Z".parse().unwrap())).unwrap();
        for (call, fault) in faults {
            planned.fail_after(call, fault);
        }
        let backwards: Vec<_> = events.iter().rev().cloned().collect();
        block_on(async {
            tokio::join!(deliver(&planned, &table, &events, sizes.0), deliver(&planned, &table, &backwards, sizes.1));
        });
        prop_assert_eq!(table.counters(), expected_counts(&events));
        prop_assert!(table.places().is_empty());
    }

    #[test]
    fn counts_of_a_history_never_shrink(events in deliveries(1)) {
        let mut history: Vec<CountedEvent> = Vec::new();
        let mut before: Vec<Row> = Vec::new();
        for event in events.iter().filter(|event| event["data"]["requestId"] == "r0") {
            history.push(CountedEvent::from_received(&received(event)).unwrap());
            let now = count_history(&history).rows();
            for row in &before {
                let grown = now.iter().find(|grown| grown.name == row.name);
                let grown = &grown.unwrap().columns;
                prop_assert!(row.columns.iter().all(|(column, number)| grown.get(column) >= Some(number)));
            }
            before = now;
        }
    }
}
