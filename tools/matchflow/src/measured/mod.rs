//! What the functions' metrics say: how much each handles, and how old the records of each queue are when a batch starts. On AWS
//! `CloudWatch` has them;
//! the local engine has none, so that there the lines are read of which `CloudWatch` would make them.

mod cloudwatch;
mod lines;

use std::collections::BTreeMap;

use jiff::Timestamp;
use wiring::Function;

use crate::failure::Failure;
use crate::stack::Stack;

/// The minutes of an hour, and the quarters of an hour of a day.
pub const MINUTES: usize = 60;
pub const QUARTERS: usize = 96;

/// What one function did.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// Records a second, lately: in the last 60 seconds, on AWS in the last minute that `CloudWatch` has.
    pub per_second: f64,
    /// The records that were handled in each minute of the last hour, the latest last.
    pub hour: Vec<f64>,
    /// The same for each quarter of an hour of the last day.
    pub day: Vec<f64>,
}

/// How the records of one queue were handled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Records a second, lately.
    pub per_second: f64,
    /// The age of a batch's oldest record at its start, in the last minutes; none where there was no batch, or none was measured.
    pub age: Option<Age>,
}

/// The age that half of the batches do not exceed, and the one that 99 % do not, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Age {
    pub median: f64,
    pub p99: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            per_second: 0.0,
            hour: vec![0.0; MINUTES],
            day: vec![0.0; QUARTERS],
        }
    }
}

/// What was measured.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    pub functions: BTreeMap<Function, Pace>,
    /// By the queue's name without the stack's.
    pub queues: BTreeMap<&'static str, Flow>,
    /// Why nothing could be measured, if so.
    pub missing: Option<String>,
}

impl Measured {
    /// Reads the metrics.
    pub async fn of(stack: &Stack) -> Result<Self, Failure> {
        let now = Timestamp::now();
        if !stack.is_local {
            return cloudwatch::read(stack, now).await;
        }
        Ok(match stack.engine_log() {
            Some(log) => lines::read(&log, &stack.name, now),
            None => Self {
                missing: Some("the engine's log is not beside the outputs".to_owned()),
                ..Self::default()
            },
        })
    }

    /// How a queue's records were handled.
    pub fn flow(&self, queue: &str) -> Flow {
        self.queues.get(queue).copied().unwrap_or_default()
    }

    /// What a function did.
    pub fn pace(&self, function: Function) -> Pace {
        self.functions.get(&function).cloned().unwrap_or_default()
    }
}

/// Which of `count` periods of so many seconds before now a second is in, the latest last.
fn period(second: i64, now: i64, seconds: i64, count: usize) -> Option<usize> {
    // Periods begin where CloudWatch's do.
    let back = usize::try_from(now.div_euclid(seconds) - second.div_euclid(seconds)).ok()?;
    (count - 1).checked_sub(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_counted_back_from_the_one_that_is_not_over() {
        assert_eq!(period(119, 119, 60, 2), Some(1));
        assert_eq!(period(60, 119, 60, 2), Some(1));
        assert_eq!(period(59, 119, 60, 2), Some(0));
        assert_eq!(period(-1, 119, 60, 2), None);
        assert_eq!(period(121, 119, 60, 2), None);
    }
}
