//! What the topic does after minutes, and when a delivery fails.

use std::time::Duration;

use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;

use super::{ALMOST_FIVE_MINUTES, MOMENT};
use crate::fakes::Fakes;
use crate::testbed::{Testbed, bodies};
use crate::topic::{entry, with_subscribed_queues};

#[tokio::test]
async fn the_topic_deduplicates_for_five_minutes() {
    let aws: Fakes = with_subscribed_queues().await;
    let mut answers = Vec::new();
    for wait in [Duration::ZERO, ALMOST_FIVE_MINUTES, MOMENT] {
        aws.wait(wait).await;
        answers.push(aws.publish(vec![entry("1", "a", "1")]).await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[0], answers[2]);
    let accepted = aws.state().fake.topic.published().to_vec();
    let duplicates: Vec<_> = accepted.iter().map(|accepted| accepted.is_duplicate).collect();
    assert_eq!(duplicates, [false, true, false]);
    assert_eq!(aws.receive("all").await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_delivered_goes_to_the_undelivered_queue_once() {
    let aws: Fakes = with_subscribed_queues().await;
    let both = ["all".to_owned(), "all.fifo".to_owned()];
    aws.state().choices.unreachable.extend(both);
    aws.publish(vec![entry("1", "a", "1")]).await.unwrap();
    aws.state().choices.unreachable.clear();
    assert_eq!(aws.receive("all").await.len(), 0);
    assert_eq!(aws.receive("all.fifo").await.len(), 0);
    let undelivered = aws.state().fake.sqs.messages("undelivered.fifo").to_vec();
    let bodies: Vec<_> = undelivered.iter().map(|message| &*message.content.body).collect();
    assert_eq!(bodies, ["1"]);
    let now = aws.state().now;
    let received = aws.state().fake.sqs.receive(now, "undelivered.fifo", 10, &mut |_| 0);
    aws.state().fake.republish(now, &received[0], "again");
    assert_eq!(aws.receive("all").await.len(), 1);
    assert_eq!(aws.receive("all.fifo").await.len(), 1);
}

#[tokio::test]
async fn some_entries_of_a_batch_fail() {
    let aws: Fakes = with_subscribed_queues().await;
    aws.state().choices.entries.extend([false, true, false]);
    let entries = ["1", "2", "3"].map(|id| entry(id, "a", id));
    let answers = aws.publish(entries.into()).await.unwrap();
    let failed: Vec<_> = answers.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, true, false]);
    assert_eq!(bodies(&aws.receive("all.fifo").await), ["1", "3"]);

    aws.state().choices.entries.push_back(true);
    let received = aws.receive("all").await;
    let entry = |(id, message): (usize, &aws_sdk_sqs::types::Message)| {
        ChangeMessageVisibilityBatchRequestEntry::builder()
            .id(id.to_string())
            .receipt_handle(message.receipt_handle().unwrap())
            .visibility_timeout(0)
            .build()
            .unwrap()
    };
    let change = aws.sqs().change_message_visibility_batch().queue_url(aws.url("all"));
    let entries = received.iter().enumerate().map(entry).collect();
    let changed = change.set_entries(Some(entries)).send().await.unwrap();
    assert_eq!(changed.failed()[0].id(), "0");
    assert_eq!(changed.successful()[0].id(), "1");
    let shown = aws.receive("all").await;
    assert_eq!(bodies(&shown), bodies(&received[1..]));
}

#[tokio::test]
async fn a_disabled_endpoint_is_refused() {
    let aws: Fakes = with_subscribed_queues().await;
    let arn = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/device";
    let push = aws.sns().publish().target_arn(arn).message("1");
    push.clone().send().await.unwrap();
    aws.state().fake.devices.disable(arn);
    let refused = push.send().await.unwrap_err().into_service_error();
    assert!(refused.is_endpoint_disabled_exception(), "{refused:?}");
    assert_eq!(aws.state().fake.devices.messages().len(), 1);
}
