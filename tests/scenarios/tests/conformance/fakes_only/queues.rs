//! What queues do after minutes, by chance or when an operator acts.

use std::time::Duration;

use simulator::sqs::MessageContent;
use support::wiring::QueueSpec;

use super::{ALMOST_FIVE_MINUTES, MOMENT};
use crate::fakes::Fakes;
use crate::fixtures::{LONG, fifo_message, queue, queue_with_dead_letters, standard_message};
use crate::testbed::{Testbed, bodies};

const ALMOST_LONG: Duration = Duration::from_millis(59_999);

#[tokio::test]
async fn a_queue_deduplicates_for_five_minutes() {
    let aws = Fakes::with_queues([queue("queue.fifo")]).await;
    let mut ids = Vec::new();
    for wait in [Duration::ZERO, ALMOST_FIVE_MINUTES, MOMENT] {
        aws.wait(wait).await;
        ids.push(aws.send("queue.fifo", fifo_message("a", "1")).await);
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(aws.receive("queue.fifo").await.len(), 2);
}

#[tokio::test]
async fn a_time_out_is_over_at_its_end_and_not_before() {
    for name in ["queue.fifo", "queue"] {
        let aws = Fakes::with_queues([queue(name)]).await;
        aws.send(name, fifo_message("a", "1")).await;
        assert_eq!(aws.receive(name).await.len(), 1);
        aws.wait(ALMOST_LONG).await;
        assert_eq!(aws.receive(name).await.len(), 0);
        aws.wait(MOMENT).await;
        assert_eq!(aws.receive(name).await.len(), 1);
    }
}

#[tokio::test]
async fn a_redrive_sends_anew() {
    let delay = Duration::from_secs(3);
    let source = QueueSpec {
        delay,
        ..queue_with_dead_letters("queue.fifo", "dead.fifo", 1)
    };
    let aws = Fakes::with_queues([queue("dead.fifo"), source]).await;
    let id = aws.send("queue.fifo", fifo_message("a", "1")).await;
    for received in [1, 0] {
        aws.wait(LONG).await;
        assert_eq!(aws.receive("queue.fifo").await.len(), received);
    }
    let late = aws.send("queue.fifo", fifo_message("a", "2")).await;
    let held = aws.receive("dead.fifo").await;
    let now = aws.state().now;
    let known = |message: &MessageContent| unreachable!("SQS moved it there: {message:?}");
    assert_eq!(aws.state().fake.sqs.redrive(now, "dead.fifo", &known), 0, "held");
    aws.release("dead.fifo", &held[0]).await;
    assert_eq!(aws.state().fake.sqs.redrive(now, "dead.fifo", &known), 1);
    assert_eq!(aws.receive("dead.fifo").await.len(), 0);
    assert_eq!(aws.receive("queue.fifo").await.len(), 0, "the queue's delay");
    aws.wait(delay).await;
    let received = aws.receive("queue.fifo").await;
    assert_eq!(bodies(&received), ["2", "1"], "after what was sent in between");
    assert_eq!(received[0].message_id(), Some(&*late));
    assert_ne!(received[1].message_id(), Some(&*id));
    let attributes = received[1].attributes().unwrap();
    assert_eq!(attributes[&"ApproximateReceiveCount".into()], "1");
    assert_eq!(attributes[&"MessageGroupId".into()], "a");
}

#[tokio::test]
async fn a_redrive_does_not_know_where_a_message_came_from_that_was_sent_to_the_dead_letter_queue() {
    let aws = Fakes::with_queues([queue("dead"), queue_with_dead_letters("queue", "dead", 1)]).await;
    aws.send("dead", standard_message("1")).await;
    let now = aws.state().now;
    let moved = aws.state().fake.sqs.redrive(now, "dead", &|_| "queue".to_owned());
    assert_eq!(moved, 1);
    assert_eq!(bodies(&aws.receive("queue").await), ["1"]);
}

#[tokio::test]
async fn a_standard_queue_may_deliver_what_was_deleted() {
    let aws = Fakes::with_queues([queue("queue")]).await;
    let id = aws.send("queue", standard_message("1")).await;
    let now = aws.state().now;
    assert!(!aws.state().fake.sqs.redeliver(now, "queue", &id), "not deleted");
    let received = aws.receive("queue").await;
    aws.delete("queue", &received[0]).await.unwrap();
    assert_eq!(aws.receive("queue").await.len(), 0);
    assert!(aws.state().fake.sqs.redeliver(now, "queue", &id));
    assert_eq!(aws.receive("queue").await[0].message_id(), Some(&*id));
}
