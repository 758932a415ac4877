//! Which records are set aside, and what becomes of the others.

use std::time::Duration;

use batch::{Clock, Consumer, ConsumerOptions, NoDeadLetterQueue};

use super::{harness, independent, ordered};
use crate::harness::{Harness, PortBehaviour, event};

const NONE: [&str; 0] = [];

#[test]
fn b36_what_fails_on_its_last_receive_but_one_is_set_aside_and_its_group_goes_on() {
    let harness = harness();
    let batch = ordered(&[("a", "fail", 4), ("a", "ok", 4), ("a", "ok", 4), ("b", "ok", 1)]);
    assert_eq!(harness.failed_ids(event(batch)), NONE);
    let calls = harness.calls.borrow();
    assert_eq!(calls.set_aside, [("1".to_owned(), "no luck today".to_owned())]);
    assert_eq!(calls.published, [["2!", "3!", "4!"]]);
    assert_eq!(calls.actions[..3], ["handle 1", "set aside 1", "handle 2"]);
    assert_eq!(calls.delay_calls, 0);
}

#[test]
fn b36_on_an_earlier_receive_it_is_delivered_again_and_on_the_last_one_set_aside() {
    for (receives, set_aside) in [(1, false), (2, false), (3, false), (4, true), (5, true), (6, true)] {
        let harness = harness();
        let batch = independent(&[("fail", receives), ("ok", receives)]);
        let failed = harness.failed_ids(event(batch));
        assert_eq!(failed.is_empty(), set_aside, "{receives}");
        assert_eq!(harness.set_aside_ids().is_empty(), !set_aside, "{receives}");
    }
}

#[test]
fn b36_everything_that_can_fail_is_set_aside_with_what_failed() {
    let causes = [
        ("fail", "no luck today"),
        ("panic", "the handler panicked"),
        ("panics_in_decode", "the consumer's code panicked"),
        ("no_outcome", "the handler returned no outcome"),
        ("ok takes=99", "handling did not end in time"),
    ];
    for (body, cause) in causes {
        for records in [
            ordered(&[("a", body, 4), ("a", "ok", 4)]),
            independent(&[(body, 4), ("ok", 4)]),
        ] {
            let harness = harness();
            assert_eq!(harness.failed_ids(event(records)), NONE, "{body}");
            let set_aside = harness.calls.borrow().set_aside.clone();
            assert_eq!(set_aside, [("1".to_owned(), cause.to_owned())]);
            assert_eq!(harness.published(), ["2!"], "{body}");
        }
    }
}

#[test]
fn b36_what_can_never_succeed_is_quarantined_even_then() {
    for body in ["bad", "permanent"] {
        let harness = harness();
        let batch = ordered(&[("a", body, 4), ("a", "ok", 4)]);
        assert_eq!(harness.failed_ids(event(batch)), NONE);
        assert_eq!(harness.quarantined_ids(), ["1"]);
        assert_eq!(harness.set_aside_ids(), NONE);
    }
}

#[test]
fn b36_each_of_a_group_on_its_last_tries_is_handed_over_alone() {
    let harness = harness();
    let batch = ordered(&[
        ("a", "ok", 5),
        ("a", "panic", 4),
        ("a", "ok takes=99", 4),
        ("a", "ok", 4),
        ("a", "ok", 3),
        ("a", "ok", 3),
    ]);
    assert_eq!(harness.failed_ids(event(batch)), NONE);
    assert_eq!(harness.set_aside_ids(), ["2", "3"]);
    let calls = harness.calls.borrow();
    assert_eq!(calls.handler_calls[..4], [["1"], ["2"], ["3"], ["4"]]);
    assert_eq!(calls.handler_calls[4], ["5", "6"]);
}

#[test]
fn b36_one_that_hangs_leaves_time_for_what_stands_behind_it() {
    let harness = harness();
    let hangs = ("a", "ok takes=99", 4);
    let batch = ordered(&[hangs, hangs, hangs, ("a", "ok takes=5", 2), ("b", "ok takes=99", 1)]);
    assert_eq!(harness.failed_ids(event(batch)), ["5"]);
    assert_eq!(harness.set_aside_ids(), ["1", "2", "3"]);
    assert_eq!(harness.published(), ["4!"]);
}

#[test]
fn b36_the_last_one_that_hangs_is_set_aside_after_the_deadline_for_handling() {
    let harness = harness();
    let before = (&harness.clock).now();
    let batch = independent(&[("ok takes=99", 4)]);
    assert_eq!(harness.failed_ids(event(batch)), NONE);
    assert_eq!(harness.set_aside_ids(), ["1"]);
    let took = (&harness.clock).now().duration_since(before).unwrap();
    assert_eq!(took, Duration::from_secs(28));
}

#[test]
fn b36_with_less_time_left_than_a_share_it_is_set_aside_after_that() {
    for (body, failure) in [
        ("ok takes=99", "handling did not end in time"),
        (
            "bad",
            "not quarantined as not_json: the quarantine did not answer in time",
        ),
    ] {
        let mut harness = harness();
        harness.time_left = Duration::from_millis(2_500);
        harness.quarantine.set(PortBehaviour::Hangs);
        assert_eq!(harness.failed_ids(event(independent(&[(body, 4)]))), NONE);
        let set_aside = harness.calls.borrow().set_aside.clone();
        assert_eq!(set_aside, [("1".to_owned(), failure.to_owned())]);
    }
}

#[test]
fn b36_records_on_their_last_tries_are_tried_before_others_use_up_the_time() {
    let mut harness = harness();
    harness.options.chunk_size = 3;
    harness.options.concurrency = 2;
    let (hangs, hangs_last) = (("ok takes=99", 1), ("ok takes=99", 4));
    let batch = independent(&[
        hangs,
        hangs,
        hangs_last,
        hangs,
        hangs_last,
        ("ok", 4),
        hangs_last,
        ("ok", 5),
    ]);
    assert_eq!(harness.failed_ids(event(batch)), ["1", "2", "4"]);
    assert_eq!(harness.set_aside_ids(), ["7", "3", "5"]);
    assert_eq!(harness.published(), ["6!", "8!"]);
}

#[test]
fn b36_among_many_on_their_last_tries_a_healthy_one_has_a_second() {
    let mut harness = harness();
    harness.options.concurrency = 1;
    let mut records = vec![("ok takes=1", 4)];
    records.resize(60, ("ok", 4));
    assert_eq!(harness.failed_ids(event(independent(&records))), NONE);
    assert_eq!(harness.set_aside_ids(), NONE);
}

#[test]
fn b36_what_was_not_tried_is_reported_failed_and_not_set_aside() {
    let mut harness = harness();
    harness.time_left = Duration::from_secs(2);
    let batch = ordered(&[("a", "fail", 4), ("a", "ok", 4), ("b", "bad", 4)]);
    assert_eq!(harness.failed_ids(event(batch)), ["1", "2", "3"]);
    assert_eq!(harness.set_aside_ids(), NONE);
}

#[test]
fn b36_copies_of_a_message_are_set_aside_once() {
    let harness = harness();
    let mut batch = independent(&[("fail", 4)]);
    batch.push(batch[0].clone());
    assert_eq!(harness.failed_ids(event(batch)), NONE);
    assert_eq!(harness.set_aside_ids(), ["1"]);
}

#[test]
fn b36_without_a_dead_letter_queue_nothing_is_set_aside() {
    let harness = Harness::new();
    let consumer = Consumer {
        decode: &harness,
        handler: &harness,
        topic: &harness,
        queue: &harness,
        clock: &harness.clock,
        dead_letters: NoDeadLetterQueue,
        options: ConsumerOptions::default(),
    };
    let deadline = (&harness.clock).now() + harness.time_left;
    let batch = independent(&[("fail", 1000), ("fail", u32::MAX)]);
    let answer = harness.clock.run(batch::process(event(batch), deadline, &consumer));
    assert_eq!(answer.batch_item_failures.len(), 2);
}

#[test]
fn b36_a_dead_letter_queue_comes_with_the_number_of_receives() {
    let harness = Harness::new();
    let consumer = Consumer::new(&harness, &harness, &harness, &harness).with_dead_letters(&harness, 7);
    assert_eq!(consumer.options.max_receive_count, 7);
}
