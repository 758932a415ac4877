//! A record on its last try whose event cannot be published.

use super::{harness, independent, ordered};
use crate::harness::{Harness, PortBehaviour, event};

const THROTTLED: &str = "an event was not published: throttled";

fn refusing(events: &[&str]) -> Harness {
    let harness = harness();
    let events = events.iter().map(|event| (*event).to_owned());
    harness.refused_events.borrow_mut().extend(events);
    harness
}

#[test]
fn b36_a_record_whose_event_was_not_published_is_set_aside_and_what_follows_it_is_done() {
    let harness = refusing(&["2!1", "4!"]);
    let batch = ordered(&[
        ("a", "ok", 4),
        ("a", "two_events", 4),
        ("a", "ok", 4),
        ("a", "ok", 4),
        ("a", "no_events", 4),
    ]);
    assert_eq!(harness.failed_ids(event(batch)), [""; 0]);
    let set_aside = harness.calls.borrow().set_aside.clone();
    let expected = ["2", "4"].map(|id| (id.to_owned(), THROTTLED.to_owned()));
    assert_eq!(set_aside, expected);
}

#[test]
fn b36_behind_one_that_is_not_on_its_last_try_nothing_is_set_aside() {
    let harness = refusing(&["1!", "2!", "3!"]);
    let batch = ordered(&[("a", "ok", 4), ("a", "ok", 3), ("a", "ok", 3)]);
    assert_eq!(harness.failed_ids(event(batch)), ["2", "3"]);
    assert_eq!(harness.set_aside_ids(), ["1"]);
}

/// SQS delivers no group like that.
#[test]
fn b36_nothing_is_set_aside_past_a_failed_record_of_its_group() {
    for bodies in [["ok", "ok"], ["fail", "ok"]] {
        let harness = refusing(&["1!", "2!"]);
        let batch = ordered(&[("a", bodies[0], 3), ("a", bodies[1], 4)]);
        assert_eq!(harness.failed_ids(event(batch)), ["1", "2"]);
        assert_eq!(harness.set_aside_ids(), [""; 0]);
    }
}

#[test]
fn b36_what_follows_one_that_could_not_be_set_aside_is_reported_failed() {
    let harness = refusing(&["1!", "3!"]);
    harness.dead_letters.set(PortBehaviour::Refuses);
    let batch = ordered(&[("a", "ok", 4), ("a", "ok", 4), ("a", "ok", 4), ("b", "ok", 4)]);
    assert_eq!(harness.failed_ids(event(batch)), ["1", "2", "3"]);
}

#[test]
fn b36_an_event_that_failed_for_anothers_sake_is_published_alone() {
    let harness = refusing(&["1!"]);
    harness.topic.set(PortBehaviour::RefusesAllForOne);
    let batch = independent(&[("ok", 4), ("two_events", 4), ("ok", 3)]);
    assert_eq!(harness.failed_ids(event(batch)), ["3"]);
    assert_eq!(harness.set_aside_ids(), ["1"]);
    let published = harness.calls.borrow().published.clone();
    assert_eq!(published[1..], [vec!["1!"], vec!["2!1", "2!2"]]);
}

#[test]
fn b36_a_topic_that_hangs_or_panics_leaves_time_to_set_aside() {
    for behaviour in [PortBehaviour::Hangs, PortBehaviour::Panics] {
        let harness = harness();
        harness.topic.set(behaviour);
        let batch = ordered(&[("a", "ok", 4), ("a", "no_events", 4), ("a", "ok", 4)]);
        assert_eq!(harness.failed_ids(event(batch)), [""; 0]);
        assert_eq!(harness.set_aside_ids(), ["1", "3"]);
    }
}

#[test]
fn b36_an_event_that_hangs_costs_no_other_group_its_repeat() {
    let harness = refusing(&["1!"]);
    harness.topic.set(PortBehaviour::HangsForOne);
    let batch = ordered(&[("a", "ok", 4), ("b", "ok", 4), ("b", "ok", 4), ("c", "ok", 3)]);
    assert_eq!(harness.failed_ids(event(batch)), ["4"]);
    assert_eq!(harness.set_aside_ids(), ["1"]);
    let published = harness.calls.borrow().published.clone();
    assert_eq!(published[1..], [["1!"], ["2!"], ["3!"]]);
}
