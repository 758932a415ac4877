//! What a function logs once logging was started.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use batch::{BoxError, Consumer, Correlation, Decode, NoTopic, Queue, Record, Rejection, each, process};
use futures_util::FutureExt;
use tracing::{Level, enabled};

#[test]
fn a_function_logs_its_own_and_of_others_only_what_shows_no_bodies() {
    aws::init_tracing("points");
    assert!(enabled!(target: "points::handler", Level::ERROR));
    assert!(!enabled!(target: "aws_smithy_runtime::client", Level::DEBUG));
}

/// Counts how often a record's correlation is read.
#[derive(Default)]
struct Reads(Cell<usize>);

impl Decode for &Reads {
    type Message = ();

    fn decode(&self, _: &Record) -> Result<Option<()>, Rejection> {
        Ok(Some(()))
    }

    fn correlation(&self, _: &Record) -> Correlation {
        self.0.update(|reads| reads + 1);
        Correlation::default()
    }
}

impl Queue for &Reads {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        Ok(())
    }

    async fn quarantine(&self, _: &Record, _: &Rejection, _: SystemTime) -> Result<(), BoxError> {
        Ok(())
    }
}

/// Here, where one subscriber is the whole process's: beside others, each may be asked for what another wants.
#[test]
fn without_tracing_the_correlation_of_a_record_that_is_handled_is_not_read() {
    aws::init_tracing("points");
    let reads = Reads::default();
    let consumer = Consumer::new(&reads, each(async |(), _| Ok(vec![])), NoTopic, &reads);
    let deadline = SystemTime::now() + Duration::from_secs(30);
    let answer = process(vec![crate::common::record(0)], deadline, &consumer).now_or_never();
    assert_eq!(answer.unwrap().batch_item_failures.len(), 0);
    assert_eq!(reads.0.get(), 0);
}
