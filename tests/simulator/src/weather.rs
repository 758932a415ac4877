//! What of a schedule's faults strikes now, and what was met of them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::fault::{Planned, Trouble};

/// How often which trouble was met, by the call that it was met by.
pub type Met = BTreeMap<(&'static str, Trouble), usize>;

/// The weather of a world.
#[derive(Debug)]
pub(super) struct Weather {
    seed: u64,
    planned: Vec<Planned>,
    met: Met,
}

impl Weather {
    /// With these faults; the seed decides which calls they strike.
    pub(super) fn new(seed: u64, planned: Vec<Planned>) -> Self {
        let met = Met::new();
        Self { seed, planned, met }
    }

    /// Nothing goes wrong any more.
    pub(super) fn calm(&mut self) {
        self.planned.clear();
    }

    /// Whether this trouble is planned for the call of this number, so long after the beginning.
    pub(super) fn strikes(
        &self,
        trouble: Trouble,
        name: &str,
        number: usize,
        since: Duration,
    ) -> bool {
        let chance = self.chance(number, trouble);
        let mut planned = self.planned.iter();
        planned.any(|p| p.strikes(trouble, name, number, since, chance))
    }

    /// A number below 100 of this trouble in this call alone, so that a smaller schedule leaves the rest of it as it was.
    fn chance(&self, call: usize, trouble: Trouble) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, call, trouble).hash(&mut hasher);
        hasher.finish() % 100
    }

    /// It had its effect.
    pub(super) fn note(&mut self, trouble: Trouble, name: &'static str) {
        *self.met.entry((name, trouble)).or_default() += 1;
    }

    pub(super) fn met(&self) -> &Met {
        &self.met
    }
}
