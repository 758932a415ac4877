//! Processes: each invocation of a function is one, runs alone while it runs, and can be killed.

use std::collections::BTreeSet;

/// The number of a process, counted from 1.
pub type ProcessId = usize;

/// The processes of a simulation.
#[derive(Debug, Default)]
pub(super) struct Processes {
    last: ProcessId,
    running: Option<ProcessId>,
    killed: BTreeSet<ProcessId>,
}

impl Processes {
    /// Starts a process, and returns its number.
    pub(super) fn start(&mut self) -> ProcessId {
        self.last += 1;
        self.last
    }

    /// From now on, calls are this process's.
    pub(super) fn resume(&mut self, process: ProcessId) {
        self.running = Some(process);
    }

    /// The process waits or is done. Returns whether it was killed while it ran.
    pub(super) fn suspend(&mut self, process: ProcessId) -> bool {
        self.running = None;
        self.killed.remove(&process)
    }

    pub(super) fn running(&self) -> Option<ProcessId> {
        self.running
    }

    pub(super) fn kill_running(&mut self) {
        self.killed.extend(self.running);
    }
}
