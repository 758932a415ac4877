//! A redrive that fails or is killed at any of its calls, and goes on by its journal.

use std::path::Path;

use super::aws::FakeAws;
use super::fault::Fault;
use super::kept::{Kept, all, assert_order, world};
use super::{Case, Folder, LATER, QUEUES, cases, make_older, redrive_arguments, text, until_killed};
use crate::redrive::{self, Ended, Redriven};

const REDRIVE: [&str; 8] = ["redrive", "p", "r", "--execute", "--rate", "1000", "--ramp", "2,10"];

/// Runs the command line; nothing comes of it if it is killed.
async fn run(aws: &FakeAws, line: &[&str]) -> Option<Redriven> {
    let (stack, arguments) = (aws.stack(), redrive_arguments(line));
    let ended = until_killed(aws, redrive::execute(&stack, &arguments)).await?;
    Some(ended.unwrap())
}

fn with_journal<'a>(line: &[&'a str], journal: &'a str) -> Vec<&'a str> {
    [line, &QUEUES, &["--journal", journal]].concat()
}

/// Each is somewhere, and where it is put back once, and in the order of its message group.
fn assert_whole(aws: &FakeAws, kept: &[Kept], case: &str) {
    for kept in kept {
        let (here, there) = (kept.at_its_queue(aws), kept.put_back(aws));
        assert!(here + there > 0, "{case}: {kept:?} is lost");
        assert!(
            there < 2 || !kept.is_deduplicated(),
            "{case}: {kept:?} is there {there} times"
        );
        assert!(there < 3, "{case}: {kept:?} is there {there} times");
    }
    for queue in kept.iter().filter_map(|kept| kept.destination) {
        assert_order(aws, queue, kept, case);
    }
}

#[tokio::test]
async fn a_redrive_puts_back_all_that_was_chosen() {
    let (kept, folder) = (all(), Folder::new("redrive"));
    let aws = world(&kept);
    let journal = folder.file("journal");
    let redriven = run(&aws, &with_journal(&REDRIVE, &journal)).await.unwrap();
    assert_eq!(
        (redriven.put_back, redriven.ended),
        (kept.len(), Ended::Done),
        "{}",
        text(&redriven)
    );
    assert_whole(&aws, &kept, "without a fault");
    assert!(
        kept.iter()
            .all(|kept| kept.at_its_queue(&aws) == 0 && kept.put_back(&aws) == 1)
    );
}

/// The calls of a redrive without faults.
async fn calls_of(line: &[&str]) -> Vec<String> {
    let (aws, folder) = (world(&all()), Folder::new("calls"));
    run(&aws, &with_journal(line, &folder.file("journal"))).await.unwrap();
    aws.state().calls.clone()
}

#[tokio::test]
async fn a_redrive_that_fails_or_is_killed_while_it_reads_loses_nothing_and_goes_on() {
    for case in cases(&calls_of(&REDRIVE).await).filter(|case| !case.changes()) {
        fails_and_goes_on(&case).await;
    }
}

#[tokio::test]
async fn a_redrive_that_fails_or_is_killed_while_it_changes_something_loses_nothing_and_goes_on() {
    for case in cases(&calls_of(&REDRIVE).await).filter(Case::changes) {
        fails_and_goes_on(&case).await;
    }
}

async fn fails_and_goes_on(case: &Case) {
    let (kept, folder, name) = (all(), Folder::new("redrive"), case.name());
    let (aws, journal) = (world(&kept), folder.file("journal"));
    aws.plan(Some((case.number, case.fault)));
    let redriven = run(&aws, &with_journal(&REDRIVE, &journal)).await;
    assert_eq!(redriven.is_none(), case.fault.kills(), "{name}");
    assert_whole(&aws, &kept, &name);
    if let Some(redriven) = redriven {
        assert_says_where_it_stands(&redriven, &aws, &kept, &journal, &name);
    }
    goes_on(&aws, &kept, &journal, &name).await;
    let may_be_twice =
        matches!(case.fault, Fault::Unanswered | Fault::KilledAfter) && case.call.starts_with("SendMessage");
    for kept in kept.iter().filter(|kept| kept.put_back(&aws) > 1) {
        assert!(may_be_twice, "{name}: {kept:?} is doubled");
    }
}

fn assert_says_where_it_stands(redriven: &Redriven, aws: &FakeAws, kept: &[Kept], journal: &str, name: &str) {
    let text = text(redriven);
    let left = kept.iter().map(|kept| kept.at_its_queue(aws)).sum::<usize>();
    assert!(left == 0 || redriven.put_back < kept.len(), "{name}: {text}");
    assert!(
        text.contains(&format!("{} put back", redriven.put_back)),
        "{name}: {text}"
    );
    let goes_on = text.contains(&format!("matchflow redrive --resume {journal}"));
    let is_all = redriven.put_back == kept.len() && redriven.ended == Ended::Done;
    assert!(goes_on || is_all, "{name}: {text}");
}

/// Goes on after some minutes, and puts back the rest.
async fn goes_on(aws: &FakeAws, kept: &[Kept], journal: &str, name: &str) {
    aws.plan(None);
    aws.advance(LATER);
    make_older(Path::new(journal));
    let resume = ["redrive", "--resume", journal, "--rate", "1000"];
    let redriven = run(aws, &resume).await.unwrap();
    assert_eq!(
        (redriven.put_back, redriven.ended),
        (kept.len(), Ended::Done),
        "{name}: {}",
        text(&redriven)
    );
    assert_eq!(redriven.sent_not_deleted, 0, "{name}: {}", text(&redriven));
    assert_whole(aws, kept, name);
    for kept in kept {
        assert_eq!(kept.at_its_queue(aws), 0, "{name}: {kept:?} is still there");
        assert!(kept.put_back(aws) > 0, "{name}: {kept:?} is lost");
    }
}
