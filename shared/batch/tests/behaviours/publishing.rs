//! Publishing: one call a batch, and no record is done before its events are out.

use crate::world::{Mood, World, fifo_batch, standard_batch};

#[test]
fn all_events_go_out_in_one_call_in_order_within_each_group() {
    let world = World::new();
    let batch = [("a", "two takes=5"), ("b", "ok"), ("a", "ok"), ("b", "two")];
    assert_eq!(world.failed(fifo_batch(&batch)), [""; 0]);
    let published = world.seen.borrow().published.clone();
    assert_eq!(published, [["1!1", "1!2", "3!", "2!", "4!1", "4!2"]]);
}

#[test]
fn without_events_the_topic_is_not_called() {
    let world = World::new();
    assert_eq!(world.failed(standard_batch(&["quiet", "fail"])), ["2"]);
    assert!(world.seen.borrow().published.is_empty());
}

#[test]
fn b18_an_event_that_was_not_taken_fails_its_record_and_what_follows_in_its_group() {
    let world = World::new();
    world.refused.borrow_mut().insert("2!1".to_owned());
    let batch = [
        ("a", "ok"),
        ("a", "two"),
        ("a", "quiet"),
        ("a", "bad"),
        ("a", "ok"),
        ("b", "ok"),
    ];
    assert_eq!(world.failed(fifo_batch(&batch)), ["2", "3", "4", "5"]);
    // Those behind have been handled: they publish the same again when they come back.
    assert_eq!(world.published(), ["1!", "2!1", "2!2", "5!", "6!"]);
    let delayed = world.seen.borrow().delayed.clone();
    assert_eq!(delayed.len(), 4);
    assert!(delayed.iter().all(|(_, delay)| *delay == delayed[0].1));
}

#[test]
fn b18_each_result_is_its_own_events() {
    let world = World::new();
    let refused = ["1!1", "2!", "4!2"].map(str::to_owned);
    world.refused.borrow_mut().extend(refused);
    let batch = [
        ("a", "two"),
        ("b", "ok"),
        ("c", "quiet"),
        ("d", "two"),
        ("e", "ok"),
    ];
    assert_eq!(world.failed(fifo_batch(&batch)), ["1", "2", "4"]);
}

#[test]
fn b18_independent_records_fail_alone() {
    let mut world = World::new();
    world.settings.chunk = 4;
    world.refused.borrow_mut().insert("2!".to_owned());
    assert_eq!(
        world.failed(standard_batch(&["ok", "ok", "ok", "quiet"])),
        ["2"]
    );
}

#[test]
fn an_event_without_a_result_counts_as_not_taken() {
    let world = World::new();
    world.topic.set(Mood::Refuses);
    assert_eq!(world.failed(standard_batch(&["ok", "quiet"])), ["1"]);
}

#[test]
fn what_was_done_before_a_failure_in_its_group_is_published() {
    let world = World::new();
    let batch = [("a", "ok"), ("a", "fail"), ("a", "ok")];
    assert_eq!(world.failed(fifo_batch(&batch)), ["2", "3"]);
    assert_eq!(world.published(), ["1!"]);
}
