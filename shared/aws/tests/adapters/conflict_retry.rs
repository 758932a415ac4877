//! How often and when a decision is made again after a write conflict.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use aws::{Conflict, ConflictRetry, WriteError};
use batch::{Backoff, BoxError, Clock};

/// A clock whose pauses take no time, and are recorded in milliseconds.
#[derive(Default)]
struct Pauses(RefCell<Vec<u128>>);

impl Clock for Pauses {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    async fn sleep(&self, duration: Duration) {
        self.0.borrow_mut().push(duration.as_millis());
    }
}

fn retry(pause_after_change: bool) -> ConflictRetry {
    let base = Duration::from_millis(40);
    let cap = Duration::from_millis(100);
    ConflictRetry {
        executions: 4,
        pause: Backoff { base, cap },
        pause_after_change,
    }
}

fn conflict(contended: Vec<usize>) -> WriteError {
    let cause = "the call".into();
    let failed = Vec::new();
    WriteError::Conflict(Conflict {
        contended,
        failed,
        cause,
    })
}

fn chain(error: &BoxError) -> String {
    let sources = std::iter::successors(Some(&**error as &dyn std::error::Error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[tokio::test]
async fn a_conflict_is_decided_again_after_a_growing_pause() {
    let pauses = Pauses::default();
    let execute = async |execution| match execution {
        3 => Ok("saved"),
        _ => Err(conflict(vec![0])),
    };
    let result = retry(false).run(&pauses, "what", execute).await;
    assert_eq!(result.unwrap(), "saved");
    let pauses = pauses.0.into_inner();
    assert!(matches!(pauses[..], [20..=40, 40..=80]), "{pauses:?}");
}

#[tokio::test]
async fn after_a_change_the_pause_is_a_choice() {
    for (pause_after_change, expected) in [(false, 0), (true, 1)] {
        let pauses = Pauses::default();
        let execute = async |execution| match execution {
            1 => Err(conflict(vec![])),
            _ => Ok(()),
        };
        let retry = retry(pause_after_change);
        retry.run(&pauses, "what", execute).await.unwrap();
        assert_eq!(pauses.0.into_inner().len(), expected);
    }
}

#[tokio::test]
async fn after_the_last_execution_it_gives_up_without_a_pause() {
    let (pauses, mut executions) = (Pauses::default(), Vec::new());
    let execute = async |execution| {
        executions.push(execution);
        Err::<(), _>(conflict(vec![0]))
    };
    let error = retry(false).run(&pauses, "what", execute).await.unwrap_err();
    let expected = "gave up after 4 write conflicts: write conflict: an item is in another transaction: the call";
    assert_eq!(chain(&error), expected);
    assert_eq!(executions, [1, 2, 3, 4]);
    let pauses = pauses.0.into_inner();
    assert!(matches!(pauses[..], [20..=40, 40..=80, 50..=100]), "{pauses:?}");
}

#[tokio::test]
async fn any_other_failure_is_left_to_the_next_delivery() {
    let mut executions = 0;
    let execute = async |_| {
        executions += 1;
        Err::<(), _>(WriteError::Failed("the call".into()))
    };
    let error = retry(true).run(&Pauses::default(), "what", execute).await;
    assert_eq!(chain(&error.unwrap_err()), "the call");
    assert_eq!(executions, 1);
}
