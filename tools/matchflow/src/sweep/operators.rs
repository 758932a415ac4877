//! Two operators on the same queues, one with few rights, a queue that fills while it is drained, a paused function, and a redrive that goes
//! on at once.

use std::path::Path;

use simulator::sqs::MessageContent;

use super::aws::FakeAws;
use super::fault::Fault;
use super::kept::{Kept, all, assert_order, world};
use super::{Folder, make_older, redrive_arguments, text, until_killed};
use crate::held;
use crate::redrive::{self, Ended, Redriven};

const REDRIVE: [&str; 6] = ["redrive", "p", "r", "--execute", "--rate", "1000"];

async fn run(aws: &FakeAws, line: &[&str]) -> Redriven {
    redrive::execute(&aws.stack(), &redrive_arguments(line)).await.unwrap()
}

fn assert_put_back_once(aws: &FakeAws, kept: &[Kept]) {
    for kept in kept {
        assert_eq!((kept.at_its_queue(aws), kept.put_back(aws)), (0, 1), "{kept:?}");
    }
    for queue in kept.iter().filter_map(|kept| kept.destination) {
        assert_order(aws, queue, kept, queue);
    }
}

#[tokio::test]
async fn two_operators_share_the_work() {
    let (kept, folder) = (all(), Folder::new("two"));
    let (aws, journals) = (world(&kept), ["1", "2"].map(|name| folder.file(name)));
    let lines = journals
        .each_ref()
        .map(|journal| [&REDRIVE[..], &["--ramp", "2,10", "--journal", journal]].concat());
    let (first, second) = tokio::join!(run(&aws, &lines[0]), run(&aws, &lines[1]));
    assert_put_back_once(&aws, &kept);
    assert_eq!(first.put_back + second.put_back, kept.len());
}

#[tokio::test]
async fn what_comes_while_a_queue_is_drained_is_put_back_too_up_to_the_most_that_were_asked_for() {
    let (kept, folder) = (all(), Folder::new("fills"));
    let (aws, journal) = (world(&kept), folder.file("journal"));
    let purchase = &kept[0];
    let arriving = (0..20).map(|number| {
        let mut content = purchase.content();
        content.body = content.body.replace("g1", &format!("a{number}"));
        content.deduplication_id = Some(number.to_string());
        (purchase.queue, content)
    });
    aws.state().arriving = arriving.collect();
    let line = [&REDRIVE[..], &["--max", "15", "--journal", &journal]].concat();
    let redriven = run(&aws, &line).await;
    assert_eq!((redriven.put_back, redriven.ended), (15, Ended::MaxReached));
    assert!(
        text(&redriven).contains("To go on: matchflow redrive p r --execute --max 15"),
        "{}",
        text(&redriven)
    );
    let state = aws.state();
    let on = |queues: &[&str]| {
        queues
            .iter()
            .map(|queue| state.sqs.messages(queue).len())
            .sum::<usize>()
    };
    let left = on(&[
        "quarantine.fifo",
        "undelivered.fifo",
        "points-dead-letters.fifo",
        "notification-dead-letters",
    ]);
    let there = on(&["intake.fifo", "points.fifo", "notification"]) + state.published.len();
    assert_eq!(there, 15);
    assert_eq!(
        left + there,
        kept.len() + 20 - state.arriving.len(),
        "one is lost or doubled"
    );
}

#[tokio::test]
async fn one_that_goes_on_at_once_waits_for_what_the_killed_one_had_received() {
    let (kept, folder) = (all(), Folder::new("at-once"));
    let (aws, journal) = (world(&kept), folder.file("journal"));
    let line = [&REDRIVE[..], &["--hold", "1", "--ramp", "10", "--journal", &journal]].concat();
    let of_points = |state: &super::aws::State| {
        state
            .calls
            .iter()
            .position(|call| call.starts_with("SendMessage points"))
    };
    let calls = world(&kept);
    run(
        &calls,
        &[&REDRIVE[..], &["--ramp", "10", "--journal", &folder.file("other")]].concat(),
    )
    .await;
    let send = of_points(&calls.state()).unwrap();
    aws.plan(Some((send, Fault::KilledAfter)));
    let (stack, arguments) = (aws.stack(), redrive_arguments(&line));
    assert!(until_killed(&aws, redrive::execute(&stack, &arguments)).await.is_none());
    aws.plan(None);
    let redriven = run(&aws, &["redrive", "--resume", &journal, "--rate", "1000"]).await;
    assert_eq!(
        (redriven.put_back, redriven.ended, redriven.maybe_sent_twice),
        (kept.len(), Ended::Done, 1)
    );
    assert_put_back_once(&aws, &kept);
}

#[tokio::test]
async fn nothing_is_put_back_onto_a_queue_that_no_function_reads() {
    let (kept, folder) = (all(), Folder::new("paused"));
    let (aws, journal) = (world(&kept), folder.file("journal"));
    aws.state().paused = vec!["points.fifo"];
    let why = "4  stay in points-dead-letters.fifo: points.fifo is not read (its event source mapping is Disabled)";
    let line = [&REDRIVE[..], &["--journal", &journal]].concat();
    let plan = redrive::plan(&aws.stack(), &redrive_arguments(&line)).await.unwrap();
    assert!(text(&plan).contains(why), "{}", text(&plan));
    let redriven = run(&aws, &line).await;
    assert_eq!((redriven.put_back, redriven.ended), (3, Ended::Done));
    assert!(
        text(&redriven).contains(&why.replace("4  ", "4 ")),
        "{}",
        text(&redriven)
    );
    assert!(text(&redriven).contains("first matchflow resume points"));
    assert!(aws.state().sqs.messages("points.fifo").is_empty());

    aws.state().paused.clear();
    aws.advance(super::LATER);
    let redriven = run(&aws, &["redrive", "--resume", &journal, "--rate", "1000"]).await;
    assert_eq!((redriven.put_back, redriven.ended), (kept.len(), Ended::Done));
    assert_put_back_once(&aws, &kept);
}

#[tokio::test]
async fn a_partner_admin_needs_rights_on_the_partners_queues_alone() {
    let aws = FakeAws::new();
    let (queue, folder) = ("partners-dead-letters.fifo", Folder::new("partners"));
    let journal = folder.file("journal");
    for id in ["1", "2"] {
        let content = MessageContent {
            body: format!(r#"{{"type":"partner.registered","data":{{"partner":{{"id":"p"}},"version":{id}}}}}"#),
            group: Some("p".to_owned()),
            deduplication_id: Some(id.to_owned()),
            ..MessageContent::default()
        };
        aws.send(queue, content);
    }
    aws.state().allowed = Some(vec![queue, "partners.fifo"]);
    let chosen = ["redrive", "p", "--queue", "partners-dead-letters"];
    let plan = redrive::plan(&aws.stack(), &redrive_arguments(&chosen)).await.unwrap();
    assert!(
        text(&plan).contains("     2  from partners-dead-letters.fifo to partners.fifo"),
        "{}",
        text(&plan)
    );
    let line = [&chosen[..], &["--execute", "--rate", "1000", "--journal", &journal]].concat();
    let redriven = run(&aws, &line).await;
    assert_eq!(
        (redriven.put_back, redriven.ended),
        (2, Ended::Done),
        "{}",
        text(&redriven)
    );
    let unseen = "Whether they were handled was not looked at: dynamodb:GetItem failed: AccessDenied (request id request-of-the-fake).";
    assert!(text(&redriven).contains(unseen), "{}", text(&redriven));
    assert_eq!(aws.state().sqs.messages("partners.fifo").len(), 2);
    let everywhere = redrive::plan(&aws.stack(), &redrive_arguments(&["redrive", "p"])).await;
    assert!(everywhere.unwrap_err().is_denied());
}

#[tokio::test]
async fn a_look_keeps_no_bodies_in_memory_and_says_the_same_of_each() {
    let (kept, folder) = (all(), Folder::new("look"));
    let aws = world(&kept);
    let held = held::look(&aws.stack(), 1000).await.unwrap();
    let failed: Vec<_> = held.iter().flat_map(|held| &held.failed).collect();
    assert_eq!(failed.len(), kept.len());
    assert!(
        failed
            .iter()
            .all(|failed| failed.message.body.is_empty() && failed.message.attributes.is_empty())
    );
    assert_eq!(failed.iter().filter(|failed| failed.cause == "its cause").count(), 5);
    let journal = folder.file("journal");
    assert_eq!(
        run(&aws, &[&REDRIVE[..], &["--journal", &journal]].concat())
            .await
            .put_back,
        kept.len()
    );
}

#[tokio::test]
async fn no_more_are_sent_than_were_asked_for_whatever_an_earlier_run_has_sent() {
    let (kept, folder) = (all(), Folder::new("most"));
    let (aws, journal) = (world(&kept), folder.file("journal"));
    let line = [
        &REDRIVE[..],
        &["--queue", "points-dead-letters", "--max", "1", "--journal", &journal],
    ]
    .concat();
    let calls = world(&kept);
    run(&calls, &[&line[..line.len() - 1], &[&*folder.file("other")]].concat()).await;
    let delete = calls
        .state()
        .calls
        .iter()
        .position(|call| call.starts_with("DeleteMessage"))
        .unwrap();
    aws.plan(Some((delete, Fault::KilledBefore)));
    let (stack, arguments) = (aws.stack(), redrive_arguments(&line));
    assert!(until_killed(&aws, redrive::execute(&stack, &arguments)).await.is_none());
    aws.plan(None);
    make_older(Path::new(&journal)); // what was sent is still hidden, and the redrive does not wait for it
    aws.send(
        "points-dead-letters.fifo",
        MessageContent {
            group: Some("x".to_owned()),
            ..kept[2].content()
        },
    );
    let resume = ["redrive", "--resume", &journal, "--rate", "1000"];
    let redriven = run(&aws, &resume).await;
    assert_eq!(
        (redriven.put_back, redriven.sent_not_deleted),
        (0, 1),
        "{}",
        text(&redriven)
    );
    assert_eq!(aws.state().sqs.messages("points.fifo").len(), 1);
    aws.advance(super::LATER);
    let redriven = run(&aws, &resume).await;
    assert_eq!(
        (redriven.put_back, redriven.sent_not_deleted, redriven.ended),
        (1, 0, Ended::MaxReached)
    );
    let state = aws.state();
    assert_eq!(
        (
            state.sqs.messages("points.fifo").len(),
            state.sqs.messages("points-dead-letters.fifo").len()
        ),
        (1, 4)
    );
}
