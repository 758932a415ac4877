//! Properties of any batch.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use batch::ConsumerOptions;
use proptest::prelude::*;
use serde_json::Value;

use crate::harness::{Harness, event, fifo, standard};

#[derive(Clone, Debug)]
struct Spec {
    id: u8,
    group: u8,
    instruction: &'static str,
    takes: u8,
    refused: bool,
}

impl Spec {
    fn body(&self) -> String {
        format!("{} takes={}", self.instruction, self.takes)
    }
}

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let instructions = vec![
        "ok",
        "ok",
        "ok",
        "no_events",
        "two_events",
        "fail",
        "bad",
        "permanent",
        "panic",
        "panics_in_decode",
        "ignore",
    ];
    let instruction = prop::sample::select(instructions);
    let spec = (0..14_u8, 0..4_u8, instruction, 0..4_u8, prop::bool::weighted(0.1));
    let spec = spec.prop_map(|(id, group, instruction, takes, refused)| Spec {
        id,
        group,
        instruction,
        takes,
        refused,
    });
    // Records with the same id are copies of one message.
    prop::collection::vec(spec, 0..12).prop_map(|mut specs| {
        let mut first = BTreeMap::new();
        for spec in &mut specs {
            *spec = first.entry(spec.id).or_insert(spec.clone()).clone();
        }
        specs
    })
}

fn records(specs: &[Spec], ordered: bool) -> Vec<Value> {
    let record = |spec: &Spec| {
        let (id, group) = (spec.id.to_string(), spec.group.to_string());
        if ordered {
            fifo(&id, &group, &spec.body())
        } else {
            standard(&id, &spec.body())
        }
    };
    specs.iter().map(record).collect()
}

/// The effects of a batch, without the order between groups.
#[derive(Debug, PartialEq)]
struct Result {
    failed: Vec<String>,
    published: BTreeSet<String>,
    quarantined: BTreeSet<String>,
    delayed: Vec<(String, Duration)>,
}

fn run(specs: &[Spec], ordered: bool, options: ConsumerOptions, max_batch_size: usize) -> (Result, Harness) {
    let mut harness = Harness::new();
    harness.options = options;
    harness.max_batch_size = max_batch_size;
    harness.time_left = Duration::from_mins(15);
    for spec in specs.iter().filter(|spec| spec.refused) {
        let event = |suffix| format!("{}!{suffix}", spec.id);
        harness.refused_events.borrow_mut().extend(["", "2"].map(event));
    }
    let failed = harness.failed_ids(event(records(specs, ordered)));
    let result = Result {
        failed,
        published: harness.published().into_iter().collect(),
        quarantined: harness.quarantined_ids().into_iter().collect(),
        delayed: harness.calls.borrow().delayed.clone(),
    };
    (result, harness)
}

pub fn options() -> impl Strategy<Value = (ConsumerOptions, usize)> {
    (1..11_usize, 1..5_usize, 1..5_usize).prop_map(|(concurrency, chunk_size, max_batch_size)| {
        let options = ConsumerOptions {
            concurrency,
            chunk_size,
            ..ConsumerOptions::default()
        };
        (options, max_batch_size)
    })
}

fn one_after_another() -> ConsumerOptions {
    ConsumerOptions {
        concurrency: 1,
        ..ConsumerOptions::default()
    }
}

proptest! {
    #[test]
    fn b06_side_by_side_gives_the_same_as_one_after_another(
        specs in specs(), ordered: bool, (options, max_batch_size) in options()
    ) {
        let (expected, _) = run(&specs, ordered, one_after_another(), 1);
        let (result, _) = run(&specs, ordered, options, max_batch_size);
        prop_assert_eq!(result, expected);
    }

    #[test]
    fn b02_named_ids_are_some_of_the_batchs_once_each_in_its_order(
        specs in specs(), ordered: bool, (options, max_batch_size) in options()
    ) {
        let (result, _) = run(&specs, ordered, options, max_batch_size);
        let mut named = BTreeSet::new();
        let distinct = specs.iter().map(|spec| spec.id.to_string());
        let in_order: Vec<_> = distinct
            .filter(|id| result.failed.contains(id) && named.insert(id.clone()))
            .collect();
        prop_assert_eq!(in_order, result.failed);
    }

    #[test]
    fn b05_after_the_first_failure_of_a_group_all_are_named_and_none_was_handled(
        specs in specs(), (options, max_batch_size) in options()
    ) {
        let (result, harness) = run(&specs, true, options, max_batch_size);
        let mut seen = BTreeSet::new();
        let mut stopped = BTreeMap::new();
        let actions = harness.calls.borrow().actions.clone();
        for spec in specs.iter().filter(|spec| seen.insert(spec.id)) {
            let id = spec.id.to_string();
            let failed = result.failed.contains(&id);
            if let Some(unpublished) = stopped.get(&spec.group) {
                prop_assert!(failed, "{} follows a failure", id);
                let handled = actions.contains(&format!("handle {id}"));
                prop_assert!(*unpublished || !handled, "{} was handled", id);
            }
            let fails = ["fail", "panic", "panics_in_decode"].contains(&spec.instruction);
            let unpublished = spec.refused && ["ok", "two_events"].contains(&spec.instruction);
            if failed && !stopped.contains_key(&spec.group) {
                prop_assert!(fails || unpublished, "{} did not fail", id);
                stopped.insert(spec.group, unpublished);
            }
            prop_assert!(failed || !(fails || unpublished), "{} is lost", id);
        }
    }

    #[test]
    fn b12_with_any_time_left_the_answer_is_in_time_and_names_all_that_is_not_done(
        specs in specs(), ordered: bool, (options, max_batch_size) in options(), seconds in 0..20_u64
    ) {
        let mut harness = Harness::new();
        harness.options = options;
        harness.max_batch_size = max_batch_size;
        harness.time_left = Duration::from_secs(seconds);
        let failed = harness.failed_ids(event(records(&specs, ordered)));
        let published = harness.published();
        let quarantined = harness.quarantined_ids();
        for spec in specs {
            let id = spec.id.to_string();
            let done = match spec.instruction {
                "ok" => published.contains(&format!("{id}!")),
                "two_events" => published.contains(&format!("{id}!2")),
                "bad" | "permanent" => quarantined.contains(&id),
                "no_events" => harness.handled_ids().contains(&id),
                instruction => instruction == "ignore",
            };
            prop_assert!(done || failed.contains(&id), "{} is lost", id);
        }
    }
}
