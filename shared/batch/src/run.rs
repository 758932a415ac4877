//! The way in from Lambda.

use aws_lambda_events::event::sqs::SqsBatchResponse;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

use crate::panics::log_places_only;
use crate::payload::parse;
use crate::process::process;
use crate::{Clock, Consumer, Decode, Handler, ProcessError, Queue, Topic};

/// Serves invocations until Lambda ends the process. Panics are logged by their place alone from then on, since what a
/// program panics with may hold anything.
///
/// The deadline is the one that Lambda sends with every invocation, a point in time. `cargo lambda invoke` sends a
/// duration there, which as a point in time is long past: under it every record is reported failed, untouched.
///
/// # Errors
/// If Lambda's runtime interface cannot be talked to. A payload that is no SQS event fails its invocation only.
pub async fn run<D, H, T, Q, C>(
    consumer: Consumer<D, H, T, Q, C>,
) -> Result<(), lambda_runtime::Error>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    T: Topic<Event = H::Event>,
    Q: Queue,
    C: Clock,
{
    log_places_only();
    lambda_runtime::run(service_fn(|invocation| serve(invocation, &consumer))).await
}

/// The payload comes raw, so that it is this crate that says what is wrong with it.
async fn serve<D, H, T, Q, C>(
    invocation: LambdaEvent<Box<RawValue>>,
    consumer: &Consumer<D, H, T, Q, C>,
) -> Result<SqsBatchResponse, ProcessError>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    T: Topic<Event = H::Event>,
    Q: Queue,
    C: Clock,
{
    let LambdaEvent { payload, context } = invocation;
    process(parse(payload.get())?, context.deadline(), consumer).await
}
