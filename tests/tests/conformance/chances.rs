//! What AWS does after minutes, at an operator's word or when something fails: the twins alone show it.

use std::time::Duration;

use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;
use matchflow_tests::world::sqs::{DeadLetters, QueueSpec};

use crate::bed::{Bed, LONG, alone, bodies, of, queue};
use crate::topic::{entry, listening};
use crate::twin::Twins;

const MOMENT: Duration = Duration::from_millis(1);
const ALMOST_FIVE_MINUTES: Duration = Duration::from_millis(299_999);
const ALMOST_LONG: Duration = Duration::from_millis(59_999);

async fn with<const N: usize>(queues: [QueueSpec; N]) -> Twins {
    Twins::with(queues.into(), Vec::new()).await
}

#[tokio::test]
async fn a_queue_deduplicates_for_five_minutes() {
    let bed = with([queue("queue.fifo")]).await;
    let mut ids = Vec::new();
    for wait in [Duration::ZERO, ALMOST_FIVE_MINUTES, MOMENT] {
        bed.wait(wait).await;
        ids.push(bed.send("queue.fifo", of("a", "1")).await.unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(bed.receive("queue.fifo").await.len(), 2);
}

#[tokio::test]
async fn the_topic_deduplicates_for_five_minutes() {
    let bed: Twins = listening().await;
    let mut answers = Vec::new();
    for wait in [Duration::ZERO, ALMOST_FIVE_MINUTES, MOMENT] {
        bed.wait(wait).await;
        answers.push(bed.publish(vec![entry("1", "a", "1")]).await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[0], answers[2]);
    assert_eq!(bed.state().aws.topic.published().len(), 2);
    assert_eq!(bed.receive("all").await.len(), 2);
}

#[tokio::test]
async fn a_time_out_is_over_at_its_end_and_not_before() {
    for name in ["queue.fifo", "queue"] {
        let bed = with([queue(name)]).await;
        bed.send(name, of("a", "1")).await.unwrap();
        assert_eq!(bed.receive(name).await.len(), 1);
        bed.wait(ALMOST_LONG).await;
        assert_eq!(bed.receive(name).await.len(), 0);
        bed.wait(MOMENT).await;
        assert_eq!(bed.receive(name).await.len(), 1);
    }
}

#[tokio::test]
async fn a_redrive_sends_anew() {
    let dead_letters = Some(DeadLetters {
        queue: "dead.fifo".to_owned(),
        max_receive_count: 1,
    });
    let delay = Duration::from_secs(3);
    let source = QueueSpec {
        dead_letters,
        delay,
        ..queue("queue.fifo")
    };
    let bed = with([queue("dead.fifo"), source]).await;
    let id = bed.send("queue.fifo", of("a", "1")).await.unwrap();
    for received in [1, 0] {
        bed.wait(LONG).await;
        assert_eq!(bed.receive("queue.fifo").await.len(), received);
    }
    let late = bed.send("queue.fifo", of("a", "2")).await.unwrap();
    let held = bed.receive("dead.fifo").await;
    let now = bed.state().now;
    assert_eq!(bed.state().aws.sqs.redrive(now, "dead.fifo"), 0, "held");
    bed.show("dead.fifo", &held[0], Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(bed.state().aws.sqs.redrive(now, "dead.fifo"), 1);
    assert_eq!(bed.receive("dead.fifo").await.len(), 0);
    assert_eq!(
        bed.receive("queue.fifo").await.len(),
        0,
        "the queue's delay"
    );
    bed.wait(delay).await;
    let received = bed.receive("queue.fifo").await;
    assert_eq!(bodies(&received), ["2", "1"], "behind what came meanwhile");
    assert_eq!(received[0].message_id(), Some(&*late));
    assert_ne!(received[1].message_id(), Some(&*id));
    let attributes = received[1].attributes().unwrap();
    assert_eq!(attributes[&"ApproximateReceiveCount".into()], "1");
    assert_eq!(attributes[&"MessageGroupId".into()], "a");
}

#[tokio::test]
async fn a_standard_queue_may_deliver_what_was_deleted() {
    let bed = with([queue("queue")]).await;
    let id = bed.send("queue", alone("1")).await.unwrap();
    let now = bed.state().now;
    assert!(
        !bed.state().aws.sqs.redeliver(now, "queue", &id),
        "not deleted"
    );
    let received = bed.receive("queue").await;
    bed.delete("queue", &received[0]).await.unwrap();
    assert_eq!(bed.receive("queue").await.len(), 0);
    assert!(bed.state().aws.sqs.redeliver(now, "queue", &id));
    assert_eq!(bed.receive("queue").await[0].message_id(), Some(&*id));
}

#[tokio::test]
async fn what_cannot_be_delivered_is_set_aside_once() {
    let bed: Twins = listening().await;
    let both = ["all".to_owned(), "all.fifo".to_owned()];
    bed.state().luck.unreachable.extend(both);
    bed.publish(vec![entry("1", "a", "1")]).await.unwrap();
    bed.state().luck.unreachable.clear();
    assert_eq!(bed.receive("all").await.len(), 0);
    assert_eq!(bed.receive("all.fifo").await.len(), 0);
    let set_aside = bed.state().aws.sqs.all("undelivered.fifo").to_vec();
    let bodies: Vec<_> = set_aside.iter().map(|message| &*message.body).collect();
    assert_eq!(bodies, ["1"]);
    let now = bed.state().now;
    let received = bed
        .state()
        .aws
        .sqs
        .receive(now, "undelivered.fifo", 10, &mut |_| 0);
    bed.state().aws.republish(now, &received[0], "again");
    assert_eq!(bed.receive("all").await.len(), 1);
    assert_eq!(bed.receive("all.fifo").await.len(), 1);
}

#[tokio::test]
async fn some_entries_of_a_batch_fail() {
    let bed: Twins = listening().await;
    bed.state().luck.entries.extend([false, true, false]);
    let entries = ["1", "2", "3"].map(|id| entry(id, "a", id));
    let answers = bed.publish(entries.into()).await.unwrap();
    let failed: Vec<_> = answers.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, true, false]);
    assert_eq!(bodies(&bed.receive("all.fifo").await), ["1", "3"]);

    bed.state().luck.entries.push_back(true);
    let received = bed.receive("all").await;
    let entry = |(id, message): (usize, &aws_sdk_sqs::types::Message)| {
        ChangeMessageVisibilityBatchRequestEntry::builder()
            .id(id.to_string())
            .receipt_handle(message.receipt_handle().unwrap())
            .visibility_timeout(0)
            .build()
            .unwrap()
    };
    let change = bed
        .sqs()
        .change_message_visibility_batch()
        .queue_url(bed.url("all"));
    let entries = received.iter().enumerate().map(entry).collect();
    let changed = change.set_entries(Some(entries)).send().await.unwrap();
    assert_eq!(changed.failed()[0].id(), "0");
    assert_eq!(changed.successful()[0].id(), "1");
    let shown = bed.receive("all").await;
    assert_eq!(bodies(&shown), bodies(&received[1..]));
}

#[tokio::test]
async fn a_disabled_endpoint_is_refused() {
    let bed: Twins = listening().await;
    let arn = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/device";
    let push = bed.sns().publish().target_arn(arn).message("1");
    push.clone().send().await.unwrap();
    bed.state().aws.phones.disable(arn);
    let refused = push.send().await.unwrap_err().into_service_error();
    assert!(refused.is_endpoint_disabled_exception(), "{refused:?}");
    assert_eq!(bed.state().aws.phones.texts().len(), 1);
}
