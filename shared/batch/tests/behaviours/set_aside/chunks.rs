//! Records of a standard queue on their last tries are handed over together; if the call fails, one by one.

use std::time::Duration;

use super::{harness, independent};
use crate::harness::{Harness, event};

const NONE: [&str; 0] = [];

fn chunks_of(size: usize) -> Harness {
    let mut harness = harness();
    harness.options.chunk_size = size;
    harness
}

#[test]
fn b36_a_backlog_on_its_last_tries_is_handled_in_chunks() {
    let mut harness = chunks_of(100);
    harness.options.concurrency = 4;
    harness.call_takes = Duration::from_millis(160);
    assert_eq!(harness.failed_ids(event(independent(&vec![("ok", 4); 3_500]))), NONE);
    assert_eq!(harness.set_aside_ids(), NONE);
    assert_eq!(harness.calls.borrow().handler_calls.len(), 35);
}

#[test]
fn b36_of_a_chunk_only_the_one_that_fails_is_set_aside() {
    for body in ["ok takes=99", "panic", "fail", "fails_all", "no_outcome"] {
        for concurrency in [1, 4] {
            let mut harness = chunks_of(100);
            harness.options.concurrency = concurrency;
            harness.call_takes = Duration::from_millis(60);
            let mut records = vec![("ok", 4); 350];
            records[49] = (body, 4);
            records[251] = (body, 5);
            assert_eq!(harness.failed_ids(event(independent(&records))), NONE, "{body}");
            assert_eq!(harness.set_aside_ids(), ["50", "252"], "{body}");
            assert_eq!(harness.published().len(), 348, "{body}");
        }
    }
}

#[test]
fn b36_when_all_of_a_chunk_hang_there_is_time_for_each() {
    let harness = chunks_of(10);
    let mut records = vec![("ok takes=99", 4); 9];
    records.push(("ok takes=1", 4));
    assert_eq!(harness.failed_ids(event(independent(&records))), NONE);
    assert_eq!(harness.set_aside_ids().len(), 9);
    assert_eq!(harness.published(), ["10!"]);
}

#[test]
fn b36_none_of_a_chunk_that_the_deadline_cuts_off_is_set_aside() {
    let mut harness = chunks_of(2);
    harness.options.concurrency = 1;
    harness.time_left = Duration::from_millis(4_500); // a second for each call, 2½ for all
    let batch = independent(&[("ok takes=99", 4), ("ok", 4), ("ok takes=99", 4), ("ok", 4)]);
    assert_eq!(harness.failed_ids(event(batch)), ["3", "4"]);
    assert_eq!(harness.set_aside_ids(), ["1"]);
}

#[test]
fn b36_others_are_in_no_chunk_with_them() {
    let harness = chunks_of(10);
    let batch = independent(&[("ok", 1), ("ok", 4), ("ok", 1), ("ok", 5)]);
    assert_eq!(harness.failed_ids(event(batch)), NONE);
    let calls = harness.calls.borrow().handler_calls.clone();
    assert_eq!(calls, [["2", "4"], ["1", "3"]]);
}
