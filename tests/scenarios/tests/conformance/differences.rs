//! What AWS promises and the engine is known not to keep (docs/reference/local-engine.md). Asserted of both, so that it is noticed
//! when the engine mends it.

use std::time::Duration;

use aws_sdk_sqs::types::MessageAttributeValue;
use support::wiring::{DeadLetters, QueueSpec};

use crate::bed::Bed;
use crate::given::{SHORT, alone, of, queue, subscription};
use crate::topic::{attribute, entry, listening};

pub async fn an_expired_receipt_deletes_nothing_of_a_fifo_queue<B: Bed>() {
    let visibility = SHORT;
    let short = QueueSpec {
        visibility,
        ..queue("queue.fifo")
    };
    let bed = B::with(vec![short], Vec::new()).await;
    bed.send("queue.fifo", of("a", "1")).await.unwrap();
    let received = bed.receive("queue.fifo").await;
    bed.wait(visibility).await;
    let deleted = bed.delete("queue.fifo", &received[0]).await;
    assert_eq!(deleted.is_err(), B::AS_ON_AWS);
    let left = bed.receive("queue.fifo").await.len();
    assert_eq!(left == 1, B::AS_ON_AWS);
}

pub async fn only_what_is_in_flight_gets_a_new_time_out<B: Bed>() {
    let bed = B::with(vec![queue("queue")], Vec::new()).await;
    bed.send("queue", alone("1")).await.unwrap();
    let received = bed.receive("queue").await;
    bed.show("queue", &received[0], Duration::ZERO)
        .await
        .unwrap();
    let changed = bed.show("queue", &received[0], Duration::ZERO).await;
    assert_eq!(changed.is_err(), B::AS_ON_AWS);
}

pub async fn attributes_count_as_size<B: Bed>() {
    let bed = B::with(vec![queue("queue")], Vec::new()).await;
    let large = "x".repeat(queue("queue").maximum_message_size);
    let attribute = MessageAttributeValue::builder().data_type("String");
    let attribute = attribute.string_value("x").build().unwrap();
    let send = bed.sqs().send_message().queue_url(bed.url("queue"));
    let send = send.message_body(large).message_attributes("x", attribute);
    assert_eq!(send.send().await.is_err(), B::AS_ON_AWS);
}

pub async fn a_batch_is_not_larger_than_a_message_may_be<B: Bed>() {
    let bed: B = listening().await;
    let half = "x".repeat(128 * 1024);
    let fits = vec![entry("1", "a", &half)];
    assert!(bed.publish(fits).await.is_ok());
    let entries = ["2", "3"].map(|id| entry(id, "a", &format!("{half}x")));
    let published = bed.publish(entries.into()).await;
    assert_eq!(published.is_err(), B::AS_ON_AWS);
}

pub async fn the_topic_deduplicates_by_group<B: Bed>() {
    let bed: B = listening().await;
    let first = bed.publish(vec![entry("1", "a", "1")]).await.unwrap();
    let other = bed.publish(vec![entry("1", "b", "2")]).await.unwrap();
    assert_eq!(first != other, B::AS_ON_AWS);
    let count = bed.receive("all").await.len();
    assert_eq!(count == 2, B::AS_ON_AWS);
}

pub async fn standard_queues_get_no_group<B: Bed>() {
    let bed: B = listening().await;
    bed.publish(vec![entry("1", "a", "1")]).await.unwrap();
    let received = bed.receive("all").await;
    let group = attribute(&received[0], "MessageGroupId");
    assert_eq!(group.is_none(), B::AS_ON_AWS);
}

pub async fn what_a_queue_does_not_take_is_set_aside<B: Bed>() {
    let undelivered = QueueSpec {
        maximum_message_size: 4096,
        ..queue("undelivered.fifo")
    };
    let queues = vec![undelivered, queue("small")];
    let bed = B::with(queues, vec![subscription("small", None)]).await;
    let large = "x".repeat(2048);
    bed.publish(vec![entry("1", "a", &large)]).await.unwrap();
    let arrived = bed.receive("small").await.len();
    let set_aside = bed.receive("undelivered.fifo").await.len();
    let expected = if B::AS_ON_AWS { (0, 1) } else { (1, 0) };
    assert_eq!((arrived, set_aside), expected);
}

pub async fn a_dead_letters_id_is_its_deduplication_id<B: Bed>() {
    let dead_letters = Some(DeadLetters {
        queue: "dead-letters.fifo".to_owned(),
        max_receive_count: 1,
    });
    let source = QueueSpec {
        dead_letters,
        ..queue("queue.fifo")
    };
    let queues = vec![queue("dead-letters.fifo"), source];
    let bed = B::with(queues, Vec::new()).await;
    let id = bed.send("queue.fifo", of("a", "1")).await.unwrap();
    let received = bed.receive("queue.fifo").await;
    bed.show("queue.fifo", &received[0], Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(bed.receive("queue.fifo").await.len(), 0);
    let dead = bed.receive("dead-letters.fifo").await;
    let expected = if B::AS_ON_AWS { &*id } else { "1" };
    let found = attribute(&dead[0], "MessageDeduplicationId");
    assert_eq!(found, Some(expected));
}
