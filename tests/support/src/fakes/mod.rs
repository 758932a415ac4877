//! In-memory fakes of the functions' ports, with the promises of the real ones. Every call goes through a [`FaultyTransport`].

mod clock;
mod fault;
pub mod matching;
pub mod notification;
mod planned_faults;
pub mod points;
pub mod statistics;
mod transport;

pub use clock::{FrozenClock, RecordingClock};
pub use fault::{Fault, FaultInjector};
pub use planned_faults::PlannedFaults;
pub use transport::FaultyTransport;

use aws::{Conflict, FailedCondition, WriteError};

/// A conflict at the writes at these positions, whose items are in other transactions; at none, if an item has changed.
fn conflict(contended: Vec<usize>) -> WriteError {
    let cause = "in the fake".into();
    let failed = Vec::new();
    WriteError::Conflict(Conflict {
        contended,
        failed,
        cause,
    })
}

/// A conflict at the writes at these positions, whose conditions failed.
fn failed_conditions(positions: impl IntoIterator<Item = usize>) -> WriteError {
    let failed = |position| FailedCondition { position, item: None };
    WriteError::Conflict(Conflict {
        contended: Vec::new(),
        failed: positions.into_iter().map(failed).collect(),
        cause: "in the fake".into(),
    })
}
