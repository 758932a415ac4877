//! Which records the answer names.

use futures_util::future::join;
use serde_json::json;

use crate::harness::{Harness, event, fifo_batch, standard, standard_batch};

#[test]
fn b01_all_succeed_is_exactly_an_empty_list() {
    let harness = Harness::new();
    let answer = harness.answer(standard_batch(&["ok", "ignore", "no_events"]));
    assert_eq!(answer, r#"{"batchItemFailures":[]}"#);
    assert_eq!(harness.published(), ["1!"]);
    assert_eq!(harness.calls.borrow().delay_calls, 0);
}

#[test]
fn b02_mixed_names_the_failed_ones_once_each_in_batch_order() {
    let harness = Harness::new();
    // They are finished in another order.
    let batch = standard_batch(&["fail takes=9", "ok", "fail takes=5", "ok", "fail"]);
    let failures = json!([
        { "itemIdentifier": "1" }, { "itemIdentifier": "3" }, { "itemIdentifier": "5" },
    ]);
    let expected = json!({ "batchItemFailures": failures }).to_string();
    assert_eq!(harness.answer(batch), expected);
    assert_eq!(harness.published(), ["2!", "4!"]);
}

#[test]
fn b03_all_failed_names_all_and_is_no_error() {
    let harness = Harness::new();
    assert_eq!(harness.failed_ids(standard_batch(&["fail", "fail"])), ["1", "2"]);
    assert_eq!(
        harness.failed_ids(fifo_batch(&[("a", "fail"), ("a", "ok")])),
        ["1", "2"]
    );
}

#[test]
fn b04_nothing_leaks_into_the_next_invocation() {
    let harness = Harness::new();
    harness.failing_ids.borrow_mut().insert("1".to_owned());
    let batch = fifo_batch(&[("a", "ok"), ("a", "ok")]);
    assert_eq!(harness.failed_ids(batch.clone()), ["1", "2"]);
    harness.failing_ids.borrow_mut().clear();
    assert_eq!(harness.failed_ids(batch), [""; 0]);
    assert_eq!(harness.published(), ["1!", "2!"]);
}

#[test]
fn b04_two_invocations_at_once_do_not_mix() {
    let harness = Harness::new();
    let batch = |prefix: &str, bodies: [&str; 2]| {
        let records = (1..).zip(bodies);
        event(records.map(|(n, body)| standard(&format!("{prefix}{n}"), body)))
    };
    let one = harness.process(batch("x", ["fail takes=2", "ok takes=4"]));
    let other = harness.process(batch("y", ["ok takes=3", "fail takes=1"]));
    let (one, other) = harness.clock.run(join(one, other));
    assert_eq!(one.batch_item_failures[0].item_identifier, "x1");
    assert_eq!(other.batch_item_failures[0].item_identifier, "y2");
    let published = harness.calls.borrow().published.clone();
    assert_eq!(published, [["y1!"], ["x2!"]]);
}

#[test]
fn b10_a_repeated_id_is_one_message_named_at_most_once() {
    let harness = Harness::new();
    let batch = event([
        standard("1", "fail"),
        standard("2", "ok"),
        standard("1", "fail"),
        standard("2", "ok"),
    ]);
    assert_eq!(harness.failed_ids(batch), ["1"]);
    assert_eq!(harness.handled_ids(), ["1", "2"]);
    // Each copy has a receipt handle of its own.
    let calls = harness.calls.borrow();
    let receipts: Vec<_> = calls.delayed.iter().map(|(receipt, _)| receipt).collect();
    assert_eq!(receipts, ["r-1", "r-1"]);
    assert_eq!(calls.delayed[0].1, calls.delayed[1].1);
}
