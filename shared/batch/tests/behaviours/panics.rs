//! Panics and broken promises of a consumer's own code.

use batch::Record;

use crate::harness::{Harness, PortBehaviour, fifo_batch, standard_batch};

#[test]
fn b09_a_panic_fails_its_record_alone_and_the_process_goes_on() {
    let harness = Harness::new();
    let batch = standard_batch(&["ok", "panic", "ok", "panic takes=1", "panics_in_decode", "ok"]);
    assert_eq!(harness.failed_ids(batch), ["2", "4", "5"]);
    assert_eq!(harness.published(), ["1!", "3!", "6!"]);
    assert_eq!(harness.failed_ids(standard_batch(&["ok"])), [""; 0]);
}

#[test]
fn b09_a_panic_fails_its_group_from_there_on() {
    for body in ["panic", "panic takes=1", "panics_in_decode"] {
        let harness = Harness::new();
        let batch = [("a", "ok"), ("a", "ok"), ("a", body), ("a", "ok"), ("b", "ok")];
        assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["3", "4"]);
        assert_eq!(harness.published(), ["1!", "2!", "5!"]);
    }
}

#[test]
fn b09_a_call_with_several_messages_that_panics_is_repeated_one_by_one() {
    let harness = Harness::new();
    let batch = fifo_batch(&[("a", "ok"), ("a", "panic"), ("a", "ok")]);
    assert_eq!(harness.failed_ids(batch), ["2", "3"]);
    let calls = harness.calls.borrow().handler_calls.clone();
    assert_eq!(calls, [vec!["1", "2", "3"], vec!["1"], vec!["2"]]);
}

#[test]
fn b09_a_panicking_chunk_of_independent_records_loses_only_the_one_that_panics() {
    let mut harness = Harness::new();
    harness.options.chunk_size = 10;
    let batch = standard_batch(&["ok", "panic", "panics_in_decode", "ok"]);
    assert_eq!(harness.failed_ids(batch), ["2", "3"]);
    assert_eq!(harness.published(), ["1!", "4!"]);
}

fn batch() -> Vec<Record> {
    fifo_batch(&[("a", "ok"), ("a", "bad"), ("b", "no_events"), ("c", "fail")])
}

#[test]
fn b09_a_port_that_panics_counts_as_one_that_failed() {
    let harness = Harness::new();
    harness.topic.set(PortBehaviour::Panics);
    assert_eq!(harness.failed_ids(batch()), ["1", "2", "4"]);

    let harness = Harness::new();
    harness.quarantine.set(PortBehaviour::Panics);
    assert_eq!(harness.failed_ids(batch()), ["2", "4"]);

    let harness = Harness::new();
    harness.delay.set(PortBehaviour::Panics);
    assert_eq!(harness.failed_ids(batch()), ["4"]);
}

#[test]
fn a_handler_that_returns_no_outcome_fails_the_record_and_is_not_called_forever() {
    let harness = Harness::new();
    let batch = [("a", "ok"), ("a", "no_outcome"), ("a", "ok")];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["2", "3"]);
    assert_eq!(harness.published(), ["1!"]);
}

#[test]
fn a_handler_that_returns_more_outcomes_than_messages_affects_no_other_record() {
    let harness = Harness::new();
    let batch = [("a", "nine_outcomes"), ("b", "fail"), ("b", "ok")];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["2", "3"]);
}
