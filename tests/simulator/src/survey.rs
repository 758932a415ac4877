//! Many seeds, and what they met.

use std::collections::BTreeMap;

use super::agenda::redriven;
use super::checker::transitions;
use super::fault::Trouble;
use super::outcome::{Outcome, Violation};
use super::plan::{Plan, REDRIVEN};
use super::run;
use super::weather::Met;

/// A schedule that fails, and how.
pub type Failing = Box<(Plan, Violation)>;

/// What many worlds met together.
#[derive(Debug, Default)]
pub struct Survey {
    /// How many worlds there were.
    pub worlds: u64,
    /// How often they made which call to the outside.
    pub calls: BTreeMap<&'static str, usize>,
    /// How often which trouble struck which call.
    pub met: Met,
    /// How often which step of a request's life, outcome, reason for quarantine and redrive was seen.
    pub seen: BTreeMap<String, usize>,
}

impl Survey {
    /// Runs the world of this seed.
    pub fn run(&mut self, seed: u64) -> Result<(), Failing> {
        let plan = Plan::draw(seed);
        let Outcome {
            calls,
            met,
            seen,
            violation,
        } = run(&plan);
        let worlds = 1;
        self.add(Self {
            worlds,
            calls,
            met,
            seen,
        });
        violation.map_or(Ok(()), |violation| Err(Box::new((plan, violation))))
    }

    /// Adds what others met.
    pub fn add(&mut self, other: Self) {
        self.worlds += other.worlds;
        sum(&mut self.calls, other.calls);
        sum(&mut self.met, other.met);
        sum(&mut self.seen, other.seen);
    }

    /// How often each trouble was met.
    pub fn troubles(&self) -> BTreeMap<Trouble, usize> {
        let mut troubles: BTreeMap<_, _> = Trouble::ALL.map(|trouble| (trouble, 0)).into();
        for ((_, trouble), times) in &self.met {
            *troubles.entry(*trouble).or_default() += times;
        }
        troubles
    }

    /// How often this call met what it met least, if anything may befall it.
    pub fn least(&self, call: &'static str) -> Option<usize> {
        let times = |trouble| self.met.get(&trouble).copied().unwrap_or_default();
        Trouble::at(call).map(times).min()
    }

    /// What no world met, though there is such a thing: a simulation that shows less than it says.
    pub fn missed(&self) -> Vec<String> {
        // What is called less than once a world, the sweep knows.
        let often = self.calls.iter();
        let often = often.filter(|(_, times)| **times as u64 >= self.worlds);
        let own = often.flat_map(|(call, _)| Trouble::at(call));
        let troubles = own.chain(Trouble::BESIDES);
        let troubles = troubles.filter(|trouble| !self.met.contains_key(trouble));
        let troubles = troubles.map(|(call, trouble)| format!("{trouble:?} at {call}"));
        let seen = transitions().chain(REDRIVEN.map(redriven));
        let unseen = seen.filter(|what| self.seen.get(what).is_none_or(|times| *times == 0));
        troubles.chain(unseen).collect()
    }
}

fn sum<K: Ord>(all: &mut BTreeMap<K, usize>, more: BTreeMap<K, usize>) {
    for (what, times) in more {
        *all.entry(what).or_default() += times;
    }
}
