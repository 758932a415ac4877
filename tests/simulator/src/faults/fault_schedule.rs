//! Which of a plan's faults strike which calls, and how often each did.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::{FaultKind, PlannedFault};

/// How often each kind of fault struck, by the name of the call.
pub type FaultCounts = BTreeMap<(&'static str, FaultKind), usize>;

#[derive(Debug)]
pub(super) struct FaultSchedule {
    seed: u64,
    planned: Vec<PlannedFault>,
    counts: FaultCounts,
}

impl FaultSchedule {
    /// A schedule of these faults; the seed decides which calls a share of them strikes.
    pub(super) fn new(seed: u64, planned: Vec<PlannedFault>) -> Self {
        let counts = FaultCounts::new();
        Self { seed, planned, counts }
    }

    /// Cancels all faults from now on.
    pub(super) fn stop(&mut self) {
        self.planned.clear();
    }

    /// Whether a fault of this kind is planned for this call, so long after the beginning.
    pub(super) fn strikes(&self, kind: FaultKind, call: &str, number: usize, elapsed: Duration) -> bool {
        let draw = self.draw(number, kind);
        let mut planned = self.planned.iter();
        planned.any(|fault| fault.strikes(kind, call, number, elapsed, draw))
    }

    /// A number below 100 that depends on this kind and this call only, so that removing one fault from a plan leaves the
    /// others where they were.
    fn draw(&self, call: usize, kind: FaultKind) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, call, kind).hash(&mut hasher);
        hasher.finish() % 100
    }

    /// Counts a fault that took effect.
    pub(super) fn count(&mut self, kind: FaultKind, call: &'static str) {
        *self.counts.entry((call, kind)).or_default() += 1;
    }

    pub(super) fn counts(&self) -> &FaultCounts {
        &self.counts
    }
}
