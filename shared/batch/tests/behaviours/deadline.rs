//! The deadline. Its margin is 2 s: the first second is for publishing, then a quarter of a second each for setting records
//! aside and for changing visibility timeouts.

use std::time::Duration;

use batch::{Clock, Record};

use crate::harness::{Harness, PortBehaviour, fifo_batch, standard_batch};

fn harness(time_left: Duration) -> Harness {
    let mut harness = Harness::new();
    harness.time_left = time_left;
    harness
}

fn took(harness: &Harness, batch: Vec<Record>) -> (Vec<String>, Duration) {
    let before = (&harness.clock).now();
    let failed = harness.failed_ids(batch);
    let now = (&harness.clock).now();
    (failed, now.duration_since(before).unwrap())
}

#[test]
fn b12_with_no_time_left_all_are_named_and_none_is_attempted() {
    // Nothing is started within the margin; 0 does not mean that the time left is unknown.
    for millis in [0, 1, 1_999, 2_000] {
        let harness = harness(Duration::from_millis(millis));
        let batch = fifo_batch(&[("a", "ok"), ("b", "bad"), ("c", "ok")]);
        assert_eq!(harness.failed_ids(batch), ["1", "2", "3"]);
        assert!(harness.calls.borrow().actions.is_empty());
        assert!(harness.calls.borrow().published.is_empty());
    }
}

#[test]
fn b12_records_that_cannot_be_started_are_delayed_by_the_backoff() {
    let harness = harness(Duration::from_secs(1));
    assert_eq!(harness.failed_ids(standard_batch(&["ok", "ok"])), ["1", "2"]);
    assert_eq!(harness.calls.borrow().delayed.len(), 2);
}

#[test]
fn b12_on_an_overrun_the_running_record_and_all_after_it_are_named() {
    let mut harness = harness(Duration::from_secs(10));
    harness.max_batch_size = 1;
    let batch = fifo_batch(&[
        ("a", "ok takes=5"),
        ("a", "ok takes=5"),
        ("a", "ok"),
        ("b", "ok takes=7"),
    ]);
    let (failed, took) = took(&harness, batch);
    assert_eq!(failed, ["2", "3"]);
    assert_eq!(took, Duration::from_secs(8));
    assert_eq!(harness.published(), ["1!", "4!"], "what was done counts");
    assert_eq!(harness.calls.borrow().delayed.len(), 2);
}

#[test]
fn b12_a_call_with_several_messages_fails_as_a_whole() {
    let harness = harness(Duration::from_secs(10));
    let batch = fifo_batch(&[("a", "ok"), ("a", "ok takes=60"), ("b", "ok")]);
    assert_eq!(harness.failed_ids(batch), ["1", "2"]);
    assert_eq!(harness.published(), ["3!"]);
}

#[test]
fn b12_records_that_wait_for_their_turn_are_not_started() {
    let mut harness = harness(Duration::from_secs(10));
    harness.options.concurrency = 1;
    let batch = standard_batch(&["ok takes=3", "ok takes=30", "ok", "bad"]);
    assert_eq!(harness.failed_ids(batch), ["2", "3", "4"]);
    assert_eq!(harness.handled_ids(), ["1", "2"]);
    assert_eq!(harness.published(), ["1!"]);
}

#[test]
fn b12_after_a_handler_that_blocked_the_thread_nothing_more_is_started() {
    let mut harness = harness(Duration::from_secs(10));
    harness.max_batch_size = 1;
    let batch = fifo_batch(&[("a", "ok blocks=8"), ("a", "ok"), ("b", "bad"), ("c", "ok")]);
    assert_eq!(harness.failed_ids(batch), ["2", "3", "4"]);
    let actions = harness.calls.borrow().actions.clone();
    assert_eq!(actions, ["handle 1"]);
    assert_eq!(harness.published(), ["1!"]);
}

#[test]
fn b12_with_no_time_left_for_it_publishing_is_not_started() {
    for seconds in [9, 10, 11] {
        let harness = harness(Duration::from_secs(10));
        let batch = standard_batch(&[&format!("ok blocks={seconds}")]);
        let response = harness.clock.run(harness.process(batch));
        assert_eq!(response.batch_item_failures.len(), 1);
        assert!(harness.calls.borrow().published.is_empty());
    }
}

#[test]
fn b12_if_the_topic_hangs_records_with_events_fail_in_time() {
    let harness = harness(Duration::from_secs(10));
    harness.topic.set(PortBehaviour::Hangs);
    let batch = fifo_batch(&[("a", "no_events"), ("a", "ok"), ("a", "no_events"), ("b", "no_events")]);
    let (failed, took) = took(&harness, batch);
    assert_eq!(failed, ["2", "3"]);
    assert_eq!(took, Duration::from_secs(9));
    assert_eq!(harness.calls.borrow().delayed.len(), 2);
}

#[test]
fn b12_a_visibility_call_that_hangs_does_not_delay_the_answer() {
    let harness = harness(Duration::from_secs(10));
    harness.delay.set(PortBehaviour::Hangs);
    let (failed, took) = took(&harness, standard_batch(&["fail", "ok"]));
    assert_eq!(failed, ["1"]);
    assert_eq!(took, Duration::from_millis(9_500));
}

#[test]
fn b12_when_everything_hangs_the_answer_is_still_in_time() {
    let harness = harness(Duration::from_secs(10));
    for port in [&harness.topic, &harness.delay, &harness.quarantine] {
        port.set(PortBehaviour::Hangs);
    }
    let batch = fifo_batch(&[("a", "ok"), ("b", "bad"), ("c", "ok takes=99"), ("d", "ignore")]);
    let (failed, took) = took(&harness, batch);
    assert_eq!(failed, ["1", "2", "3"]);
    assert_eq!(took, Duration::from_millis(9_500));
}
