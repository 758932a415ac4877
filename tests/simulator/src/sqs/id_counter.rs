//! Ids that repeat from simulation to simulation.

/// Counts message ids and receipt handles.
#[derive(Debug, Default)]
pub struct IdCounter(u64);

impl IdCounter {
    pub fn next(&mut self, kind: &str) -> String {
        self.0 += 1;
        format!("{kind}-{}", self.0)
    }
}
