//! Random runs: events in any order, repeated, concurrent, and with faults.

use batch::Outcome;
use contract::Publication;
use proptest::prelude::*;
use support::fakes::Fault;

use crate::{Harness, LEASE_SECONDS, at, matched};

/// A step of a run: an event is delivered, perhaps at the same time as another one, and a call may fail.
#[derive(Clone, Debug)]
struct Delivery {
    attempt: u32,
    concurrent: Option<u32>,
    seconds: u64,
    fault: Option<(usize, Fault)>,
}

fn delivery() -> impl Strategy<Value = Delivery> {
    let faults = prop_oneof![
        Just(Fault::Refused),
        Just(Fault::TimedOutAfter),
        Just(Fault::Repeated),
        Just(Fault::KilledBefore),
        Just(Fault::KilledAfter),
    ];
    let seconds = prop_oneof![Just(0), Just(1), Just(LEASE_SECONDS - 1), Just(LEASE_SECONDS)];
    let fault = prop::option::of((0_usize..4, faults));
    (1_u32..=3, prop::option::of(1_u32..=3), seconds, fault).prop_map(|(attempt, concurrent, seconds, fault)| {
        Delivery {
            attempt,
            concurrent,
            seconds,
            fault,
        }
    })
}

/// The messages sent, as attempt and time, and the events returned for each attempt.
#[derive(Debug, Default)]
struct Observed {
    sends: Vec<(u32, u64)>,
    results: Vec<(u32, Vec<Publication>)>,
}

impl Observed {
    fn record(&mut self, attempt: u32, outcome: Option<Outcome<Publication>>) {
        if let Some(Ok(events)) = outcome {
            self.results.push((attempt, events));
        }
    }

    fn record_sends(&mut self, harness: &Harness, now: u64) {
        let texts = harness.texts();
        let new = texts.iter().skip(self.sends.len()).map(|text| {
            let attempt = (1..=3).find(|attempt| text.contains(&format!("Partner {attempt}")));
            (attempt.unwrap(), now)
        });
        self.sends.extend(new.collect::<Vec<_>>());
    }
}

async fn deliver_all(deliveries: Vec<Delivery>) -> (Harness, Observed) {
    let (harness, mut observed, mut now) = (Harness::new(), Observed::default(), 0);
    for delivery in deliveries {
        now += delivery.seconds;
        if let Some((call, fault)) = delivery.fault {
            harness.faults.fail_after(call, fault);
        }
        let first = matched(delivery.attempt);
        // A kill ends both processes.
        let both = async {
            let notifier = harness.notifier();
            let Some(attempt) = delivery.concurrent else {
                return (notifier.notify(&first, at(now)).await, None);
            };
            let second = matched(attempt);
            let (one, other) = tokio::join!(notifier.notify(&first, at(now)), notifier.notify(&second, at(now)));
            (one, Some((attempt, other)))
        };
        if let Some((one, other)) = harness.faults.run(both).await {
            observed.record(delivery.attempt, Some(one));
            if let Some((attempt, other)) = other {
                observed.record(attempt, Some(other));
            }
        }
        harness.faults.clear();
        observed.record_sends(&harness, now);
    }
    // Records that were not handled are redelivered until they are.
    for attempt in [1, 2, 3] {
        now += LEASE_SECONDS;
        let outcome = harness.handle(&matched(attempt), now).await;
        assert!(matches!(outcome, Some(Ok(_))), "{outcome:?}");
        observed.record(attempt, outcome);
        observed.record_sends(&harness, now);
    }
    (harness, observed)
}

proptest! {
    #[test]
    fn messages_are_sent_in_order_of_attempts_and_once_in_a_lease(
        deliveries in prop::collection::vec(delivery(), 0..8)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (harness, observed) = runtime.block_on(deliver_all(deliveries));
        for pair in observed.sends.windows(2) {
            let [(before, then), (after, now)] = pair else { unreachable!() };
            prop_assert!(before <= after, "an older attempt after a newer one: {:?}", observed.sends);
            if before == after {
                prop_assert!(now - then >= LEASE_SECONDS, "sent twice within a lease: {:?}", observed.sends);
            }
        }
        prop_assert_eq!(observed.sends.last().map(|(attempt, _)| *attempt), Some(3), "the newest attempt is sent");
        for (attempt, events) in observed.results {
            let saved = harness.saved_events(attempt).unwrap_or_default();
            prop_assert_eq!(events, saved, "the saved events are returned");
        }
        prop_assert_eq!(harness.item().lease_until, None);
    }
}
