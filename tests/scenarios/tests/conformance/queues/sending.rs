//! What a queue takes, and what it takes for a duplicate.

use support::wiring::QueueSpec;

use super::{FIFO, STANDARD, with};
use crate::fixtures::{OutgoingMessage, fifo_message, queue, standard_message};
use crate::testbed::{Testbed, bodies};

pub async fn a_duplicate_is_accepted_and_not_delivered<B: Testbed>() {
    let testbed: B = with([queue(FIFO)]).await;
    let message = |group, body| OutgoingMessage {
        id: Some("one"),
        ..fifo_message(group, body)
    };
    let first = testbed.send(FIFO, message("a", "1")).await.unwrap();
    let again = testbed.send(FIFO, message("a", "2")).await.unwrap();
    let other = testbed.send(FIFO, message("b", "3")).await.unwrap();
    assert_eq!(first, again);
    assert_ne!(first, other, "the scope is the message group");
    let received = testbed.receive(FIFO).await;
    assert_eq!(bodies(&received), ["1", "3"]);
    testbed.delete(FIFO, &received[0]).await.unwrap();
    let again = testbed.send(FIFO, message("a", "4")).await.unwrap();
    assert_eq!(first, again, "also of what is deleted");
    assert_eq!(testbed.receive(FIFO).await.len(), 0);
}

pub async fn the_body_stands_in_for_a_deduplication_id<B: Testbed>() {
    let testbed: B = with([QueueSpec {
        content_based_deduplication: true,
        ..queue(FIFO)
    }])
    .await;
    for (id, body) in [(None, "1"), (None, "1"), (None, "2"), (Some("x"), "1")] {
        let message = OutgoingMessage {
            id,
            ..fifo_message("a", body)
        };
        testbed.send(FIFO, message).await.unwrap();
    }
    assert_eq!(bodies(&testbed.receive(FIFO).await), ["1", "2", "1"]);
}

pub async fn a_fifo_message_needs_group_and_deduplication_id<B: Testbed>() {
    let testbed: B = with([queue(FIFO)]).await;
    let (group, id) = (None, None);
    testbed
        .send(
            FIFO,
            OutgoingMessage {
                group,
                ..fifo_message("a", "1")
            },
        )
        .await
        .unwrap_err();
    testbed
        .send(
            FIFO,
            OutgoingMessage {
                id,
                ..fifo_message("a", "1")
            },
        )
        .await
        .unwrap_err();
    assert_eq!(testbed.receive(FIFO).await.len(), 0);
}

pub async fn a_message_may_not_be_larger_than_the_queue_takes<B: Testbed>() {
    let testbed: B = with([queue(STANDARD)]).await;
    let size = queue(STANDARD).maximum_message_size;
    testbed
        .send(STANDARD, standard_message(&"x".repeat(size)))
        .await
        .unwrap();
    let refused = testbed
        .send(STANDARD, standard_message(&"x".repeat(size + 1)))
        .await;
    assert_eq!(refused.unwrap_err(), "InvalidParameterValue");
}
