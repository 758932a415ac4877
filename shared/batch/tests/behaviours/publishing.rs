//! Publishing: one call a batch, and no record is done before its events are published.

use crate::harness::{Harness, PortBehaviour, fifo_batch, standard_batch};

#[test]
fn all_events_go_out_in_one_call_in_order_within_each_group() {
    let harness = Harness::new();
    let batch = [
        ("a", "two_events takes=5"),
        ("b", "ok"),
        ("a", "ok"),
        ("b", "two_events"),
    ];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), [""; 0]);
    let published = harness.calls.borrow().published.clone();
    assert_eq!(published, [["1!1", "1!2", "3!", "2!", "4!1", "4!2"]]);
}

#[test]
fn without_events_the_topic_is_not_called() {
    let harness = Harness::new();
    assert_eq!(harness.failed_ids(standard_batch(&["no_events", "fail"])), ["2"]);
    assert!(harness.calls.borrow().published.is_empty());
}

#[test]
fn b18_an_event_that_was_not_published_fails_its_record_and_what_follows_in_its_group() {
    let harness = Harness::new();
    harness.refused_events.borrow_mut().insert("2!1".to_owned());
    let batch = [
        ("a", "ok"),
        ("a", "two_events"),
        ("a", "no_events"),
        ("a", "bad"),
        ("a", "ok"),
        ("b", "ok"),
    ];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["2", "3", "4", "5"]);
    // Those behind it were handled: they publish the same events again when they are delivered again.
    assert_eq!(harness.published(), ["1!", "2!1", "2!2", "5!", "6!"]);
    let delayed = harness.calls.borrow().delayed.clone();
    assert_eq!(delayed.len(), 4);
    assert!(delayed.iter().all(|(_, delay)| *delay == delayed[0].1));
}

#[test]
fn b18_each_result_belongs_to_the_event_at_its_place() {
    let harness = Harness::new();
    let refused = ["1!1", "2!", "4!2"].map(str::to_owned);
    harness.refused_events.borrow_mut().extend(refused);
    let batch = [
        ("a", "two_events"),
        ("b", "ok"),
        ("c", "no_events"),
        ("d", "two_events"),
        ("e", "ok"),
    ];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["1", "2", "4"]);
}

#[test]
fn b18_independent_records_fail_alone() {
    let mut harness = Harness::new();
    harness.options.chunk_size = 4;
    harness.refused_events.borrow_mut().insert("2!".to_owned());
    assert_eq!(
        harness.failed_ids(standard_batch(&["ok", "ok", "ok", "no_events"])),
        ["2"]
    );
}

#[test]
fn an_event_without_a_result_counts_as_not_published() {
    let harness = Harness::new();
    harness.topic.set(PortBehaviour::Refuses);
    assert_eq!(harness.failed_ids(standard_batch(&["ok", "no_events"])), ["1"]);
}

#[test]
fn what_was_handled_before_a_failure_in_its_group_is_published() {
    let harness = Harness::new();
    let batch = [("a", "ok"), ("a", "fail"), ("a", "ok")];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["2", "3"]);
    assert_eq!(harness.published(), ["1!"]);
}
