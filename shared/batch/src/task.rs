//! Tasks: work that no message asks for, such as a schedule's.

use std::time::SystemTime;

use lambda_runtime::Diagnostic;
use tracing::error;

use crate::clock::timeout_at;
use crate::error::error_with_sources;
use crate::json::{members, text};
use crate::panics::catch_panic;
use crate::{Clock, Consumer, Handler};

/// A task failed. Lambda counts it as an error of the function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the task failed: {0}")]
pub struct TaskFailed(String);

impl From<TaskFailed> for Diagnostic {
    fn from(failed: TaskFailed) -> Self {
        Self {
            error_type: "TaskFailed".to_owned(),
            error_message: failed.to_string(),
        }
    }
}

/// The name of the task that a payload asks for: `{"task": "<name>"}`.
pub(crate) fn task_asked_for(payload: &str) -> Option<String> {
    text(&members(payload)?, "task")
}

/// Has the handler do a task. `None` if it has none of this name. It returns before the deadline, as [`process`](crate::process)
/// does; what is unfinished by then is dropped.
pub async fn perform<D, H: Handler, T, Q, C: Clock, L>(
    task: &str,
    deadline: SystemTime,
    consumer: &Consumer<D, H, T, Q, C, L>,
) -> Option<Result<(), TaskFailed>> {
    let Consumer {
        handler,
        clock,
        options,
        ..
    } = consumer;
    let end = deadline.checked_sub(options.deadline_margin).unwrap_or(deadline);
    let error = match timeout_at(clock, end, catch_panic(async { handler.perform(task).await })).await {
        Some(Ok(None)) => return None,
        Some(Ok(Some(Ok(())))) => return Some(Ok(())),
        Some(Ok(Some(Err(error)))) => error_with_sources(&*error),
        Some(Err(panicked)) => panicked.to_string(),
        None => "it was not done before the deadline".to_owned(),
    };
    error!(task, error, "task failed");
    Some(Err(TaskFailed(error)))
}
