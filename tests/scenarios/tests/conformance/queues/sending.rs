//! What a queue takes, and what it takes for a duplicate.

use support::wiring::QueueSpec;

use super::{FIFO, STANDARD, with};
use crate::bed::{Bed, bodies};
use crate::given::{Sent, alone, of, queue};

pub async fn a_duplicate_is_accepted_and_not_delivered<B: Bed>() {
    let bed: B = with([queue(FIFO)]).await;
    let message = |group, body| Sent {
        id: Some("one"),
        ..of(group, body)
    };
    let first = bed.send(FIFO, message("a", "1")).await.unwrap();
    let again = bed.send(FIFO, message("a", "2")).await.unwrap();
    let other = bed.send(FIFO, message("b", "3")).await.unwrap();
    assert_eq!(first, again);
    assert_ne!(first, other, "the scope is the message group");
    let received = bed.receive(FIFO).await;
    assert_eq!(bodies(&received), ["1", "3"]);
    bed.delete(FIFO, &received[0]).await.unwrap();
    let again = bed.send(FIFO, message("a", "4")).await.unwrap();
    assert_eq!(first, again, "also of what is deleted");
    assert_eq!(bed.receive(FIFO).await.len(), 0);
}

pub async fn the_body_stands_in_for_a_deduplication_id<B: Bed>() {
    let bed: B = with([QueueSpec {
        content_based_deduplication: true,
        ..queue(FIFO)
    }])
    .await;
    for (id, body) in [(None, "1"), (None, "1"), (None, "2"), (Some("x"), "1")] {
        let message = Sent {
            id,
            ..of("a", body)
        };
        bed.send(FIFO, message).await.unwrap();
    }
    assert_eq!(bodies(&bed.receive(FIFO).await), ["1", "2", "1"]);
}

pub async fn a_fifo_message_needs_group_and_deduplication_id<B: Bed>() {
    let bed: B = with([queue(FIFO)]).await;
    let (group, id) = (None, None);
    bed.send(
        FIFO,
        Sent {
            group,
            ..of("a", "1")
        },
    )
    .await
    .unwrap_err();
    bed.send(FIFO, Sent { id, ..of("a", "1") })
        .await
        .unwrap_err();
    assert_eq!(bed.receive(FIFO).await.len(), 0);
}

pub async fn a_message_may_not_be_larger_than_the_queue_takes<B: Bed>() {
    let bed: B = with([queue(STANDARD)]).await;
    let size = queue(STANDARD).maximum_message_size;
    bed.send(STANDARD, alone(&"x".repeat(size))).await.unwrap();
    let refused = bed.send(STANDARD, alone(&"x".repeat(size + 1))).await;
    assert_eq!(refused.unwrap_err(), "InvalidParameterValue");
}
