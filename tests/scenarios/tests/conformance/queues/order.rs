//! In which order a queue gives its messages, and when.

use std::time::Duration;

use support::wiring::QueueSpec;

use super::{FIFO, STANDARD, with};
use crate::fixtures::{LONG, SHORT, fifo_message, queue, standard_message};
use crate::testbed::{Testbed, bodies};

pub async fn a_group_comes_in_order<B: Testbed>() {
    let testbed: B = with([queue(FIFO)]).await;
    for (group, body) in [("a", "1"), ("b", "2"), ("a", "3"), ("b", "4"), ("a", "5")] {
        testbed.send(FIFO, fifo_message(group, body)).await.unwrap();
    }
    let received = testbed.receive(FIFO).await;
    let (odd, even): (Vec<_>, Vec<_>) = bodies(&received)
        .into_iter()
        .partition(|body| ["1", "3", "5"].contains(body));
    assert_eq!((odd, even), (vec!["1", "3", "5"], vec!["2", "4"]));
}

pub async fn a_group_waits_while_one_of_it_is_in_flight<B: Testbed>() {
    let testbed: B = with([queue(FIFO)]).await;
    testbed.send(FIFO, fifo_message("a", "1")).await.unwrap();
    testbed.send(FIFO, fifo_message("a", "2")).await.unwrap();
    let held = testbed.receive(FIFO).await;
    testbed.send(FIFO, fifo_message("a", "3")).await.unwrap();
    testbed.send(FIFO, fifo_message("b", "4")).await.unwrap();
    assert_eq!(bodies(&testbed.receive(FIFO).await), ["4"]);
    testbed.delete(FIFO, &held[0]).await.unwrap();
    assert_eq!(
        bodies(&testbed.receive(FIFO).await),
        [""; 0],
        "2 is in flight"
    );
    testbed
        .change_visibility(FIFO, &held[1], Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(bodies(&testbed.receive(FIFO).await), ["2", "3"]);
}

pub async fn a_standard_message_waits_for_no_other<B: Testbed>() {
    let testbed: B = with([queue(STANDARD)]).await;
    testbed.send(STANDARD, standard_message("1")).await.unwrap();
    assert_eq!(testbed.receive(STANDARD).await.len(), 1);
    testbed.send(STANDARD, standard_message("2")).await.unwrap();
    testbed.send(STANDARD, standard_message("2")).await.unwrap();
    let others = testbed.receive(STANDARD).await;
    assert_eq!(bodies(&others), ["2", "2"]);
    assert_ne!(others[0].message_id(), others[1].message_id());
}

pub async fn a_delayed_message_comes_later<B: Testbed>() {
    for name in [FIFO, STANDARD] {
        let late = format!("late-{name}");
        let delayed = |name: &str, delay| QueueSpec {
            delay,
            ..queue(name)
        };
        let testbed: B = with([delayed(name, SHORT), delayed(&late, LONG)]).await;
        testbed.send(name, fifo_message("a", "1")).await.unwrap();
        testbed.send(&late, fifo_message("a", "1")).await.unwrap();
        testbed.wait(SHORT).await;
        testbed.send(name, fifo_message("a", "2")).await.unwrap();
        assert_eq!(bodies(&testbed.receive(name).await), ["1"]);
        assert_eq!(testbed.receive(&late).await.len(), 0);
    }
}
