//! Queues under any sequence of calls: what holds whoever receives what, and when.

mod checks;
mod known;

use proptest::prelude::*;

use known::Known;

#[derive(Clone, Debug)]
pub enum Call {
    Send { group: u8 },
    Receive { max: usize, choices: Vec<usize> },
    Delete { which: usize },
    Show { which: usize, after: u64 },
    Wait { seconds: u64 },
}

fn call() -> impl Strategy<Value = Call> {
    let choices = prop::collection::vec(0..10usize, 12);
    prop_oneof![
        (0..3u8).prop_map(|group| Call::Send { group }),
        (1..6usize, choices).prop_map(|(max, choices)| Call::Receive { max, choices }),
        (0..6usize).prop_map(|which| Call::Delete { which }),
        (0..6usize, 0..90u64).prop_map(|(which, after)| Call::Show { which, after }),
        (0..40u64).prop_map(|seconds| Call::Wait { seconds }),
    ]
}

proptest! {
    #[test]
    fn a_fifo_queue_keeps_its_order(calls in prop::collection::vec(call(), 1..80)) {
        let mut known = Known::new("queue.fifo", "dead-letters.fifo");
        for call in &calls {
            known.make(call);
        }
    }

    #[test]
    fn a_standard_queue_loses_nothing(calls in prop::collection::vec(call(), 1..80)) {
        let mut known = Known::new("queue", "dead-letters");
        for call in &calls {
            known.make(call);
        }
    }
}
