//! What becomes of a message that was received.

use std::time::Duration;

use support::wiring::{DeadLetters, QueueSpec};

use super::{FIFO, STANDARD, with};
use crate::bed::{Bed, bodies};
use crate::given::{LONG, SHORT, of, queue};

const DEAD: [(&str, &str); 2] = [(FIFO, "dead-letters.fifo"), (STANDARD, "dead-letters")];

pub async fn what_is_not_deleted_comes_back<B: Bed>() {
    for name in [FIFO, STANDARD] {
        let visibility = SHORT;
        let bed: B = with([QueueSpec {
            visibility,
            ..queue(name)
        }])
        .await;
        let id = bed.send(name, of("a", "1")).await.unwrap();
        let first = bed.receive(name).await;
        bed.wait(visibility).await;
        let second = bed.receive(name).await;
        for (message, count) in [(&first[0], "1"), (&second[0], "2")] {
            let attributes = message.attributes().unwrap();
            assert_eq!(message.message_id(), Some(&*id));
            assert_eq!(attributes[&"ApproximateReceiveCount".into()], count);
        }
        assert_ne!(first[0].receipt_handle(), second[0].receipt_handle());
    }
}

pub async fn a_new_visibility_time_out_counts_from_now<B: Bed>() {
    for name in [FIFO, STANDARD] {
        let bed: B = with([queue(name)]).await;
        bed.send(name, of("a", "1")).await.unwrap();
        let held = bed.receive(name).await;
        assert_eq!(held.len(), 1);
        assert_eq!(bed.receive(name).await.len(), 0);
        bed.show(name, &held[0], Duration::ZERO).await.unwrap();
        let held = bed.receive(name).await;
        bed.show(name, &held[0], SHORT).await.unwrap();
        bed.wait(SHORT).await;
        let held = bed.receive(name).await;
        bed.show(name, &held[0], SHORT).await.unwrap();
        bed.show(name, &held[0], LONG).await.unwrap();
        bed.wait(SHORT).await;
        assert_eq!(bed.receive(name).await.len(), 0, "the last one counts");
    }
}

pub async fn a_dead_letter_keeps_what_was_sent<B: Bed>() {
    for (name, dead) in DEAD {
        let dead_letters = Some(DeadLetters {
            queue: dead.to_owned(),
            max_receive_count: 2,
        });
        let source = QueueSpec {
            dead_letters,
            ..queue(name)
        };
        let bed: B = with([queue(dead), source]).await;
        bed.send(name, of("a", "1")).await.unwrap();
        bed.send(name, of("b", "2")).await.unwrap();
        for _ in 0..2 {
            let received = bed.receive(name).await;
            let mut received = received.iter();
            let first = received.find(|message| message.body() == Some("1"));
            bed.show(name, first.unwrap(), Duration::ZERO)
                .await
                .unwrap();
        }
        assert_eq!(bed.receive(dead).await.len(), 0, "twice is not too often");
        assert_eq!(bed.receive(name).await.len(), 0, "three times is");
        let received = bed.receive(dead).await;
        assert_eq!(bodies(&received), ["1"]);
        let attributes = received[0].attributes().unwrap();
        assert_eq!(attributes[&"MessageGroupId".into()], "a");
    }
}

pub async fn what_is_deleted_is_gone<B: Bed>() {
    for name in [FIFO, STANDARD] {
        let bed: B = with([queue(name)]).await;
        bed.send(name, of("a", "1")).await.unwrap();
        bed.send(name, of("a", "2")).await.unwrap();
        for received in bed.receive(name).await {
            bed.delete(name, &received).await.unwrap();
        }
        bed.send(name, of("a", "3")).await.unwrap();
        assert_eq!(bodies(&bed.receive(name).await), ["3"]);
    }
}

pub async fn a_stale_receipt_deletes_nothing_of_a_fifo_queue<B: Bed>() {
    let bed: B = with([queue(FIFO)]).await;
    bed.send(FIFO, of("a", "1")).await.unwrap();
    let first = bed.receive(FIFO).await;
    bed.show(FIFO, &first[0], Duration::ZERO).await.unwrap();
    let second = bed.receive(FIFO).await;
    bed.delete(FIFO, &first[0]).await.unwrap_err();
    bed.show(FIFO, &second[0], Duration::ZERO).await.unwrap();
    assert_eq!(bodies(&bed.receive(FIFO).await), ["1"]);
}
