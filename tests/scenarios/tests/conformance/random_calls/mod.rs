//! Queues under random sequences of calls.

mod calls;
mod checks;

use proptest::prelude::*;

use calls::QueueCalls;

#[derive(Clone, Debug)]
pub enum Call {
    Send { group: u8 },
    Receive { max: usize, choices: Vec<usize> },
    Delete { which: usize },
    ChangeVisibility { which: usize, after: u64 },
    Wait { seconds: u64 },
}

fn call() -> impl Strategy<Value = Call> {
    let choices = prop::collection::vec(0..10usize, 12);
    prop_oneof![
        (0..3u8).prop_map(|group| Call::Send { group }),
        (1..6usize, choices).prop_map(|(max, choices)| Call::Receive { max, choices }),
        (0..6usize).prop_map(|which| Call::Delete { which }),
        (0..6usize, 0..90u64).prop_map(|(which, after)| Call::ChangeVisibility { which, after }),
        (0..40u64).prop_map(|seconds| Call::Wait { seconds }),
    ]
}

proptest! {
    #[test]
    fn a_fifo_queue_keeps_its_order(calls in prop::collection::vec(call(), 1..80)) {
        let mut queue = QueueCalls::new("queue.fifo", "dead-letters.fifo");
        for call in &calls {
            queue.make(call);
        }
    }

    #[test]
    fn a_standard_queue_loses_nothing(calls in prop::collection::vec(call(), 1..80)) {
        let mut queue = QueueCalls::new("queue", "dead-letters");
        for call in &calls {
            queue.make(call);
        }
    }
}
