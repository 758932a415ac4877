//! Coverage: what one simulation, or many together, called, met and observed.

use std::collections::BTreeMap;

use super::checker::observable;
use super::faults::FaultKind;
use super::faults::fault_schedule::FaultCounts;
use super::plan::{REDRIVE_QUEUES, SimulationPlan};
use super::result::Failure;
use super::simulation::run;
use super::workload::schedule::redrive_of;

/// A plan that fails, and how.
pub type FailingPlan = Box<(SimulationPlan, Failure)>;

/// What one simulation, or many together, called, met and observed.
#[derive(Debug, Default)]
pub struct Coverage {
    /// How many simulations there were.
    pub simulations: u64,
    /// How often each call to the outside was made.
    pub calls: BTreeMap<&'static str, usize>,
    /// How often each fault struck, by the name of the call.
    pub faults: FaultCounts,
    /// How often each transition, kind of event, reason for quarantine and redrive was observed.
    pub observations: BTreeMap<String, usize>,
}

impl Coverage {
    /// Runs the simulation of this seed, and adds what it met.
    pub fn run(&mut self, seed: u64) -> Result<(), FailingPlan> {
        let plan = SimulationPlan::draw(seed);
        let result = run(&plan);
        self.add(result.coverage);
        match result.failure {
            Some(failure) => Err(Box::new((plan, failure))),
            None => Ok(()),
        }
    }

    /// Adds what other simulations met.
    pub fn add(&mut self, other: Self) {
        self.simulations += other.simulations;
        add_counts(&mut self.calls, other.calls);
        add_counts(&mut self.faults, other.faults);
        add_counts(&mut self.observations, other.observations);
    }

    /// How often each kind of fault struck.
    pub fn by_fault(&self) -> BTreeMap<FaultKind, usize> {
        let mut counts: BTreeMap<_, _> = FaultKind::ALL.map(|kind| (kind, 0)).into();
        for ((_, kind), times) in &self.faults {
            *counts.entry(*kind).or_default() += times;
        }
        counts
    }

    /// How often this call met the fault that it met least often; none if no fault can strike it.
    pub fn rarest_fault(&self, call: &'static str) -> Option<usize> {
        let times = |fault| self.faults.get(&fault).copied().unwrap_or_default();
        FaultKind::possible_at(call).map(times).min()
    }

    /// The faults and observations that are possible, but were never met: the simulations show less than they should. Calls
    /// made less than once in a simulation are left to the crash sweep.
    pub fn gaps(&self) -> Vec<String> {
        let frequent = self
            .calls
            .iter()
            .filter(|(_, times)| **times as u64 >= self.simulations);
        let faults = frequent
            .flat_map(|(call, _)| FaultKind::possible_at(call))
            .chain(FaultKind::OF_PARTS)
            .filter(|fault| !self.faults.contains_key(fault))
            .map(|(call, kind)| format!("{kind} at {call}"));
        let observations = observable()
            .chain(REDRIVE_QUEUES.iter().copied().map(redrive_of))
            .filter(|name| self.observations.get(name).is_none_or(|times| *times == 0));
        faults.chain(observations).collect()
    }
}

fn add_counts<K: Ord>(counts: &mut BTreeMap<K, usize>, more: BTreeMap<K, usize>) {
    for (key, times) in more {
        *counts.entry(key).or_default() += times;
    }
}
