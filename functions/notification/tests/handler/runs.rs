//! Whole runs, at random: news in any order, twice, at once, and with faults.

use batch::Outcome;
use contract::Publication;
use proptest::prelude::*;
use support::fakes::Fault;

use crate::{LEASE_SECONDS, World, at, matched};

/// A step of a run: news arrives, once or twice at the same time, and something goes wrong at a call.
#[derive(Clone, Debug)]
struct Arrival {
    attempt: u32,
    at_once: Option<u32>,
    seconds: u64,
    fault: Option<(usize, Fault)>,
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let faults = prop_oneof![
        Just(Fault::Refused),
        Just(Fault::TimedOutAfter),
        Just(Fault::Repeated),
        Just(Fault::KilledBefore),
        Just(Fault::KilledAfter),
    ];
    let seconds = prop_oneof![
        Just(0),
        Just(1),
        Just(LEASE_SECONDS - 1),
        Just(LEASE_SECONDS)
    ];
    let fault = prop::option::of((0_usize..4, faults));
    (1_u32..=3, prop::option::of(1_u32..=3), seconds, fault).prop_map(
        |(attempt, at_once, seconds, fault)| Arrival {
            attempt,
            at_once,
            seconds,
            fault,
        },
    )
}

/// What was sent, as attempt and time, and all that any run of an attempt has returned.
#[derive(Debug, Default)]
struct Seen {
    sends: Vec<(u32, u64)>,
    results: Vec<(u32, Vec<Publication>)>,
}

impl Seen {
    fn note(&mut self, attempt: u32, outcome: Option<Outcome<Publication>>) {
        if let Some(Ok(events)) = outcome {
            self.results.push((attempt, events));
        }
    }

    fn note_sends(&mut self, world: &World, now: u64) {
        let texts = world.texts();
        let new = texts.iter().skip(self.sends.len()).map(|text| {
            let attempt = (1..=3).find(|attempt| text.contains(&format!("Partner {attempt}")));
            (attempt.unwrap(), now)
        });
        self.sends.extend(new.collect::<Vec<_>>());
    }
}

async fn play(arrivals: Vec<Arrival>) -> (World, Seen) {
    let (world, mut seen, mut now) = (World::new(), Seen::default(), 0);
    for arrival in arrivals {
        now += arrival.seconds;
        if let Some((call, fault)) = arrival.fault {
            world.faults.fail_after(call, fault);
        }
        let first = matched(arrival.attempt);
        // A kill takes both processes: which of the two is not for the test to say.
        let both = async {
            let notifier = world.notifier();
            let Some(attempt) = arrival.at_once else {
                return (notifier.tell(&first, at(now)).await, None);
            };
            let second = matched(attempt);
            let (one, other) = tokio::join!(
                notifier.tell(&first, at(now)),
                notifier.tell(&second, at(now))
            );
            (one, Some((attempt, other)))
        };
        if let Some((one, other)) = world.faults.run(both).await {
            seen.note(arrival.attempt, Some(one));
            if let Some((attempt, other)) = other {
                seen.note(attempt, Some(other));
            }
        }
        world.faults.clear();
        seen.note_sends(&world, now);
    }
    // Whatever was not handled comes back until it is.
    for attempt in [1, 2, 3] {
        now += LEASE_SECONDS;
        let outcome = world.tell(&matched(attempt), now).await;
        assert!(matches!(outcome, Some(Ok(_))), "{outcome:?}");
        seen.note(attempt, outcome);
        seen.note_sends(&world, now);
    }
    (world, seen)
}

proptest! {
    #[test]
    fn whatever_happens_news_is_told_in_order_and_once_a_lease(
        arrivals in prop::collection::vec(arrival(), 0..8)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (world, seen) = runtime.block_on(play(arrivals));
        for pair in seen.sends.windows(2) {
            let [(before, then), (after, now)] = pair else { unreachable!() };
            prop_assert!(before <= after, "older after newer: {:?}", seen.sends);
            if before == after {
                prop_assert!(now - then >= LEASE_SECONDS, "twice in a lease: {:?}", seen.sends);
            }
        }
        prop_assert_eq!(seen.sends.last().map(|(attempt, _)| *attempt), Some(3), "the newest is told");
        for (attempt, events) in seen.results {
            let saved = world.saved(attempt).unwrap_or_default();
            prop_assert_eq!(events, saved, "what was returned is what is saved");
        }
        prop_assert_eq!(world.story().lease_until, None);
    }
}
