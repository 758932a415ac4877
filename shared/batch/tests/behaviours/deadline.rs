//! Time: the margin is 2 s, of which 1 s is the topic's and 0.5 s are the visibility call's.

use std::time::Duration;

use batch::{Clock, SqsEvent};

use crate::world::{Mood, World, fifo_batch, standard_batch};

fn world(budget: Duration) -> World {
    let mut world = World::new();
    world.budget = budget;
    world
}

fn took(world: &World, batch: SqsEvent) -> (Vec<String>, Duration) {
    let before = (&world.clock).now();
    let failed = world.failed(batch);
    let now = (&world.clock).now();
    (failed, now.duration_since(before).unwrap())
}

#[test]
fn b12_with_no_budget_left_all_are_named_and_none_is_attempted() {
    // The time that is kept for the answer is no time to begin in, and 0 is not 'unknown'.
    for millis in [0, 1, 1_999, 2_000] {
        let world = world(Duration::from_millis(millis));
        let batch = fifo_batch(&[("a", "ok"), ("b", "bad"), ("c", "ok")]);
        assert_eq!(world.failed(batch), ["1", "2", "3"]);
        assert!(world.seen.borrow().steps.is_empty());
        assert!(world.seen.borrow().published.is_empty());
    }
}

#[test]
fn b12_what_cannot_be_begun_is_at_least_let_back_in_soon() {
    let world = world(Duration::from_secs(1));
    assert_eq!(world.failed(standard_batch(&["ok", "ok"])), ["1", "2"]);
    assert_eq!(world.seen.borrow().delayed.len(), 2);
}

#[test]
fn b12_on_an_overrun_the_running_record_and_all_after_it_are_named() {
    let mut world = world(Duration::from_secs(10));
    world.at_once = 1;
    let batch = fifo_batch(&[
        ("a", "ok takes=5"),
        ("a", "ok takes=5"),
        ("a", "ok"),
        ("b", "ok takes=7"),
    ]);
    let (failed, took) = took(&world, batch);
    assert_eq!(failed, ["2", "3"]);
    assert_eq!(took, Duration::from_secs(8));
    assert_eq!(world.published(), ["1!", "4!"], "what was done counts");
    assert_eq!(world.seen.borrow().delayed.len(), 2);
}

#[test]
fn b12_a_call_for_several_is_cut_as_a_whole() {
    let world = world(Duration::from_secs(10));
    let batch = fifo_batch(&[("a", "ok"), ("a", "ok takes=60"), ("b", "ok")]);
    assert_eq!(world.failed(batch), ["1", "2"]);
    assert_eq!(world.published(), ["3!"]);
}

#[test]
fn b12_what_waits_for_its_turn_is_not_begun() {
    let mut world = world(Duration::from_secs(10));
    world.settings.concurrency = 1;
    let batch = standard_batch(&["ok takes=3", "ok takes=30", "ok", "bad"]);
    assert_eq!(world.failed(batch), ["2", "3", "4"]);
    assert_eq!(world.handled(), ["1", "2"]);
    assert_eq!(world.published(), ["1!"]);
}

#[test]
fn b12_after_a_handler_that_blocked_the_thread_nothing_more_is_begun() {
    let mut world = world(Duration::from_secs(10));
    world.at_once = 1;
    let batch = fifo_batch(&[("a", "ok blocks=8"), ("a", "ok"), ("b", "bad"), ("c", "ok")]);
    assert_eq!(world.failed(batch), ["2", "3", "4"]);
    let steps = world.seen.borrow().steps.clone();
    assert_eq!(steps, ["handle 1"]);
    assert_eq!(world.published(), ["1!"]);
}

#[test]
fn b12_with_no_time_left_for_it_publishing_is_not_begun() {
    for seconds in [9, 10, 11] {
        let world = world(Duration::from_secs(10));
        let batch = standard_batch(&[&format!("ok blocks={seconds}")]);
        let response = world.clock.run(world.process(batch)).unwrap();
        assert_eq!(response.batch_item_failures.len(), 1);
        assert!(world.seen.borrow().published.is_empty());
    }
}

#[test]
fn b12_a_topic_that_hangs_fails_what_had_events_in_time() {
    let world = world(Duration::from_secs(10));
    world.topic.set(Mood::Hangs);
    let batch = fifo_batch(&[("a", "quiet"), ("a", "ok"), ("a", "quiet"), ("b", "quiet")]);
    let (failed, took) = took(&world, batch);
    assert_eq!(failed, ["2", "3"]);
    assert_eq!(took, Duration::from_secs(9));
    assert_eq!(world.seen.borrow().delayed.len(), 2);
}

#[test]
fn b12_a_visibility_call_that_hangs_holds_up_no_answer() {
    let world = world(Duration::from_secs(10));
    world.delay.set(Mood::Hangs);
    let (failed, took) = took(&world, standard_batch(&["fail", "ok"]));
    assert_eq!(failed, ["1"]);
    assert_eq!(took, Duration::from_millis(9_500));
}

#[test]
fn b12_when_everything_hangs_the_answer_is_still_in_time() {
    let world = world(Duration::from_secs(10));
    for port in [&world.topic, &world.delay, &world.quarantine] {
        port.set(Mood::Hangs);
    }
    let batch = fifo_batch(&[
        ("a", "ok"),
        ("b", "bad"),
        ("c", "ok takes=99"),
        ("d", "ignore"),
    ]);
    let (failed, took) = took(&world, batch);
    assert_eq!(failed, ["1", "2", "3"]);
    assert_eq!(took, Duration::from_millis(9_500));
}
