//! Many seeds, and what they met.

use std::collections::BTreeMap;

use super::fault::Trouble;
use super::outcome::{Outcome, Violation};
use super::plan::Plan;
use super::run;

/// A schedule that fails, and how.
pub type Failing = Box<(Plan, Violation)>;

/// What many worlds met together.
#[derive(Debug, Default)]
pub struct Survey {
    /// How many worlds there were.
    pub worlds: u64,
    /// How many calls to the outside they made.
    pub calls: usize,
    /// How often which trouble struck which call.
    pub met: BTreeMap<(&'static str, Trouble), usize>,
    /// How often which step of a request's life was seen.
    pub transitions: BTreeMap<String, usize>,
}

impl Survey {
    /// Runs the world of this seed.
    pub fn run(&mut self, seed: u64) -> Result<(), Failing> {
        let plan = Plan::draw(seed);
        let outcome = run(&plan);
        self.note(&outcome);
        outcome
            .violation
            .map_or(Ok(()), |violation| Err(Box::new((plan, violation))))
    }

    fn note(&mut self, outcome: &Outcome) {
        self.add(&Self {
            worlds: 1,
            calls: outcome.calls,
            met: outcome.met.clone(),
            transitions: outcome.transitions.clone(),
        });
    }

    /// Adds what others met.
    pub fn add(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.calls += other.calls;
        for (what, times) in &other.met {
            *self.met.entry(*what).or_default() += times;
        }
        for (what, times) in &other.transitions {
            *self.transitions.entry(what.clone()).or_default() += times;
        }
    }

    /// How often each trouble was met.
    pub fn troubles(&self) -> BTreeMap<Trouble, usize> {
        let mut troubles: BTreeMap<_, _> = Trouble::ALL.map(|trouble| (trouble, 0)).into();
        for ((_, trouble), times) in &self.met {
            *troubles.entry(*trouble).or_default() += times;
        }
        troubles
    }

    /// What no world met, though there is such a thing: a simulation that shows less than it says.
    pub fn missed(&self) -> Vec<String> {
        let troubles = self.troubles().into_iter().filter(|(_, times)| *times == 0);
        let troubles = troubles.map(|(trouble, _)| format!("{trouble:?}"));
        let steps =
            super::checker::transitions().filter(|step| !self.transitions.contains_key(step));
        troubles.chain(steps).collect()
    }
}
