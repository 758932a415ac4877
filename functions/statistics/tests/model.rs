//! Random histories, in any order, repeated, in batches of any size and with any faults: the counters are always those of a plain
//! recount of the set of events.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::collections::BTreeMap;
use std::time::SystemTime;

use batch::Handler;
use builders::events::received;
use builders::request_events::{self, Request, credited};
use contract::Channel::{Push, Sms};
use proptest::prelude::*;
use serde_json::Value;
use statistics::domain::{CountedEvent, Counts, HistoryKey, count_events};
use statistics::handler::Statistics;
use support::expected_counts::{Counters, expected_counts};
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::statistics::{StatisticsTable, counters};

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

/// The events of some requests and purchases: some absent, some repeated, in any order.
fn deliveries() -> impl Strategy<Value = Vec<Value>> {
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
    let often = |event: Value| {
        prop_oneof![1 => Just(0), 8 => Just(1), 3 => 2..4_usize].prop_map(move |n| vec![event.clone(); n])
    };
    let repeated = events.prop_flat_map(move |events| events.into_iter().map(often).collect::<Vec<_>>());
    repeated.prop_flat_map(|events| Just(events.concat()).prop_shuffle())
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Contended),
        Just(Fault::Refused),
        Just(Fault::TimedOutAfter),
        Just(Fault::Repeated)
    ]
}

/// Delivers the events in batches of this size, and those that failed again, until all are counted.
async fn deliver(table: &StatisticsTable, events: &[Value], size: usize) {
    let handler = Statistics::new(table.clone(), RecordingClock::default());
    let mut left: Vec<_> = events.iter().map(received).collect();
    for _ in 0..1_000 {
        if left.is_empty() {
            return;
        }
        let batch: Vec<_> = left.drain(..size.min(left.len())).collect();
        let outcomes = handler.handle(&batch, SystemTime::UNIX_EPOCH).await;
        for (n, message) in batch.into_iter().enumerate() {
            if !outcomes.get(n).is_some_and(Result::is_ok) {
                left.push(message);
            }
        }
    }
    panic!("{} of {} were not counted", left.len(), events.len())
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

/// The counters of all histories.
fn counted(histories: &BTreeMap<HistoryKey, Vec<CountedEvent>>) -> Counters {
    let mut sum = Counts::default();
    for history in histories.values() {
        sum.add_all(&count_events(history));
    }
    counters(&sum)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_order_and_any_batches_give_the_counts_of_the_set_of_events(events in deliveries(), size in 1..60_usize) {
        let table = StatisticsTable::default();
        block_on(deliver(&table, &events, size));
        prop_assert_eq!(table.counters(), expected_counts(&events));
    }

    #[test]
    fn two_concurrent_deliveries_with_faults_count_each_event_once(
        events in deliveries(),
        sizes in (1..30_usize, 1..30_usize),
        faults in prop::collection::btree_map(0..240_usize, fault(), 0..45),
    ) {
        let planned = PlannedFaults::default();
        let table = StatisticsTable::over(planned.transport());
        for (call, fault) in faults {
            planned.fail_call(call, fault);
        }
        let backwards: Vec<_> = events.iter().rev().cloned().collect();
        block_on(async { tokio::join!(deliver(&table, &events, sizes.0), deliver(&table, &backwards, sizes.1)) });
        prop_assert_eq!(table.counters(), expected_counts(&events));
    }

    #[test]
    fn counts_never_shrink(events in deliveries()) {
        let mut histories: BTreeMap<_, Vec<CountedEvent>> = BTreeMap::new();
        let mut before = Counters::new();
        for (n, event) in events.iter().enumerate() {
            let counted_event = CountedEvent::from_received(&received(event)).unwrap();
            let history = histories.entry(counted_event.history_key()).or_default();
            if history.iter().all(|known| known.id != counted_event.id) {
                history.push(counted_event);
            }
            let now = counted(&histories);
            for (counter, number) in before {
                prop_assert!(now.get(&counter) >= Some(&number), "{}", counter);
            }
            prop_assert_eq!(&now, &expected_counts(&events[..=n]));
            before = now;
        }
    }
}
