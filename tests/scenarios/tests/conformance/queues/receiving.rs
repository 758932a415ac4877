//! What becomes of a message that was received.

use std::time::Duration;

use support::wiring::{DeadLetters, QueueSpec};

use super::{FIFO, STANDARD, with};
use crate::fixtures::{LONG, SHORT, fifo_message, queue};
use crate::testbed::{Testbed, bodies};

const DEAD: [(&str, &str); 2] = [(FIFO, "dead-letters.fifo"), (STANDARD, "dead-letters")];

pub async fn what_is_not_deleted_comes_back<B: Testbed>() {
    for name in [FIFO, STANDARD] {
        let visibility = SHORT;
        let testbed: B = with([QueueSpec {
            visibility,
            ..queue(name)
        }])
        .await;
        let id = testbed.send(name, fifo_message("a", "1")).await.unwrap();
        let first = testbed.receive(name).await;
        testbed.wait(visibility).await;
        let second = testbed.receive(name).await;
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
        let testbed: B = with([queue(name)]).await;
        testbed.send(name, fifo_message("a", "1")).await.unwrap();
        let held = testbed.receive(name).await;
        assert_eq!(held.len(), 1);
        assert_eq!(testbed.receive(name).await.len(), 0);
        testbed
            .change_visibility(name, &held[0], Duration::ZERO)
            .await
            .unwrap();
        let held = testbed.receive(name).await;
        testbed
            .change_visibility(name, &held[0], SHORT)
            .await
            .unwrap();
        testbed.wait(SHORT).await;
        let held = testbed.receive(name).await;
        testbed
            .change_visibility(name, &held[0], SHORT)
            .await
            .unwrap();
        testbed
            .change_visibility(name, &held[0], LONG)
            .await
            .unwrap();
        testbed.wait(SHORT).await;
        assert_eq!(testbed.receive(name).await.len(), 0, "the last one counts");
    }
}

pub async fn a_dead_letter_keeps_what_was_sent<B: Testbed>() {
    for (name, dead) in DEAD {
        let dead_letters = Some(DeadLetters {
            queue: dead.to_owned(),
            max_receive_count: 2,
        });
        let source = QueueSpec {
            dead_letters,
            ..queue(name)
        };
        let testbed: B = with([queue(dead), source]).await;
        testbed.send(name, fifo_message("a", "1")).await.unwrap();
        testbed.send(name, fifo_message("b", "2")).await.unwrap();
        for _ in 0..2 {
            let received = testbed.receive(name).await;
            let mut received = received.iter();
            let first = received.find(|message| message.body() == Some("1"));
            testbed
                .change_visibility(name, first.unwrap(), Duration::ZERO)
                .await
                .unwrap();
        }
        assert_eq!(
            testbed.receive(dead).await.len(),
            0,
            "twice is not too often"
        );
        assert_eq!(testbed.receive(name).await.len(), 0, "three times is");
        let received = testbed.receive(dead).await;
        assert_eq!(bodies(&received), ["1"]);
        let attributes = received[0].attributes().unwrap();
        assert_eq!(attributes[&"MessageGroupId".into()], "a");
    }
}

pub async fn what_is_deleted_is_gone<B: Testbed>() {
    for name in [FIFO, STANDARD] {
        let testbed: B = with([queue(name)]).await;
        testbed.send(name, fifo_message("a", "1")).await.unwrap();
        testbed.send(name, fifo_message("a", "2")).await.unwrap();
        for received in testbed.receive(name).await {
            testbed.delete(name, &received).await.unwrap();
        }
        testbed.send(name, fifo_message("a", "3")).await.unwrap();
        assert_eq!(bodies(&testbed.receive(name).await), ["3"]);
    }
}

pub async fn a_stale_receipt_deletes_nothing_of_a_fifo_queue<B: Testbed>() {
    let testbed: B = with([queue(FIFO)]).await;
    testbed.send(FIFO, fifo_message("a", "1")).await.unwrap();
    let first = testbed.receive(FIFO).await;
    testbed
        .change_visibility(FIFO, &first[0], Duration::ZERO)
        .await
        .unwrap();
    let second = testbed.receive(FIFO).await;
    testbed.delete(FIFO, &first[0]).await.unwrap_err();
    testbed
        .change_visibility(FIFO, &second[0], Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(bodies(&testbed.receive(FIFO).await), ["1"]);
}
