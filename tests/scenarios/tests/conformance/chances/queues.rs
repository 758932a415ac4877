//! What queues do after minutes, by chance or at an operator's word.

use std::time::Duration;

use support::wiring::{DeadLetters, QueueSpec};

use super::{ALMOST_FIVE_MINUTES, MOMENT};
use crate::bed::{Bed, bodies};
use crate::given::{LONG, alone, of, queue};
use crate::twin::Twins;

const ALMOST_LONG: Duration = Duration::from_millis(59_999);

async fn with<const N: usize>(queues: [QueueSpec; N]) -> Twins {
    Twins::with(queues.into(), Vec::new()).await
}

#[tokio::test]
async fn a_queue_deduplicates_for_five_minutes() {
    let bed = with([queue("queue.fifo")]).await;
    let mut ids = Vec::new();
    for wait in [Duration::ZERO, ALMOST_FIVE_MINUTES, MOMENT] {
        bed.wait(wait).await;
        ids.push(bed.send("queue.fifo", of("a", "1")).await.unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(bed.receive("queue.fifo").await.len(), 2);
}

#[tokio::test]
async fn a_time_out_is_over_at_its_end_and_not_before() {
    for name in ["queue.fifo", "queue"] {
        let bed = with([queue(name)]).await;
        bed.send(name, of("a", "1")).await.unwrap();
        assert_eq!(bed.receive(name).await.len(), 1);
        bed.wait(ALMOST_LONG).await;
        assert_eq!(bed.receive(name).await.len(), 0);
        bed.wait(MOMENT).await;
        assert_eq!(bed.receive(name).await.len(), 1);
    }
}

#[tokio::test]
async fn a_redrive_sends_anew() {
    let dead_letters = Some(DeadLetters {
        queue: "dead.fifo".to_owned(),
        max_receive_count: 1,
    });
    let delay = Duration::from_secs(3);
    let source = QueueSpec {
        dead_letters,
        delay,
        ..queue("queue.fifo")
    };
    let bed = with([queue("dead.fifo"), source]).await;
    let id = bed.send("queue.fifo", of("a", "1")).await.unwrap();
    for received in [1, 0] {
        bed.wait(LONG).await;
        assert_eq!(bed.receive("queue.fifo").await.len(), received);
    }
    let late = bed.send("queue.fifo", of("a", "2")).await.unwrap();
    let held = bed.receive("dead.fifo").await;
    let now = bed.state().now;
    assert_eq!(bed.state().aws.sqs.redrive(now, "dead.fifo"), 0, "held");
    bed.show("dead.fifo", &held[0], Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(bed.state().aws.sqs.redrive(now, "dead.fifo"), 1);
    assert_eq!(bed.receive("dead.fifo").await.len(), 0);
    assert_eq!(
        bed.receive("queue.fifo").await.len(),
        0,
        "the queue's delay"
    );
    bed.wait(delay).await;
    let received = bed.receive("queue.fifo").await;
    assert_eq!(bodies(&received), ["2", "1"], "behind what came meanwhile");
    assert_eq!(received[0].message_id(), Some(&*late));
    assert_ne!(received[1].message_id(), Some(&*id));
    let attributes = received[1].attributes().unwrap();
    assert_eq!(attributes[&"ApproximateReceiveCount".into()], "1");
    assert_eq!(attributes[&"MessageGroupId".into()], "a");
}

#[tokio::test]
async fn a_standard_queue_may_deliver_what_was_deleted() {
    let bed = with([queue("queue")]).await;
    let id = bed.send("queue", alone("1")).await.unwrap();
    let now = bed.state().now;
    assert!(
        !bed.state().aws.sqs.redeliver(now, "queue", &id),
        "not deleted"
    );
    let received = bed.receive("queue").await;
    bed.delete("queue", &received[0]).await.unwrap();
    assert_eq!(bed.receive("queue").await.len(), 0);
    assert!(bed.state().aws.sqs.redeliver(now, "queue", &id));
    assert_eq!(bed.receive("queue").await[0].message_id(), Some(&*id));
}
