//! Deciding again after a write conflict.

use std::fmt::Debug;
use std::hash::Hash;

use batch::{Backoff, BoxError, Clock};

use crate::{Conflict, WriteError};

/// The limits for deciding again while other writers are faster. What is beyond them is left to the next delivery.
#[derive(Clone, Copy, Debug)]
pub struct ConflictRetry {
    /// The most executions, the first one included.
    pub executions: u32,
    /// The pauses between executions.
    pub pause: Backoff,
    /// Whether there is a pause also where the other writer is done, so that its result could be read at once.
    pub pause_after_change: bool,
}

/// Every execution ended in a write conflict.
#[derive(Debug, thiserror::Error)]
#[error("gave up after {executions} write conflicts")]
struct GaveUp {
    executions: u32,
    #[source]
    last: Conflict,
}

impl ConflictRetry {
    /// Runs `execute` with the number of the execution (from 1), and again after a conflict: by then
    /// it has to know what the conflict showed, by another read or by the items that the failed write brought.
    /// `what` names the work in the log, and its hash spreads the pauses, so that writers that conflicted once do not again.
    pub async fn run<T>(
        &self,
        clock: &impl Clock,
        what: impl Hash + Debug,
        mut execute: impl AsyncFnMut(u32) -> Result<T, WriteError>,
    ) -> Result<T, BoxError> {
        let mut execution = 1;
        loop {
            let conflict = match execute(execution).await {
                Ok(done) => return Ok(done),
                Err(WriteError::Conflict(conflict)) => conflict,
                Err(WriteError::Failed(error)) => return Err(error),
            };
            if execution == self.executions {
                let (executions, last) = (execution, conflict);
                return Err(GaveUp { executions, last }.into());
            }
            let cause = &conflict.cause;
            tracing::debug!(?what, execution, %conflict, %cause, "reads and decides again");
            if self.pause_after_change || !conflict.contended.is_empty() {
                clock.sleep(self.pause.delay(execution, &what)).await;
            }
            execution += 1;
        }
    }
}
