//! Panics and other misbehaviour of a consumer's own code.

use batch::SqsEvent;

use crate::world::{Mood, World, fifo_batch, standard_batch};

#[test]
fn b09_a_panic_fails_its_record_alone_and_the_process_goes_on() {
    let world = World::new();
    let batch = standard_batch(&["ok", "panic", "ok", "panic takes=1", "undecodable", "ok"]);
    assert_eq!(world.failed(batch), ["2", "4", "5"]);
    assert_eq!(world.published(), ["1!", "3!", "6!"]);
    assert_eq!(world.failed(standard_batch(&["ok"])), [""; 0]);
}

#[test]
fn b09_a_panic_fails_its_group_from_there_on() {
    for body in ["panic", "panic takes=1", "undecodable"] {
        let world = World::new();
        let batch = [
            ("a", "ok"),
            ("a", "ok"),
            ("a", body),
            ("a", "ok"),
            ("b", "ok"),
        ];
        assert_eq!(world.failed(fifo_batch(&batch)), ["3", "4"]);
        assert_eq!(world.published(), ["1!", "2!", "5!"]);
    }
}

#[test]
fn b09_a_call_for_several_that_panics_is_repeated_one_by_one() {
    let world = World::new();
    let batch = fifo_batch(&[("a", "ok"), ("a", "panic"), ("a", "ok")]);
    assert_eq!(world.failed(batch), ["2", "3"]);
    let calls = world.seen.borrow().calls.clone();
    assert_eq!(calls, [vec!["1", "2", "3"], vec!["1"], vec!["2"]]);
}

#[test]
fn b09_a_panicking_chunk_of_independent_records_loses_but_one() {
    let mut world = World::new();
    world.settings.chunk = 10;
    let batch = standard_batch(&["ok", "panic", "undecodable", "ok"]);
    assert_eq!(world.failed(batch), ["2", "3"]);
    assert_eq!(world.published(), ["1!", "4!"]);
}

fn batch() -> SqsEvent {
    fifo_batch(&[("a", "ok"), ("a", "bad"), ("b", "quiet"), ("c", "fail")])
}

#[test]
fn b09_a_port_that_panics_is_a_port_that_failed() {
    let world = World::new();
    world.topic.set(Mood::Panics);
    assert_eq!(world.failed(batch()), ["1", "2", "4"]);

    let world = World::new();
    world.quarantine.set(Mood::Panics);
    assert_eq!(world.failed(batch()), ["2", "4"]);

    let world = World::new();
    world.delay.set(Mood::Panics);
    assert_eq!(world.failed(batch()), ["4"]);
}

#[test]
fn a_handler_that_gives_no_outcome_fails_the_record_and_is_not_called_for_ever() {
    let world = World::new();
    let batch = [("a", "ok"), ("a", "silent"), ("a", "ok")];
    assert_eq!(world.failed(fifo_batch(&batch)), ["2", "3"]);
    assert_eq!(world.published(), ["1!"]);
}

#[test]
fn a_handler_that_gives_more_outcomes_than_messages_harms_nobody() {
    let world = World::new();
    let batch = [("a", "chatty"), ("b", "fail"), ("b", "ok")];
    assert_eq!(world.failed(fifo_batch(&batch)), ["2", "3"]);
}
