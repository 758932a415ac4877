//! Customers are notified in order, and twice only where it is unknown whether a message was sent.

use std::time::Duration;

use notification::domain::LEASE_DURATION;

use support::fakes::Fault;

use crate::DeliveryResult::{ComesBack, Done, Killed};
use crate::{Decision, Delivery};

#[tokio::test]
async fn b34_dead_after_the_send_it_is_sent_once_more_after_the_lease_and_not_before() {
    let expected = Decision::Notified.made().await.types();
    let delivery = Decision::Notified.next_delivery().await;
    let clock = delivery.pipeline.clock.clone();
    let result = delivery.deliver_with(Fault::KilledAfter, "sns.Publish");
    assert_eq!(result.await, Killed);
    let second = Duration::from_secs(1);
    for wait in [Duration::ZERO, LEASE_DURATION.checked_sub(second).unwrap()] {
        clock.advance(wait);
        assert_eq!(delivery.deliver().await, ComesBack, "{wait:?}");
        assert_eq!(delivery.pipeline.messages_received(), 1, "{wait:?}");
        assert_eq!(delivery.published(), [], "{wait:?}");
    }
    clock.advance(second);
    for times in [1, 2] {
        assert_eq!(delivery.deliver().await, Done);
        let messages = delivery.pipeline.messages_received();
        assert_eq!(messages, 2, "a second message, and no third");
        assert_eq!(delivery.types(), vec![expected.clone(); times].concat());
    }
    let published = delivery.published();
    assert_eq!(published[0], published[1]);
}

#[tokio::test]
async fn b34_two_processes_at_once_send_once() {
    let delivery = Decision::Notified.next_delivery().await;
    let mut results: [_; 2] = tokio::join!(delivery.deliver(), delivery.deliver()).into();
    results.sort();
    assert_eq!(results, [Done, ComesBack]);
    assert_eq!(delivery.pipeline.messages_received(), 1);
    assert_eq!(delivery.types(), ["notification.sent"]);
    assert_eq!(delivery.deliver().await, Done);
    assert_eq!(delivery.pipeline.messages_received(), 1);
}

#[tokio::test]
async fn b34_the_second_match_arrives_before_the_first_and_only_the_second_is_notified() {
    let mut pipeline = Decision::Rematched.next_delivery().await.pipeline;
    let first = pipeline.messages_in("notification").remove(0);
    pipeline.process_batch("outcomes.fifo").await;
    let second = Delivery::of(pipeline, "notification");
    assert_eq!(second.deliver().await, Done);
    let first = second.then(first);
    let effects = first.effects();
    assert_eq!(first.deliver().await, Done, "it does not come back");
    assert_eq!(first.types(), ["notification.sent"], "of the second match alone");
    assert_eq!(first.effects(), effects);
    let inbox = first.pipeline.phones.inbox();
    assert_eq!(inbox.len(), 1);
    assert!(inbox[0].text.contains("Partner q"), "{}", inbox[0].text);
}
