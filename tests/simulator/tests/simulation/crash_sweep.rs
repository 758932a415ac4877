//! Line 35 of docs/reference/behaviours.md: a panic, a time-out, an error and a kill at every call to the outside, one by one.

use std::collections::BTreeSet;

use simulator::checker::observable;
use simulator::scenarios;
use simulator::sweep::sweep_all;

/// Every call that a function makes, and Lambda's own to the queue.
const CALLS: [&str; 25] = [
    "lambda.answer",
    "matching.candidates",
    "matching.commit",
    "matching.partner",
    "matching.partners",
    "matching.register",
    "matching.request",
    "notification.acquire_lease",
    "notification.release",
    "notification.save",
    "points.accounts",
    "points.commit",
    "points.load",
    "sns.Publish",
    "sns.PublishBatch",
    "sqs.ChangeMessageVisibilityBatch",
    "sqs.SendMessage",
    "statistics.add",
    "statistics.count",
    "statistics.is_empty",
    "statistics.last_number",
    "statistics.load_fold_state",
    "statistics.load_increments",
    "statistics.load_since",
    "statistics.save_since",
];

#[test]
fn b35_with_any_fault_at_any_call_all_guarantees_hold() {
    let (mut cases, mut calls) = (0, BTreeSet::new());
    for scenario in sweep_all(&scenarios::all()).unwrap() {
        cases += scenario.cases;
        calls.extend(scenario.calls);
    }
    println!("{cases:>6} cases in all");
    assert_eq!(calls, BTreeSet::from(CALLS));
}

#[test]
fn the_scenarios_show_every_transition_event_and_reason_for_quarantine() {
    let scenarios = scenarios::all();
    let shown: BTreeSet<_> = scenarios.iter().flat_map(|s| s.shows).copied().collect();
    let missing: Vec<_> = observable().filter(|name| !shown.contains(&**name)).collect();
    assert_eq!(missing, Vec::<String>::new());
}
