//! What AWS promises and the engine is known not to keep (docs/reference/local-engine.md). Asserted of both, so that a fixed engine fails
//! the test.

use std::time::Duration;

use aws_sdk_sqs::types::MessageAttributeValue;
use support::wiring::QueueSpec;

use crate::fixtures::{SHORT, fifo_message, queue, queue_with_dead_letters, standard_message, subscription};
use crate::testbed::Testbed;
use crate::topic::{attribute, entry, with_subscribed_queues};

pub async fn an_expired_receipt_deletes_nothing_of_a_fifo_queue<B: Testbed>() {
    let visibility = SHORT;
    let short = QueueSpec {
        visibility,
        ..queue("queue.fifo")
    };
    let aws = B::with_queues([short]).await;
    aws.send("queue.fifo", fifo_message("a", "1")).await;
    let received = aws.receive("queue.fifo").await;
    aws.wait(visibility).await;
    let deleted = aws.delete("queue.fifo", &received[0]).await;
    assert_eq!(deleted.is_err(), B::LIKE_AWS);
    let left = aws.receive("queue.fifo").await.len();
    assert_eq!(left == 1, B::LIKE_AWS);
}

pub async fn only_what_is_in_flight_gets_a_new_time_out<B: Testbed>() {
    let aws = B::with_queues([queue("queue")]).await;
    aws.send("queue", standard_message("1")).await;
    let received = aws.receive("queue").await;
    aws.release("queue", &received[0]).await;
    let changed = aws.change_visibility("queue", &received[0], Duration::ZERO).await;
    assert_eq!(changed.is_err(), B::LIKE_AWS);
}

pub async fn attributes_count_as_size<B: Testbed>() {
    let aws = B::with_queues([queue("queue")]).await;
    let large = "x".repeat(queue("queue").maximum_message_size);
    let attribute = MessageAttributeValue::builder().data_type("String");
    let attribute = attribute.string_value("x").build().unwrap();
    let send = aws.sqs().send_message().queue_url(aws.url("queue"));
    let send = send.message_body(large).message_attributes("x", attribute);
    assert_eq!(send.send().await.is_err(), B::LIKE_AWS);
}

pub async fn a_batch_is_not_larger_than_a_message_may_be<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let half = "x".repeat(128 * 1024);
    let fits = vec![entry("1", "a", &half)];
    assert!(aws.publish(fits).await.is_ok());
    let entries = ["2", "3"].map(|id| entry(id, "a", &format!("{half}x")));
    let published = aws.publish(entries.into()).await;
    assert_eq!(published.is_err(), B::LIKE_AWS);
}

pub async fn the_topic_deduplicates_by_group<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let first = aws.publish(vec![entry("1", "a", "1")]).await.unwrap();
    let other = aws.publish(vec![entry("1", "b", "2")]).await.unwrap();
    assert_eq!(first != other, B::LIKE_AWS);
    let count = aws.receive("all").await.len();
    assert_eq!(count == 2, B::LIKE_AWS);
}

pub async fn standard_queues_get_no_group<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    aws.publish(vec![entry("1", "a", "1")]).await.unwrap();
    let received = aws.receive("all").await;
    let group = attribute(&received[0], "MessageGroupId");
    assert_eq!(group.is_none(), B::LIKE_AWS);
}

pub async fn what_a_queue_refuses_goes_to_the_undelivered_queue<B: Testbed>() {
    let undelivered = QueueSpec {
        maximum_message_size: 4096,
        ..queue("undelivered.fifo")
    };
    let queues = vec![undelivered, queue("small")];
    let aws = B::with(queues, vec![subscription("small", None)]).await;
    let large = "x".repeat(2048);
    aws.publish(vec![entry("1", "a", &large)]).await.unwrap();
    let arrived = aws.receive("small").await.len();
    let undelivered = aws.receive("undelivered.fifo").await.len();
    let expected = if B::LIKE_AWS { (0, 1) } else { (1, 0) };
    assert_eq!((arrived, undelivered), expected);
}

pub async fn a_dead_letters_id_is_its_deduplication_id<B: Testbed>() {
    let source = queue_with_dead_letters("queue.fifo", "dead-letters.fifo", 1);
    let aws = B::with_queues([queue("dead-letters.fifo"), source]).await;
    let id = aws.send("queue.fifo", fifo_message("a", "1")).await;
    let received = aws.receive("queue.fifo").await;
    aws.release("queue.fifo", &received[0]).await;
    assert_eq!(aws.receive("queue.fifo").await.len(), 0);
    let dead = aws.receive("dead-letters.fifo").await;
    let expected = if B::LIKE_AWS { &*id } else { "1" };
    let found = attribute(&dead[0], "MessageDeduplicationId");
    assert_eq!(found, Some(expected));
}
