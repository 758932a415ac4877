//! When failed records are delivered again.

use std::collections::BTreeSet;
use std::time::Duration;

use batch::Backoff;
use batch::retry::delay_bounds;
use serde_json::{Value, json};

use crate::harness::{Harness, PortBehaviour, event, fifo, received, standard};

fn delays(harness: &Harness, records: Vec<Value>) -> Vec<(String, Duration)> {
    let failed = harness.failed_ids(event(records));
    let delayed = harness.calls.borrow().delayed.clone();
    assert_eq!(delayed.len(), failed.len());
    delayed
}

fn delay_of(record: Value) -> Duration {
    delays(&Harness::new(), vec![record])[0].1
}

#[test]
fn b13_a_missing_or_garbled_receive_count_is_1() {
    let garbled = ["", "many", "-3", "0", "1.5", "99999999999999999999"];
    let mut records = garbled
        .map(|count| received(standard("1", "bad"), &json!(count)))
        .to_vec();
    let mut missing = standard("1", "bad");
    missing["attributes"] = json!({});
    records.push(missing);
    for record in records {
        let harness = Harness::new();
        harness.failed_ids(event([record]));
        assert_eq!(harness.calls.borrow().quarantined[0].0.receive_count, 1);
    }
}

#[test]
fn b14_the_delay_doubles_with_every_receive_up_to_the_cap() {
    for (receives, longest) in [(1, 2), (2, 4), (5, 32), (10, 1024), (11, 1800), (1000, 1800)] {
        let bounds = delay_bounds(receives);
        assert_eq!(*bounds.end(), Duration::from_secs(longest));
        let record = received(standard("1", "fail"), &json!(receives.to_string()));
        assert!(bounds.contains(&delay_of(record)));
    }
}

#[test]
fn b14_half_of_the_delay_is_fixed_and_half_is_random() {
    let delay = |n| delay_of(received(standard(&format!("m{n}"), "fail"), &json!("11")));
    let delays: BTreeSet<_> = (0..200).map(delay).collect();
    let (least, most) = (delays.first().unwrap(), delays.last().unwrap());
    assert!(*least >= Duration::from_mins(15), "{least:?}");
    assert!(*most <= Duration::from_mins(30), "{most:?}");
    assert!(*least < Duration::from_secs(945), "{least:?}");
    assert!(*most > Duration::from_secs(1755), "{most:?}");
    assert!(delays.len() > 190);
}

#[test]
fn b14_the_shortest_delays_are_exact() {
    for (base, expected) in [(0, vec![0]), (1, vec![0]), (2, vec![1, 2]), (4, vec![2, 3, 4])] {
        let base = Duration::from_millis(base);
        let backoff = Backoff { base, cap: base };
        let delays: BTreeSet<_> = (0..100).map(|n| backoff.delay(1, n).as_millis()).collect();
        assert_eq!(delays.into_iter().collect::<Vec<_>>(), expected, "{base:?}");
    }
}

#[test]
fn b14_what_was_held_back_gets_the_delay_of_the_failure_before_it() {
    let mut records = vec![
        received(fifo("1", "a", "ok"), &json!("9")),
        received(fifo("2", "a", "fail"), &json!("4")),
        received(fifo("3", "a", "ok"), &json!("1")),
        received(fifo("4", "a", "bad"), &json!("7")),
    ];
    let of_2 = delay_of(records[1].clone());
    assert!(delay_bounds(4).contains(&of_2));
    records.push(received(fifo("5", "b", "fail"), &json!("1")));
    let delayed = delays(&Harness::new(), records);
    let expected = ["r-2", "r-3", "r-4"].map(|receipt| (receipt.to_owned(), of_2));
    assert_eq!(delayed[..3], expected);
    assert!(delay_bounds(1).contains(&delayed[3].1));
}

#[test]
fn b14_independent_records_get_their_own_delays() {
    let delayed = delays(
        &Harness::new(),
        vec![
            received(standard("1", "fail"), &json!("1")),
            received(standard("2", "fail"), &json!("8")),
        ],
    );
    assert!(delay_bounds(1).contains(&delayed[0].1));
    assert!(delay_bounds(8).contains(&delayed[1].1));
}

#[test]
fn b14_if_the_delay_cannot_be_set_the_records_are_still_named() {
    for behaviour in [PortBehaviour::Refuses, PortBehaviour::Panics, PortBehaviour::Hangs] {
        let harness = Harness::new();
        harness.delay.set(behaviour);
        let records = [standard("1", "fail"), standard("2", "ok")];
        assert_eq!(harness.failed_ids(event(records)), ["1"]);
    }
}

#[test]
fn b14_one_call_sets_all_delays() {
    let harness = Harness::new();
    let records = (0..10).map(|n| standard(&format!("{n}"), "fail")).collect();
    assert_eq!(delays(&harness, records).len(), 10);
    assert_eq!(harness.calls.borrow().delay_calls, 1);
}
