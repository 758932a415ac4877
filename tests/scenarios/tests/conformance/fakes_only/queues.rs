//! What queues do after minutes, by chance or when an operator acts.

use std::time::Duration;

use support::wiring::{DeadLetters, QueueSpec};

use super::{ALMOST_FIVE_MINUTES, MOMENT};
use crate::fakes::Fakes;
use crate::fixtures::{LONG, fifo_message, queue, standard_message};
use crate::testbed::{Testbed, bodies};

const ALMOST_LONG: Duration = Duration::from_millis(59_999);

async fn with<const N: usize>(queues: [QueueSpec; N]) -> Fakes {
    Fakes::with(queues.into(), Vec::new()).await
}

#[tokio::test]
async fn a_queue_deduplicates_for_five_minutes() {
    let testbed = with([queue("queue.fifo")]).await;
    let mut ids = Vec::new();
    for wait in [Duration::ZERO, ALMOST_FIVE_MINUTES, MOMENT] {
        testbed.wait(wait).await;
        ids.push(
            testbed
                .send("queue.fifo", fifo_message("a", "1"))
                .await
                .unwrap(),
        );
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(testbed.receive("queue.fifo").await.len(), 2);
}

#[tokio::test]
async fn a_time_out_is_over_at_its_end_and_not_before() {
    for name in ["queue.fifo", "queue"] {
        let testbed = with([queue(name)]).await;
        testbed.send(name, fifo_message("a", "1")).await.unwrap();
        assert_eq!(testbed.receive(name).await.len(), 1);
        testbed.wait(ALMOST_LONG).await;
        assert_eq!(testbed.receive(name).await.len(), 0);
        testbed.wait(MOMENT).await;
        assert_eq!(testbed.receive(name).await.len(), 1);
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
    let testbed = with([queue("dead.fifo"), source]).await;
    let id = testbed
        .send("queue.fifo", fifo_message("a", "1"))
        .await
        .unwrap();
    for received in [1, 0] {
        testbed.wait(LONG).await;
        assert_eq!(testbed.receive("queue.fifo").await.len(), received);
    }
    let late = testbed
        .send("queue.fifo", fifo_message("a", "2"))
        .await
        .unwrap();
    let held = testbed.receive("dead.fifo").await;
    let now = testbed.state().now;
    assert_eq!(testbed.state().aws.sqs.redrive(now, "dead.fifo"), 0, "held");
    testbed
        .change_visibility("dead.fifo", &held[0], Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(testbed.state().aws.sqs.redrive(now, "dead.fifo"), 1);
    assert_eq!(testbed.receive("dead.fifo").await.len(), 0);
    assert_eq!(
        testbed.receive("queue.fifo").await.len(),
        0,
        "the queue's delay"
    );
    testbed.wait(delay).await;
    let received = testbed.receive("queue.fifo").await;
    assert_eq!(
        bodies(&received),
        ["2", "1"],
        "after what was sent in between"
    );
    assert_eq!(received[0].message_id(), Some(&*late));
    assert_ne!(received[1].message_id(), Some(&*id));
    let attributes = received[1].attributes().unwrap();
    assert_eq!(attributes[&"ApproximateReceiveCount".into()], "1");
    assert_eq!(attributes[&"MessageGroupId".into()], "a");
}

#[tokio::test]
async fn a_standard_queue_may_deliver_what_was_deleted() {
    let testbed = with([queue("queue")]).await;
    let id = testbed.send("queue", standard_message("1")).await.unwrap();
    let now = testbed.state().now;
    assert!(
        !testbed.state().aws.sqs.redeliver(now, "queue", &id),
        "not deleted"
    );
    let received = testbed.receive("queue").await;
    testbed.delete("queue", &received[0]).await.unwrap();
    assert_eq!(testbed.receive("queue").await.len(), 0);
    assert!(testbed.state().aws.sqs.redeliver(now, "queue", &id));
    assert_eq!(testbed.receive("queue").await[0].message_id(), Some(&*id));
}
