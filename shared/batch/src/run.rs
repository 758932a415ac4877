//! Serving Lambda's invocations.

use aws_lambda_events::event::sqs::SqsBatchResponse;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;

use crate::panics::log_panics_by_location;
use crate::payload::parse_event;
use crate::process::process;
use crate::task::{perform, task_asked_for};
use crate::{Clock, Consumer, DeadLetterQueue, Decode, Handler, Queue, Topic};

/// Serves invocations until Lambda ends the process. From then on a panic is logged by its location alone: its message
/// may hold anything.
///
/// The deadline is a point in time that Lambda sends with every invocation. `cargo lambda invoke` sends a duration instead,
/// which as a point in time has long passed: with it every record is reported failed, untouched.
///
/// # Errors
/// If Lambda's runtime interface cannot be reached. A payload that is neither an SQS event nor asks for a task of the handler
/// fails its invocation only.
pub async fn run<D, H, T, Q, C, L>(consumer: Consumer<D, H, T, Q, C, L>) -> Result<(), lambda_runtime::Error>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    T: Topic<Event = H::Event>,
    Q: Queue,
    C: Clock,
    L: DeadLetterQueue,
{
    log_panics_by_location();
    lambda_runtime::run(service_fn(|invocation| serve(invocation, &consumer))).await
}

/// The payload is taken as text, so that an error about it is this crate's, which quotes no value.
async fn serve<D, H, T, Q, C, L>(
    invocation: LambdaEvent<Box<RawValue>>,
    consumer: &Consumer<D, H, T, Q, C, L>,
) -> Result<SqsBatchResponse, Diagnostic>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    T: Topic<Event = H::Event>,
    Q: Queue,
    C: Clock,
    L: DeadLetterQueue,
{
    let LambdaEvent { payload, context } = invocation;
    if let Some(task) = task_asked_for(payload.get())
        && let Some(done) = perform(&task, context.deadline(), consumer).await
    {
        done?;
        return Ok(SqsBatchResponse::default());
    }
    let records = parse_event(payload.get())?;
    Ok(process(records, context.deadline(), consumer).await)
}
