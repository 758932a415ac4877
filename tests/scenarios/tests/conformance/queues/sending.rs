//! What a queue takes, and what it takes for a duplicate.

use support::wiring::QueueSpec;

use super::{FIFO, STANDARD};
use crate::fixtures::{OutgoingMessage, fifo_message, queue, standard_message};
use crate::testbed::{Testbed, bodies};

pub async fn a_duplicate_is_accepted_and_not_delivered<B: Testbed>() {
    let aws = B::with_queues([queue(FIFO)]).await;
    let message = |group, body| OutgoingMessage {
        id: Some("one"),
        ..fifo_message(group, body)
    };
    let first = aws.send(FIFO, message("a", "1")).await;
    let again = aws.send(FIFO, message("a", "2")).await;
    let other = aws.send(FIFO, message("b", "3")).await;
    assert_eq!(first, again);
    assert_ne!(first, other, "the scope is the message group");
    let received = aws.receive(FIFO).await;
    assert_eq!(bodies(&received), ["1", "3"]);
    aws.delete(FIFO, &received[0]).await.unwrap();
    let again = aws.send(FIFO, message("a", "4")).await;
    assert_eq!(first, again, "also of what is deleted");
    assert_eq!(aws.receive(FIFO).await.len(), 0);
}

pub async fn the_body_stands_in_for_a_deduplication_id<B: Testbed>() {
    let aws = B::with_queues([QueueSpec {
        content_based_deduplication: true,
        ..queue(FIFO)
    }])
    .await;
    for (id, body) in [(None, "1"), (None, "1"), (None, "2"), (Some("x"), "1")] {
        let message = OutgoingMessage {
            id,
            ..fifo_message("a", body)
        };
        aws.send(FIFO, message).await;
    }
    assert_eq!(bodies(&aws.receive(FIFO).await), ["1", "2", "1"]);
}

pub async fn a_fifo_message_needs_group_and_deduplication_id<B: Testbed>() {
    let aws = B::with_queues([queue(FIFO)]).await;
    let (group, id) = (None, None);
    aws.try_send(
        FIFO,
        OutgoingMessage {
            group,
            ..fifo_message("a", "1")
        },
    )
    .await
    .unwrap_err();
    aws.try_send(
        FIFO,
        OutgoingMessage {
            id,
            ..fifo_message("a", "1")
        },
    )
    .await
    .unwrap_err();
    assert_eq!(aws.receive(FIFO).await.len(), 0);
}

pub async fn a_message_may_not_be_larger_than_the_queue_takes<B: Testbed>() {
    let aws = B::with_queues([queue(STANDARD)]).await;
    let size = queue(STANDARD).maximum_message_size;
    aws.send(STANDARD, standard_message(&"x".repeat(size))).await;
    let refused = aws.try_send(STANDARD, standard_message(&"x".repeat(size + 1))).await;
    assert_eq!(refused.unwrap_err(), "InvalidParameterValue");
}
