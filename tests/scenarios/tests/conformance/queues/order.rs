//! In which order a queue gives its messages, and when.

use support::wiring::QueueSpec;

use super::{FIFO, STANDARD};
use crate::fixtures::{LONG, SHORT, fifo_message, queue, standard_message};
use crate::testbed::{Testbed, bodies};

pub async fn a_group_comes_in_order<B: Testbed>() {
    let aws = B::with_queues([queue(FIFO)]).await;
    for (group, body) in [("a", "1"), ("b", "2"), ("a", "3"), ("b", "4"), ("a", "5")] {
        aws.send(FIFO, fifo_message(group, body)).await;
    }
    let received = aws.receive(FIFO).await;
    let (odd, even): (Vec<_>, Vec<_>) = bodies(&received)
        .into_iter()
        .partition(|body| ["1", "3", "5"].contains(body));
    assert_eq!((odd, even), (vec!["1", "3", "5"], vec!["2", "4"]));
}

pub async fn a_group_waits_while_one_of_it_is_in_flight<B: Testbed>() {
    let aws = B::with_queues([queue(FIFO)]).await;
    aws.send(FIFO, fifo_message("a", "1")).await;
    aws.send(FIFO, fifo_message("a", "2")).await;
    let held = aws.receive(FIFO).await;
    aws.send(FIFO, fifo_message("a", "3")).await;
    aws.send(FIFO, fifo_message("b", "4")).await;
    assert_eq!(bodies(&aws.receive(FIFO).await), ["4"]);
    aws.delete(FIFO, &held[0]).await.unwrap();
    assert_eq!(bodies(&aws.receive(FIFO).await), [""; 0], "2 is in flight");
    aws.release(FIFO, &held[1]).await;
    assert_eq!(bodies(&aws.receive(FIFO).await), ["2", "3"]);
}

pub async fn a_standard_message_waits_for_no_other<B: Testbed>() {
    let aws = B::with_queues([queue(STANDARD)]).await;
    aws.send(STANDARD, standard_message("1")).await;
    assert_eq!(aws.receive(STANDARD).await.len(), 1);
    aws.send(STANDARD, standard_message("2")).await;
    aws.send(STANDARD, standard_message("2")).await;
    let others = aws.receive(STANDARD).await;
    assert_eq!(bodies(&others), ["2", "2"]);
    assert_ne!(others[0].message_id(), others[1].message_id());
}

pub async fn a_delayed_message_comes_later<B: Testbed>() {
    for name in [FIFO, STANDARD] {
        let late = format!("late-{name}");
        let delayed = |name: &str, delay| QueueSpec { delay, ..queue(name) };
        let aws = B::with_queues([delayed(name, SHORT), delayed(&late, LONG)]).await;
        aws.send(name, fifo_message("a", "1")).await;
        aws.send(&late, fifo_message("a", "1")).await;
        aws.wait(SHORT).await;
        aws.send(name, fifo_message("a", "2")).await;
        assert_eq!(bodies(&aws.receive(name).await), ["1"]);
        assert_eq!(aws.receive(&late).await.len(), 0);
    }
}
