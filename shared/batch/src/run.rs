//! Serving Lambda's invocations.

use aws_lambda_events::event::sqs::SqsBatchResponse;
use futures_util::{StreamExt, stream};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

use crate::panics::{catch_panic, log_panics_by_location};
use crate::payload::parse_event;
use crate::process::process;
use crate::task::{perform, task_asked_for};
use crate::{Clock, Consumer, DeadLetterQueue, Decode, Handler, Queue, Topic};

type Invocation = LambdaEvent<Box<RawValue>>;
type Answer = Result<SqsBatchResponse, Diagnostic>;

/// An invocation that was handed over, with the span in which its lines are logged.
struct HandedOver {
    invocation: Invocation,
    span: Span,
    answer: oneshot::Sender<Answer>,
}

/// Serves invocations until Lambda ends the process. From then on a panic is logged by its location alone: its message
/// may hold anything.
///
/// One after another; on Lambda Managed Instances as many at once as `AWS_LAMBDA_MAX_CONCURRENCY` says, by one thread and with one
/// handler, which must keep nothing of one invocation that another could take for its own.
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
    let (hand_over, mut taken) = mpsc::unbounded_channel();
    let service = service_fn(move |invocation| handed_over(invocation, hand_over.clone()));
    // The runtime serves several invocations at once by tasks that may move between threads, which the ports need not support.
    // So the tasks only wait, while all the work is done here.
    let taken = stream::poll_fn(|context| taken.poll_recv(context));
    let work = taken.for_each_concurrent(None, async |next: HandedOver| {
        // What panics outside the ports ends this invocation alone.
        let served = catch_panic(serve(next.invocation, &consumer))
            .instrument(next.span)
            .await;
        let _ = next.answer.send(served.unwrap_or_else(|panicked| Err(panicked.into()))); // nobody may wait for it any more
    });
    tokio::select! {
        ended = lambda_runtime::run_concurrent(service) => ended,
        () = work => Ok(()),
    }
}

/// Hands an invocation over to the one place where all are served, and waits for the answer.
async fn handed_over(invocation: Invocation, hand_over: mpsc::UnboundedSender<HandedOver>) -> Answer {
    let (answer, answered) = oneshot::channel();
    let _ = hand_over.send(HandedOver {
        invocation,
        span: Span::current(),
        answer,
    });
    match answered.await {
        Ok(answer) => answer,
        Err(_) => std::future::pending().await, // that place ends only with the process
    }
}

/// The payload is taken as text, so that an error about it is this crate's, which quotes no value.
async fn serve<D, H, T, Q, C, L>(invocation: Invocation, consumer: &Consumer<D, H, T, Q, C, L>) -> Answer
where
    D: Decode,
    H: Handler<Message = D::Message>,
    T: Topic<Event = H::Event>,
    Q: Queue,
    C: Clock,
    L: DeadLetterQueue,
{
    let LambdaEvent { payload, context } = invocation;
    let not_an_event = match parse_event(payload.get()) {
        Ok(records) => return Ok(process(records, context.deadline(), consumer).await),
        Err(error) => error,
    };
    if let Some(task) = task_asked_for(payload.get())
        && let Some(done) = perform(&task, context.deadline(), consumer).await
    {
        done?;
        return Ok(SqsBatchResponse::default());
    }
    Err(not_an_event.into())
}
