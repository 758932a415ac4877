//! A drop and a restore that fail or are killed at any of their calls, and are run again.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::aws::FakeAws;
use super::kept::{Kept, all, assert_order, world};
use super::{Case, Folder, LATER, QUEUES, cases, command, text, until_killed};
use crate::arguments::Command;
use crate::dropping::{self, Dropped, Restored};
use crate::failure::Failure;

/// Runs a drop of all; nothing comes of it if it is killed.
async fn drop_all(aws: &FakeAws, export: &str) -> Option<Dropped> {
    let Command::Drop(arguments) =
        command(&[&["drop", "p", "r", "--export", export, "--execute"], &QUEUES[..]].concat())
    else {
        unreachable!()
    };
    let stack = aws.stack();
    let ended = until_killed(aws, dropping::drop(&stack, &arguments)).await?;
    Some(ended.unwrap())
}

async fn restore(aws: &FakeAws, export: &str) -> Option<Result<Restored, Failure>> {
    let Command::Restore(arguments) = command(&["restore", export, "--execute"]) else {
        unreachable!()
    };
    let stack = aws.stack();
    until_killed(aws, dropping::restore(&stack, &arguments)).await
}

/// How often each body is in an export.
fn exported(export: &str) -> BTreeMap<String, usize> {
    let mut bodies = BTreeMap::new();
    let text = fs::read_to_string(export).unwrap_or_default();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for line in lines.skip(1) {
        *bodies.entry(line["body"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    bodies
}

#[tokio::test]
async fn a_drop_that_fails_or_is_killed_at_any_call_loses_nothing_and_ends_by_the_same_command() {
    let (aws, folder) = (world(&all()), Folder::new("calls"));
    drop_all(&aws, &folder.file("export")).await.unwrap();
    let calls = aws.state().calls.clone();
    for case in cases(&calls) {
        drops_in_two(&case).await;
    }
}

async fn drops_in_two(case: &Case) {
    let (kept, folder, name) = (all(), Folder::new("drop"), case.name());
    let (aws, export) = (world(&kept), folder.file("export"));
    aws.plan(Some((case.number, case.fault)));
    let dropped = drop_all(&aws, &export).await;
    for kept in &kept {
        let in_file = exported(&export).contains_key(&kept.body);
        assert!(kept.at_its_queue(&aws) > 0 || in_file, "{name}: {kept:?} is lost");
    }
    if let Some(dropped) = dropped {
        let text = text(&dropped);
        assert!(
            text.contains("stopped") && text.contains("To go on: matchflow drop p r --queue"),
            "{name}: {text}"
        );
    }
    aws.plan(None);
    aws.advance(LATER);
    let again = drop_all(&aws, &export).await.unwrap();
    let text = text(&again);
    assert!(text.contains("dropped"), "{name}: {text}");
    for kept in &kept {
        assert_eq!(kept.at_its_queue(&aws), 0, "{name}: {kept:?} is still there: {text}");
        assert!(exported(&export).contains_key(&kept.body), "{name}: {kept:?} is lost");
    }
    if case.changes() {
        restores_all(&aws, &export, &kept, &name).await;
    }
}

/// Puts back what is in a file: each once, in the order of its message group.
async fn restores_all(aws: &FakeAws, export: &str, kept: &[Kept], name: &str) {
    aws.advance(LATER);
    restore(aws, export).await.unwrap().unwrap();
    assert_restored(aws, kept, name);
    for kept in kept {
        assert_eq!(restored(kept, aws), 1, "{name}: {kept:?}");
    }
}

/// How often it was put back; what was not delivered, to the topic.
fn restored(kept: &Kept, aws: &FakeAws) -> usize {
    kept.destination
        .map_or_else(|| kept.put_back(aws), |_| kept.at_its_queue(aws))
}

fn assert_restored(aws: &FakeAws, kept: &[Kept], name: &str) {
    for queue in kept.iter().map(|kept| kept.queue) {
        assert_order(aws, queue, kept, name);
    }
}

#[tokio::test]
async fn a_restore_that_fails_or_is_killed_at_any_call_puts_back_all_by_the_same_command() {
    let (aws, folder) = (world(&all()), Folder::new("calls"));
    let export = folder.file("export");
    drop_all(&aws, &export).await.unwrap();
    aws.plan(None);
    restore(&aws, &export).await.unwrap().unwrap();
    let calls = aws.state().calls.clone();
    for case in cases(&calls) {
        restores_in_two(&case).await;
    }
}

async fn restores_in_two(case: &Case) {
    let (kept, folder, name) = (all(), Folder::new("restore"), case.name());
    let (aws, export) = (world(&kept), folder.file("export"));
    drop_all(&aws, &export).await.unwrap();
    aws.plan(Some((case.number, case.fault)));
    if let Some(ended) = restore(&aws, &export).await {
        let text = text(&ended.unwrap());
        assert!(
            text.contains("stopped") && text.contains("To go on: matchflow restore"),
            "{name}: {text}"
        );
    }
    assert_restored(&aws, &kept, &name);
    aws.plan(None);
    aws.advance(LATER);
    restore(&aws, &export).await.unwrap().unwrap();
    assert_restored(&aws, &kept, &name);
    for kept in &kept {
        let most = if kept.is_deduplicated() || !case.fault.has_effect() {
            1
        } else {
            2
        };
        assert!((1..=most).contains(&restored(kept, &aws)), "{name}: {kept:?}");
    }
}
