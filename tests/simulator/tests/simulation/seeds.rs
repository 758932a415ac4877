//! A fixed set of seeds.

use simulator::coverage::Coverage;
use simulator::faults::FaultKind;
use simulator::plan::SimulationPlan;
use simulator::shrink::shrink;
use simulator::simulation::run;

/// As many simulations as a slow machine runs in a good half minute.
const SEEDS: u64 = 240;

#[test]
fn a_seed_decides_everything() {
    for seed in 1..=5 {
        let [once, again] = [(); 2].map(|()| format!("{:?}", run(&SimulationPlan::draw(seed))));
        assert_eq!(once, again, "seed {seed}");
    }
}

#[test]
fn every_guarantee_holds_and_every_request_reaches_a_final_state() {
    let mut coverage = Coverage::default();
    for seed in 1..=SEEDS {
        if let Err(failing) = coverage.run(seed) {
            let (plan, failure) = *failing;
            let (plan, failure) = shrink(&plan, failure);
            panic!("{plan}It fails: {failure}To run it again: make simulate SEED={seed}");
        }
    }
    let faults = coverage.by_fault();
    println!("{SEEDS} simulations, calls {:?}, faults {faults:?}", coverage.calls);
    let missing = FaultKind::ALL.iter().filter(|kind| faults[kind] == 0);
    assert_eq!(missing.count(), 0, "{faults:?}");
}
