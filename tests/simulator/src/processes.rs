//! Processes: invocations of functions, one of which runs at a time, and each of which may be killed.

use std::collections::BTreeSet;

/// A process by its number.
pub type Process = usize;

/// The processes of a world.
#[derive(Debug, Default)]
pub(super) struct Processes {
    last: Process,
    running: Option<Process>,
    killed: BTreeSet<Process>,
}

impl Processes {
    /// A new one.
    pub(super) fn start(&mut self) -> Process {
        self.last += 1;
        self.last
    }

    /// From now on it is this one that makes calls.
    pub(super) fn go_on(&mut self, process: Process) {
        self.running = Some(process);
    }

    /// It waits, or is done: whether it was killed meanwhile.
    pub(super) fn pause(&mut self, process: Process) -> bool {
        self.running = None;
        self.killed.remove(&process)
    }

    pub(super) fn running(&self) -> Option<Process> {
        self.running
    }

    /// The one that runs is no more.
    pub(super) fn kill(&mut self) {
        self.killed.extend(self.running);
    }
}
