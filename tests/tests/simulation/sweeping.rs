//! BEHAVIOURS 35: a time-out, an error and a kill (panics: `batch`'s own tests) at every call to the outside, one by one.

use std::collections::BTreeSet;

use matchflow_tests::world::checker::transitions;
use matchflow_tests::world::scenarios;
use matchflow_tests::world::sweep::sweep;

#[test]
fn b35_whatever_happens_at_whichever_call_all_invariants_hold_in_the_end() {
    let cases: usize = scenarios::all()
        .iter()
        .map(|scenario| {
            let cases = sweep(scenario).unwrap_or_else(|failure| panic!("{failure}"));
            println!("{cases:>6} cases: {}", scenario.name);
            cases
        })
        .sum();
    println!("{cases:>6} cases in all");
}

#[test]
fn the_scenarios_show_every_step_and_every_outcome() {
    let scenarios = scenarios::all();
    let shown: BTreeSet<_> = scenarios.iter().flat_map(|s| s.shows).copied().collect();
    let missing: Vec<_> = transitions().filter(|t| !shown.contains(&**t)).collect();
    assert_eq!(missing, Vec::<String>::new());
}
