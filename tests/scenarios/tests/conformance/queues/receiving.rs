//! What becomes of a message that was received.

use support::wiring::QueueSpec;

use super::{FIFO, STANDARD};
use crate::fixtures::{LONG, SHORT, fifo_message, queue, queue_with_dead_letters};
use crate::testbed::{Testbed, bodies};

const DEAD: [(&str, &str); 2] = [(FIFO, "dead-letters.fifo"), (STANDARD, "dead-letters")];

pub async fn what_is_not_deleted_comes_back<B: Testbed>() {
    for name in [FIFO, STANDARD] {
        let visibility = SHORT;
        let aws = B::with_queues([QueueSpec {
            visibility,
            ..queue(name)
        }])
        .await;
        let id = aws.send(name, fifo_message("a", "1")).await;
        let first = aws.receive(name).await;
        aws.wait(visibility).await;
        let second = aws.receive(name).await;
        for (message, count) in [(&first[0], "1"), (&second[0], "2")] {
            let attributes = message.attributes().unwrap();
            assert_eq!(message.message_id(), Some(&*id));
            assert_eq!(attributes[&"ApproximateReceiveCount".into()], count);
        }
        assert_ne!(first[0].receipt_handle(), second[0].receipt_handle());
    }
}

pub async fn a_new_visibility_time_out_counts_from_now<B: Testbed>() {
    for name in [FIFO, STANDARD] {
        let aws = B::with_queues([queue(name)]).await;
        aws.send(name, fifo_message("a", "1")).await;
        let held = aws.receive(name).await;
        assert_eq!(held.len(), 1);
        assert_eq!(aws.receive(name).await.len(), 0);
        aws.release(name, &held[0]).await;
        let held = aws.receive(name).await;
        aws.change_visibility(name, &held[0], SHORT).await.unwrap();
        aws.wait(SHORT).await;
        let held = aws.receive(name).await;
        aws.change_visibility(name, &held[0], SHORT).await.unwrap();
        aws.change_visibility(name, &held[0], LONG).await.unwrap();
        aws.wait(SHORT).await;
        assert_eq!(aws.receive(name).await.len(), 0, "the last one counts");
    }
}

pub async fn a_dead_letter_keeps_what_was_sent<B: Testbed>() {
    for (name, dead) in DEAD {
        let source = queue_with_dead_letters(name, dead, 2);
        let aws = B::with_queues([queue(dead), source]).await;
        aws.send(name, fifo_message("a", "1")).await;
        aws.send(name, fifo_message("b", "2")).await;
        for _ in 0..2 {
            let received = aws.receive(name).await;
            let mut received = received.iter();
            let first = received.find(|message| message.body() == Some("1"));
            aws.release(name, first.unwrap()).await;
        }
        assert_eq!(aws.receive(dead).await.len(), 0, "twice is not too often");
        assert_eq!(aws.receive(name).await.len(), 0, "three times is");
        let received = aws.receive(dead).await;
        assert_eq!(bodies(&received), ["1"]);
        let attributes = received[0].attributes().unwrap();
        assert_eq!(attributes[&"MessageGroupId".into()], "a");
    }
}

pub async fn what_is_deleted_is_gone<B: Testbed>() {
    for name in [FIFO, STANDARD] {
        let aws = B::with_queues([queue(name)]).await;
        aws.send(name, fifo_message("a", "1")).await;
        aws.send(name, fifo_message("a", "2")).await;
        for received in aws.receive(name).await {
            aws.delete(name, &received).await.unwrap();
        }
        aws.send(name, fifo_message("a", "3")).await;
        assert_eq!(bodies(&aws.receive(name).await), ["3"]);
    }
}

pub async fn a_stale_receipt_deletes_nothing_of_a_fifo_queue<B: Testbed>() {
    let aws = B::with_queues([queue(FIFO)]).await;
    aws.send(FIFO, fifo_message("a", "1")).await;
    let first = aws.receive(FIFO).await;
    aws.release(FIFO, &first[0]).await;
    let second = aws.receive(FIFO).await;
    aws.delete(FIFO, &first[0]).await.unwrap_err();
    aws.release(FIFO, &second[0]).await;
    assert_eq!(bodies(&aws.receive(FIFO).await), ["1"]);
}
