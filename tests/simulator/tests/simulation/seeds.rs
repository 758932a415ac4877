//! A fixed set of seeds.

use simulator::fault::Trouble;
use simulator::plan::Plan;
use simulator::run;
use simulator::shrink::shrink;
use simulator::survey::Survey;

/// As many as a slow machine runs in a good half minute.
const SEEDS: u64 = 200;

#[test]
fn a_seed_decides_everything() {
    for seed in 1..=5 {
        let [once, again] = [(); 2].map(|()| format!("{:?}", run(&Plan::draw(seed))));
        assert_eq!(once, again, "seed {seed}");
    }
}

#[test]
fn every_world_keeps_the_invariants_and_comes_to_rest() {
    let mut survey = Survey::default();
    for seed in 1..=SEEDS {
        if let Err(failing) = survey.run(seed) {
            let (plan, violation) = *failing;
            let (plan, violation) = shrink(&plan, violation);
            panic!("seed {seed}:\n{plan}{violation}Once more: make simulate SEED={seed}");
        }
    }
    let troubles = survey.troubles();
    println!(
        "{} worlds, called {:?}, met {troubles:?}",
        survey.worlds, survey.calls
    );
    let missed = Trouble::ALL.iter().filter(|trouble| troubles[trouble] == 0);
    assert_eq!(missed.count(), 0, "{troubles:?}");
}
