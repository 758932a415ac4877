//! Properties of any batch with records on their last tries, some of which hang.
//!
//! Receive counts don't rise within a message group: a receive takes a group's first messages, so that what stands in
//! front has been received as often as what stands behind it, or more often.

use std::collections::BTreeMap;

use batch::ConsumerOptions;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::MAX_RECEIVE_COUNT;
use crate::harness::{Harness, PortBehaviour, event, fifo, received, standard};
use crate::properties::options;

#[derive(Clone, Debug)]
struct Spec {
    id: usize,
    group: u8,
    count: u32,
    instruction: &'static str,
    refused: bool,
}

impl Spec {
    fn last_try(&self) -> bool {
        self.count >= MAX_RECEIVE_COUNT - 1
    }

    /// Whether it fails by itself, whatever is before it.
    fn fails(&self) -> bool {
        let publishes = ["ok", "ok takes=1", "two_events"].contains(&self.instruction);
        let fails = [
            "fail",
            "fails_all",
            "panic",
            "panics_in_decode",
            "no_outcome",
            "ok takes=99",
        ];
        fails.contains(&self.instruction) || (self.refused && publishes)
    }

    fn record(&self, ordered: bool) -> Value {
        let id = self.id.to_string();
        let record = if ordered {
            fifo(&id, &self.group.to_string(), self.instruction)
        } else {
            standard(&id, self.instruction)
        };
        received(record, &json!(self.count.to_string()))
    }
}

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let instructions = vec![
        "ok",
        "ok takes=1",
        "no_events",
        "two_events",
        "ignore",
        "bad",
        "permanent",
        "fail",
        "fails_all",
        "panic",
        "panics_in_decode",
        "no_outcome",
        "ok takes=99",
    ];
    let instruction = prop::sample::select(instructions);
    let spec = (
        0..4_u8,
        1..MAX_RECEIVE_COUNT + 2,
        instruction,
        prop::bool::weighted(0.2),
    );
    prop::collection::vec(spec, 0..11).prop_map(|specs| {
        let mut counts = BTreeMap::new();
        let spec = |(id, (group, count, instruction, refused)): (usize, (u8, u32, &'static str, bool))| {
            let before = counts.entry(group).or_insert(count);
            *before = count.min(*before);
            Spec {
                id,
                group,
                count: *before,
                instruction,
                refused,
            }
        };
        specs.into_iter().enumerate().map(spec).collect()
    })
}

/// The ids that the answer names, and those of the records that were set aside.
fn run(
    specs: &[Spec],
    ordered: bool,
    options: (ConsumerOptions, usize),
    all_for_one: bool,
    dead_letters: PortBehaviour,
) -> (Vec<String>, Vec<String>) {
    let mut harness = Harness::new();
    (harness.options, harness.max_batch_size) = options;
    harness.options.max_receive_count = MAX_RECEIVE_COUNT;
    harness.dead_letters.set(dead_letters);
    if all_for_one {
        harness.topic.set(PortBehaviour::RefusesAllForOne);
    }
    for spec in specs.iter().filter(|spec| spec.refused) {
        let event = |suffix| format!("{}!{suffix}", spec.id);
        harness.refused_events.borrow_mut().extend(["", "2"].map(event));
    }
    let failed = harness.failed_ids(event(specs.iter().map(|spec| spec.record(ordered))));
    (failed, harness.set_aside_ids())
}

proptest! {
    #[test]
    fn b36_on_its_last_tries_a_record_is_done_or_set_aside_for_its_own_failure(
        specs in specs(), ordered: bool, options in options(), all_for_one: bool
    ) {
        let (failed, set_aside) = run(&specs, ordered, options, all_for_one, PortBehaviour::Works);
        for spec in &specs {
            let id = spec.id.to_string();
            let times = set_aside.iter().filter(|set_aside| **set_aside == id).count();
            prop_assert_eq!(times, usize::from(spec.last_try() && spec.fails()), "{:?}", spec);
            prop_assert!(!spec.last_try() || !failed.contains(&id), "{:?} comes back", spec);
            prop_assert!(spec.last_try() || !spec.fails() || failed.contains(&id), "{:?} is lost", spec);
        }
    }

    #[test]
    fn b36_without_the_dead_letter_queue_only_what_follows_a_failure_comes_back_untried(
        specs in specs(), ordered: bool, options in options(), all_for_one: bool
    ) {
        let (failed, _) = run(&specs, ordered, options, all_for_one, PortBehaviour::Refuses);
        let mut failed_groups = Vec::new();
        for spec in specs.iter().filter(|spec| spec.last_try()) {
            let follows_a_failure = ordered && failed_groups.contains(&spec.group);
            let comes_back = failed.contains(&spec.id.to_string());
            prop_assert_eq!(comes_back, spec.fails() || follows_a_failure, "{:?}", spec);
            if comes_back {
                failed_groups.push(spec.group);
            }
        }
    }
}
