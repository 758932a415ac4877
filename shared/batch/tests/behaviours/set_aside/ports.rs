//! A dead-letter queue or a quarantine that cannot be reached.

use std::time::Duration;

use batch::Clock;

use super::{harness, independent, ordered};
use crate::harness::{PortBehaviour, event};

const BROKEN: [PortBehaviour; 3] = [PortBehaviour::Refuses, PortBehaviour::Panics, PortBehaviour::Hangs];

#[test]
fn b36_what_cannot_be_set_aside_is_reported_failed_with_what_follows_in_its_group() {
    for behaviour in BROKEN {
        let harness = harness();
        harness.dead_letters.set(behaviour);
        let batch = ordered(&[("a", "ok", 4), ("a", "fail", 4), ("a", "ok", 4), ("b", "ok", 4)]);
        assert_eq!(harness.failed_ids(event(batch)), ["2", "3"]);
        assert_eq!(harness.handled_ids(), ["1", "2", "4"]);
        let calls = harness.calls.borrow();
        let tried = calls.actions.iter().filter(|action| *action == "set aside 2");
        assert_eq!(tried.count(), 1);
        assert_eq!(calls.delayed.len(), 2, "they come back after a delay");
    }
}

#[test]
fn b36_independent_records_that_cannot_be_set_aside_fail_alone() {
    for behaviour in BROKEN {
        let harness = harness();
        harness.dead_letters.set(behaviour);
        let batch = independent(&[("fail", 4), ("ok", 4), ("panic", 4)]);
        assert_eq!(harness.failed_ids(event(batch)), ["1", "3"]);
    }
}

#[test]
fn b36_what_cannot_be_quarantined_is_set_aside() {
    for behaviour in BROKEN {
        for (body, reason) in [("bad", "not_json"), ("permanent", "never")] {
            let harness = harness();
            harness.quarantine.set(behaviour);
            let batch = ordered(&[("a", body, 4), ("a", "ok", 4)]);
            assert_eq!(harness.failed_ids(event(batch)), [""; 0]);
            let calls = harness.calls.borrow();
            let (id, failure) = &calls.set_aside[0];
            assert_eq!(id, "1");
            assert!(
                failure.starts_with(&format!("not quarantined as {reason}: ")),
                "{failure}"
            );
            assert_eq!(calls.published, [["2!"]]);
        }
    }
}

#[test]
fn b36_a_dead_letter_queue_that_hangs_does_not_delay_the_answer() {
    let mut harness = harness();
    harness.time_left = Duration::from_secs(10);
    for port in [
        &harness.dead_letters,
        &harness.topic,
        &harness.delay,
        &harness.quarantine,
    ] {
        port.set(PortBehaviour::Hangs);
    }
    let before = (&harness.clock).now();
    let batch = independent(&[("ok", 4), ("ok takes=99", 4), ("fail", 4), ("bad", 4)]);
    assert_eq!(harness.failed_ids(event(batch)), ["1", "2", "3", "4"]);
    let took = (&harness.clock).now().duration_since(before).unwrap();
    assert_eq!(took, Duration::from_millis(9_500));
    assert_eq!(harness.calls.borrow().delay_calls, 1, "there is time for that, too");
}

#[test]
fn b36_many_are_set_aside_concurrently() {
    let harness = harness();
    harness.topic.set(PortBehaviour::Refuses);
    harness.dead_letters.set(PortBehaviour::TakesASecond);
    let before = (&harness.clock).now();
    let batch = independent(&[("ok", 4); 100]);
    assert_eq!(harness.failed_ids(event(batch)), [""; 0]);
    assert_eq!(harness.set_aside_ids().len(), 100);
    let took = (&harness.clock).now().duration_since(before).unwrap();
    assert_eq!(took, Duration::from_secs(10), "ten at a time");
}

#[test]
fn b36_without_time_for_the_quarantine_it_is_not_asked_and_the_record_set_aside() {
    let harness = harness();
    let batch = independent(&[("permanent blocks=28", 4)]);
    assert_eq!(harness.failed_ids(event(batch)), [""; 0]);
    let calls = harness.calls.borrow();
    assert_eq!(calls.actions, ["handle 1", "set aside 1"]);
    assert_eq!(calls.set_aside[0].1, "not quarantined as never: there was no time left");
}
