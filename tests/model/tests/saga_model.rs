//! The saga in every history within bounds; and each guard left out, to see that the checker would notice.

use std::collections::BTreeSet;
use std::thread::available_parallelism;
use std::time::Instant;

use model::{Faults, Guard, Memory, Saga};
use stateright::{Checker, HasDiscoveries, Model};

/// Two handlers, and any one fault.
fn small() -> Saga {
    Saga {
        max_attempts: 2,
        handlers: 2,
        faults: Faults::up_to(1, 1),
        late: false,
        without: None,
        memory: Memory::default(),
    }
}

fn check(saga: Saga) {
    let start = Instant::now();
    let threads = available_parallelism().map_or(1, usize::from);
    let checker = saga.checker().threads(threads).spawn_bfs().join();
    println!(
        "{} states, {} steps between them, up to {} in a row: {:.1?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        start.elapsed()
    );
    checker.assert_properties();
}

#[test]
fn what_always_holds_holds() {
    check(small());
}

/// More at once: a repeat, a crash and a loss in one history, with a third handler or attempt; then any one fault
/// while a partner changes on the way.
#[test]
#[ignore = "takes minutes: make model"]
fn what_always_holds_holds_within_larger_bounds() {
    check(Saga {
        handlers: 3,
        faults: Faults::up_to(1, 3),
        ..small()
    });
    check(Saga {
        max_attempts: 3,
        faults: Faults::up_to(1, 3),
        ..small()
    });
    check(Saga {
        late: true,
        ..small()
    });
}

#[test]
fn no_guard_can_be_left_out() {
    for (guard, broken) in [
        (Guard::Identity, "an order is decided once"),
        (Guard::Sequence, "an account is exact"),
        (Guard::Stage, "what ended stays ended"),
        (Guard::Free, "what is decided now can be written now"),
        (
            Guard::Capacity,
            "open matches are live ones, within capacity",
        ),
        (
            Guard::Freeing,
            "open matches are live ones, within capacity",
        ),
        (Guard::Closing, "a close is not forgotten"),
        (Guard::Saving, "only a close that comes too late is refused"),
        (Guard::Repeating, "nothing is lost"),
        (Guard::Verbatim, "an event has one body, a cause one effect"),
        (
            Guard::Verbatim,
            "a request pays for one match, the one it has",
        ),
        (Guard::Outbox, "nothing is lost"),
    ] {
        let without = Some(guard);
        let checker = Saga { without, ..small() }.checker();
        let found = HasDiscoveries::AllOf(BTreeSet::from([broken]));
        let checker = checker.finish_when(found).spawn_bfs().join();
        let path = checker.assert_any_discovery(broken).into_actions();
        println!(
            "{guard:?}: {broken}: not after {} steps, {} states",
            path.len(),
            checker.unique_state_count()
        );
    }
}
