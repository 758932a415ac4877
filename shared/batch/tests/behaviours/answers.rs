//! What the answer says.

use futures_util::future::join;
use serde_json::json;

use crate::world::{World, event, fifo_batch, standard, standard_batch};

#[test]
fn b01_all_succeed_is_exactly_an_empty_list() {
    let world = World::new();
    let answer = world.answer(standard_batch(&["ok", "ignore", "quiet"]));
    assert_eq!(answer, r#"{"batchItemFailures":[]}"#);
    assert_eq!(world.published(), ["1!"]);
    assert_eq!(world.seen.borrow().delay_calls, 0);
}

#[test]
fn b02_mixed_names_the_failed_ones_once_each_in_batch_order() {
    let world = World::new();
    // They finish in another order.
    let batch = standard_batch(&["fail takes=9", "ok", "fail takes=5", "ok", "fail"]);
    let failures = json!([
        { "itemIdentifier": "1" }, { "itemIdentifier": "3" }, { "itemIdentifier": "5" },
    ]);
    let expected = json!({ "batchItemFailures": failures }).to_string();
    assert_eq!(world.answer(batch), expected);
    assert_eq!(world.published(), ["2!", "4!"]);
}

#[test]
fn b03_all_failed_names_all_and_is_no_error() {
    let world = World::new();
    assert_eq!(world.failed(standard_batch(&["fail", "fail"])), ["1", "2"]);
    assert_eq!(
        world.failed(fifo_batch(&[("a", "fail"), ("a", "ok")])),
        ["1", "2"]
    );
}

#[test]
fn b04_nothing_leaks_into_the_next_invocation() {
    let world = World::new();
    world.sick.borrow_mut().insert("1".to_owned());
    let batch = fifo_batch(&[("a", "ok"), ("a", "ok")]);
    assert_eq!(world.failed(batch.clone()), ["1", "2"]);
    world.sick.borrow_mut().clear();
    assert_eq!(world.failed(batch), [""; 0]);
    assert_eq!(world.published(), ["1!", "2!"]);
}

#[test]
fn b04_two_invocations_at_once_do_not_mix() {
    let world = World::new();
    let batch = |prefix: &str, bodies: [&str; 2]| {
        let records = (1..).zip(bodies);
        event(records.map(|(n, body)| standard(&format!("{prefix}{n}"), body)))
    };
    let one = world.process(batch("x", ["fail takes=2", "ok takes=4"]));
    let other = world.process(batch("y", ["ok takes=3", "fail takes=1"]));
    let (one, other) = world.clock.run(join(one, other));
    assert_eq!(one.unwrap().batch_item_failures[0].item_identifier, "x1");
    assert_eq!(other.unwrap().batch_item_failures[0].item_identifier, "y2");
    let published = world.seen.borrow().published.clone();
    assert_eq!(published, [["y1!"], ["x2!"]]);
}

#[test]
fn b10_a_repeated_id_is_one_message_named_at_most_once() {
    let world = World::new();
    let batch = event([
        standard("1", "fail"),
        standard("2", "ok"),
        standard("1", "fail"),
        standard("2", "ok"),
    ]);
    assert_eq!(world.failed(batch), ["1"]);
    assert_eq!(world.handled(), ["1", "2"]);
    // Each copy has a receipt of its own.
    let seen = world.seen.borrow();
    let receipts: Vec<_> = seen.delayed.iter().map(|(receipt, _)| receipt).collect();
    assert_eq!(receipts, ["r-1", "r-1"]);
    assert_eq!(seen.delayed[0].1, seen.delayed[1].1);
}
