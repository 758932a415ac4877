//! In which order a queue gives its messages, and when.

use std::time::Duration;

use support::wiring::QueueSpec;

use super::{FIFO, STANDARD, with};
use crate::bed::{Bed, bodies};
use crate::given::{LONG, SHORT, alone, of, queue};

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
