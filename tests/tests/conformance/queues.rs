//! What queues promise.

use std::time::Duration;

use matchflow_tests::world::sqs::{DeadLetters, QueueSpec};

use crate::bed::{Bed, LONG, SHORT, Sent, alone, bodies, of, queue};

const FIFO: &str = "queue.fifo";
const STANDARD: &str = "queue";
const DEAD: [(&str, &str); 2] = [(FIFO, "dead-letters.fifo"), (STANDARD, "dead-letters")];

async fn with<B: Bed>(queues: impl IntoIterator<Item = QueueSpec>) -> B {
    B::with(queues.into_iter().collect(), Vec::new()).await
}

pub async fn a_group_comes_in_order<B: Bed>() {
    let bed: B = with([queue(FIFO)]).await;
    for (group, body) in [("a", "1"), ("b", "2"), ("a", "3"), ("b", "4"), ("a", "5")] {
        bed.send(FIFO, of(group, body)).await.unwrap();
    }
    let received = bed.receive(FIFO).await;
    let (odd, even): (Vec<_>, Vec<_>) = bodies(&received)
        .into_iter()
        .partition(|body| ["1", "3", "5"].contains(body));
    assert_eq!((odd, even), (vec!["1", "3", "5"], vec!["2", "4"]));
}

pub async fn a_group_waits_while_one_of_it_is_in_flight<B: Bed>() {
    let bed: B = with([queue(FIFO)]).await;
    bed.send(FIFO, of("a", "1")).await.unwrap();
    bed.send(FIFO, of("a", "2")).await.unwrap();
    let held = bed.receive(FIFO).await;
    bed.send(FIFO, of("a", "3")).await.unwrap();
    bed.send(FIFO, of("b", "4")).await.unwrap();
    assert_eq!(bodies(&bed.receive(FIFO).await), ["4"]);
    bed.delete(FIFO, &held[0]).await.unwrap();
    assert_eq!(bodies(&bed.receive(FIFO).await), [""; 0], "2 is in flight");
    bed.show(FIFO, &held[1], Duration::ZERO).await.unwrap();
    assert_eq!(bodies(&bed.receive(FIFO).await), ["2", "3"]);
}

pub async fn a_standard_message_waits_for_no_other<B: Bed>() {
    let bed: B = with([queue(STANDARD)]).await;
    bed.send(STANDARD, alone("1")).await.unwrap();
    assert_eq!(bed.receive(STANDARD).await.len(), 1);
    bed.send(STANDARD, alone("2")).await.unwrap();
    bed.send(STANDARD, alone("2")).await.unwrap();
    let others = bed.receive(STANDARD).await;
    assert_eq!(bodies(&others), ["2", "2"]);
    assert_ne!(others[0].message_id(), others[1].message_id());
}

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

pub async fn a_delayed_message_comes_later<B: Bed>() {
    for name in [FIFO, STANDARD] {
        let late = format!("late-{name}");
        let delayed = |name: &str, delay| QueueSpec {
            delay,
            ..queue(name)
        };
        let bed: B = with([delayed(name, SHORT), delayed(&late, LONG)]).await;
        bed.send(name, of("a", "1")).await.unwrap();
        bed.send(&late, of("a", "1")).await.unwrap();
        bed.wait(SHORT).await;
        bed.send(name, of("a", "2")).await.unwrap();
        assert_eq!(bodies(&bed.receive(name).await), ["1"]);
        assert_eq!(bed.receive(&late).await.len(), 0);
    }
}

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

pub async fn a_message_may_not_be_larger_than_the_queue_takes<B: Bed>() {
    let bed: B = with([queue(STANDARD)]).await;
    let size = queue(STANDARD).maximum_message_size;
    bed.send(STANDARD, alone(&"x".repeat(size))).await.unwrap();
    let refused = bed.send(STANDARD, alone(&"x".repeat(size + 1))).await;
    assert_eq!(refused.unwrap_err(), "InvalidParameterValue");
}
