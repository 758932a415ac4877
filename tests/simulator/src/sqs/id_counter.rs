//! Ids that repeat from simulation to simulation.

/// Counts message ids and receipt handles.
#[derive(Debug, Default)]
pub(super) struct IdCounter(u64);

impl IdCounter {
    pub(super) fn next(&mut self, kind: &str) -> String {
        self.0 += 1;
        format!("{kind}-{}", self.0)
    }
}
