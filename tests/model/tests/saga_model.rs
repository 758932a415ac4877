//! Every history of the saga within bounds has the properties; without any one safeguard, one of them fails.

use std::collections::BTreeSet;
use std::thread::available_parallelism;
use std::time::Instant;

use model::{Cache, FaultBudget, Safeguard, Saga};
use stateright::{Checker, HasDiscoveries, Model};

/// Two handlers, and one fault of any kind.
fn small() -> Saga {
    Saga {
        max_attempts: 2,
        max_handlers: 2,
        faults: FaultBudget::new(1, 1),
        partner_changes_late: false,
        disabled: None,
        cache: Cache::default(),
    }
}

fn check(saga: Saga) {
    let start = Instant::now();
    let threads = available_parallelism().map_or(1, usize::from);
    // Else the checker goes on, and reports the last and longest counterexample.
    let checker = saga.checker().finish_when(HasDiscoveries::AnyFailures);
    let checker = checker.threads(threads).spawn_bfs().join();
    println!(
        "{} states, {} transitions between them, histories of up to {} steps: {:.1?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        start.elapsed()
    );
    checker.assert_properties();
}

#[test]
fn every_history_has_the_properties() {
    check(small());
}

/// Larger bounds: a redelivery, a crash and a dead letter in one history, with a third handler or attempt; then one fault of
/// any kind while a partner changes.
#[test]
#[ignore = "takes minutes: make model"]
fn every_history_within_larger_bounds_has_the_properties() {
    check(Saga {
        max_handlers: 3,
        faults: FaultBudget::new(1, 3),
        ..small()
    });
    check(Saga {
        max_attempts: 3,
        faults: FaultBudget::new(1, 3),
        ..small()
    });
    check(Saga {
        partner_changes_late: true,
        ..small()
    });
}

#[test]
fn without_any_one_safeguard_a_property_fails() {
    use Safeguard::*;
    for (safeguard, property) in [
        (OneDecisionPerOrder, "2: an order is decided once"),
        (AccountSequenceCondition, "2: an account agrees with its decisions"),
        (RequestStageCondition, "3: a final state is final"),
        (AvailablePartnersOnly, "1: a decision can be written"),
        (CapacityCondition, "3: claims are live matches within capacity"),
        (CapacityRelease, "3: claims are live matches within capacity"),
        (EarlyCloseRemembered, "1: a close is not forgotten"),
        (SaveBeforePublish, "6: only a late close is quarantined"),
        (PublishOnRepeat, "1: nothing is lost"),
        (PublishAsSaved, "11: an event has one body, a cause one effect"),
        (PublishAsSaved, "2: a request pays for its present match only"),
        (PublishBeforeAcknowledge, "1: nothing is lost"),
    ] {
        let disabled = Some(safeguard);
        let checker = Saga { disabled, ..small() }.checker();
        let found = HasDiscoveries::AllOf(BTreeSet::from([property]));
        let checker = checker.finish_when(found).spawn_bfs().join();
        let steps = checker.assert_any_discovery(property).into_actions().len();
        let states = checker.unique_state_count();
        println!("Without {safeguard:?}, \"{property}\" fails after {steps} steps ({states} states)");
    }
}
