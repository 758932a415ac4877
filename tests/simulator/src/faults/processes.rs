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
    /// The ids of the events that each process handed to its handler.
    handed_over: BTreeSet<(ProcessId, String)>,
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

    pub(super) fn note_handed_over(&mut self, event_id: &str) {
        let running = self.running.map(|process| (process, event_id.to_owned()));
        self.handed_over.extend(running);
    }

    pub(super) fn handed_over(&self, process: ProcessId, event_id: &str) -> bool {
        self.handed_over.contains(&(process, event_id.to_owned()))
    }

    pub(super) fn kill_running(&mut self) {
        self.killed.extend(self.running);
    }
}
