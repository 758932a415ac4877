//! Whatever a batch looks like.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use batch::Settings;
use proptest::prelude::*;
use serde_json::Value;

use crate::world::{World, event, fifo, standard};

#[derive(Clone, Debug)]
struct Spec {
    id: u8,
    group: u8,
    verdict: &'static str,
    takes: u8,
    refused: bool,
}

impl Spec {
    fn body(&self) -> String {
        format!("{} takes={}", self.verdict, self.takes)
    }
}

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let verdicts = vec![
        "ok",
        "ok",
        "ok",
        "quiet",
        "two",
        "fail",
        "bad",
        "permanent",
        "panic",
        "undecodable",
        "ignore",
    ];
    let verdict = prop::sample::select(verdicts);
    let spec = (
        0..14_u8,
        0..4_u8,
        verdict,
        0..4_u8,
        prop::bool::weighted(0.1),
    );
    let spec = spec.prop_map(|(id, group, verdict, takes, refused)| Spec {
        id,
        group,
        verdict,
        takes,
        refused,
    });
    // The same id is the same message.
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

/// What a batch leads to, the order between groups aside.
#[derive(Debug, PartialEq)]
struct Result {
    failed: Vec<String>,
    published: BTreeSet<String>,
    quarantined: BTreeSet<String>,
    delayed: Vec<(String, Duration)>,
}

fn run(specs: &[Spec], ordered: bool, settings: Settings, at_once: usize) -> (Result, World) {
    let mut world = World::new();
    world.settings = settings;
    world.at_once = at_once;
    world.budget = Duration::from_mins(15);
    for spec in specs.iter().filter(|spec| spec.refused) {
        let event = |suffix| format!("{}!{suffix}", spec.id);
        world.refused.borrow_mut().extend(["", "2"].map(event));
    }
    let failed = world.failed(event(records(specs, ordered)));
    let result = Result {
        failed,
        published: world.published().into_iter().collect(),
        quarantined: world.quarantined().into_iter().collect(),
        delayed: world.seen.borrow().delayed.clone(),
    };
    (result, world)
}

fn settings() -> impl Strategy<Value = (Settings, usize)> {
    (1..11_usize, 1..5_usize, 1..5_usize).prop_map(|(concurrency, chunk, at_once)| {
        let settings = Settings {
            concurrency,
            chunk,
            ..Settings::default()
        };
        (settings, at_once)
    })
}

fn one_after_another() -> Settings {
    Settings {
        concurrency: 1,
        ..Settings::default()
    }
}

proptest! {
    #[test]
    fn b06_side_by_side_gives_the_same_as_one_after_another(
        specs in specs(), ordered: bool, (settings, at_once) in settings()
    ) {
        let (expected, _) = run(&specs, ordered, one_after_another(), 1);
        let (result, _) = run(&specs, ordered, settings, at_once);
        prop_assert_eq!(result, expected);
    }

    #[test]
    fn b02_named_ids_are_some_of_the_batchs_once_each_in_its_order(
        specs in specs(), ordered: bool, (settings, at_once) in settings()
    ) {
        let (result, _) = run(&specs, ordered, settings, at_once);
        let mut named = BTreeSet::new();
        let distinct = specs.iter().map(|spec| spec.id.to_string());
        let in_order: Vec<_> = distinct
            .filter(|id| result.failed.contains(id) && named.insert(id.clone()))
            .collect();
        prop_assert_eq!(in_order, result.failed);
    }

    #[test]
    fn b05_after_the_first_failure_of_a_group_all_are_named_and_none_was_handled(
        specs in specs(), (settings, at_once) in settings()
    ) {
        let (result, world) = run(&specs, true, settings, at_once);
        let mut seen = BTreeSet::new();
        let mut stopped = BTreeMap::new();
        let steps = world.seen.borrow().steps.clone();
        for spec in specs.iter().filter(|spec| seen.insert(spec.id)) {
            let id = spec.id.to_string();
            let failed = result.failed.contains(&id);
            if let Some(unpublished) = stopped.get(&spec.group) {
                prop_assert!(failed, "{} follows a failure", id);
                let handled = steps.contains(&format!("handle {id}"));
                prop_assert!(*unpublished || !handled, "{} was handled", id);
            }
            let fails = ["fail", "panic", "undecodable"].contains(&spec.verdict);
            let unpublished = spec.refused && ["ok", "two"].contains(&spec.verdict);
            if failed && !stopped.contains_key(&spec.group) {
                prop_assert!(fails || unpublished, "{} did not fail", id);
                stopped.insert(spec.group, unpublished);
            }
            prop_assert!(failed || !(fails || unpublished), "{} is lost", id);
        }
    }

    #[test]
    fn b12_in_any_budget_the_answer_is_in_time_and_names_whatever_is_not_done(
        specs in specs(), ordered: bool, (settings, at_once) in settings(), seconds in 0..20_u64
    ) {
        let mut world = World::new();
        world.settings = settings;
        world.at_once = at_once;
        world.budget = Duration::from_secs(seconds);
        let failed = world.failed(event(records(&specs, ordered)));
        let published = world.published();
        let quarantined = world.quarantined();
        for spec in specs {
            let id = spec.id.to_string();
            let done = match spec.verdict {
                "ok" => published.contains(&format!("{id}!")),
                "two" => published.contains(&format!("{id}!2")),
                "bad" | "permanent" => quarantined.contains(&id),
                "quiet" => world.handled().contains(&id),
                verdict => verdict == "ignore",
            };
            prop_assert!(done || failed.contains(&id), "{} is lost", id);
        }
    }
}
