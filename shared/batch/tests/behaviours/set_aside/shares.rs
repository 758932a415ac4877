//! The time that records have in a batch with a record on its last try.

use super::{harness, ordered};
use crate::harness::event;

const NONE: [&str; 0] = [];

#[test]
fn b36_what_follows_in_one_call_has_the_time_of_all_its_records() {
    let harness = harness();
    let mut batch = vec![("a", "ok takes=1", 4)];
    batch.resize(10, ("a", "ok takes=1", 1));
    assert_eq!(harness.failed_ids(event(ordered(&batch))), NONE);
    assert_eq!(harness.calls.borrow().handler_calls.len(), 2);
}

#[test]
fn b36_a_group_without_a_last_try_has_no_limit() {
    let harness = harness();
    let mut batch = vec![("a", "ok", 4); 10];
    batch.push(("b", "ok takes=10", 1));
    assert_eq!(harness.failed_ids(event(ordered(&batch))), NONE);
}

#[test]
fn b36_a_group_with_a_last_try_comes_before_others() {
    let mut harness = harness();
    harness.options.concurrency = 1;
    let batch = ordered(&[("a", "ok takes=99", 1), ("b", "fail", 4), ("b", "ok", 4)]);
    assert_eq!(harness.failed_ids(event(batch)), ["1"]);
    assert_eq!(harness.set_aside_ids(), ["2"]);
    assert_eq!(harness.published(), ["3!"]);
}
