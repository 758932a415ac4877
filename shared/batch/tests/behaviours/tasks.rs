//! Tasks, which no message asks for.

use std::convert::Infallible;
use std::future::pending;
use std::time::{Duration, SystemTime};

use batch::{BoxError, Clock, Consumer, ConsumerOptions, Handler, NoDeadLetterQueue, NoTopic, Outcome, perform};

use crate::harness::{Harness, Message};

struct Tasks;

impl Handler for Tasks {
    type Message = Message;
    type Event = Infallible;

    async fn handle(&self, messages: &[Message], _: SystemTime) -> Vec<Outcome<Infallible>> {
        messages.iter().map(|_| Ok(Vec::new())).collect()
    }

    async fn perform(&self, task: &str) -> Option<Result<(), BoxError>> {
        match task {
            "tidy" => Some(Ok(())),
            "hang" => pending().await,
            _ => None,
        }
    }
}

/// Performs a task, and returns what became of it and how long that took.
fn performed(task: &str) -> (Option<Result<(), String>>, Duration) {
    let harness = &Harness::new();
    let consumer = Consumer {
        decode: harness,
        handler: Tasks,
        topic: NoTopic,
        queue: harness,
        clock: &harness.clock,
        dead_letters: NoDeadLetterQueue,
        options: ConsumerOptions::default(),
    };
    let begin = (&harness.clock).now();
    let done = harness.clock.run(perform(task, begin + harness.time_left, &consumer));
    let took = (&harness.clock).now().duration_since(begin).unwrap();
    (done.map(|done| done.map_err(|failed| failed.to_string())), took)
}

#[test]
fn a_task_is_performed_by_its_name() {
    assert_eq!(performed("tidy"), (Some(Ok(())), Duration::ZERO));
    assert_eq!(performed("unknown"), (None, Duration::ZERO));
}

#[test]
fn a_task_that_hangs_fails_before_the_deadline() {
    let failure = "the task failed: it was not done before the deadline".to_owned();
    let (done, took) = performed("hang");
    assert_eq!(done, Some(Err(failure)));
    assert_eq!(
        took + ConsumerOptions::default().deadline_margin,
        Harness::new().time_left
    );
}
