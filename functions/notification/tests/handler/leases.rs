//! Leases: one process sends at a time; the others wait for its lease, and take over once it has ended.

use batch::{Failure, Handler};
use notification::domain::NotificationItem;
use notification::sender::SendError;
use support::fakes::Fault;
use support::fakes::notification::failure;

use crate::{
    DAY, ENDPOINT, Harness, LEASE_SECONDS, PHONE, SENT, at, customer_with_both, matched, matched_for, summary,
};

#[tokio::test]
async fn under_a_lease_of_another_process_a_record_is_retried() {
    let harness = Harness::new();
    harness.faults.fail_call(1, Fault::KilledBefore);
    harness.assert_killed(&matched(1), 0).await;
    // The dead process may still be sending, as far as others know: neither its update nor a newer one is sent.
    harness.assert_retried(&matched(1), 1).await;
    harness.assert_retried(&matched(2), 1).await;
    assert!(harness.texts().is_empty());
}

#[tokio::test]
async fn an_update_that_is_both_too_late_and_superseded_publishes_nothing() {
    let harness = Harness::new();
    harness.notify(&matched(2), 0).await;
    assert!(harness.notify(&matched(1), DAY + 1).await.is_empty());
    assert_eq!(harness.saved_events(1), None);
}

#[tokio::test]
async fn an_update_is_superseded_once_a_newer_one_may_have_been_sent() {
    let harness = Harness::new();
    harness.faults.fail_call(1, Fault::KilledAfter);
    harness.assert_killed(&matched(2), 0).await;
    assert!(harness.notify(&matched(1), 1).await.is_empty());
    assert!(harness.notify(&matched(1), LEASE_SECONDS + 1).await.is_empty());
    harness.notify(&matched(2), LEASE_SECONDS + 1).await;
    assert_eq!(harness.texts().len(), 2);
    assert!(harness.texts().iter().all(|text| text.contains("Partner 2")));
}

#[tokio::test]
async fn a_newer_update_is_sent_after_the_lease_of_a_dead_process() {
    let harness = Harness::new();
    harness.faults.fail_call(1, Fault::KilledBefore);
    harness.assert_killed(&matched(1), 0).await;
    harness.notify(&matched(2), LEASE_SECONDS).await;
    assert!(harness.notify(&matched(1), LEASE_SECONDS + 1).await.is_empty());
    assert_eq!(harness.texts().len(), 1);
}

#[tokio::test]
async fn a_message_that_was_certainly_not_sent_is_sent_by_the_next_delivery() {
    let harness = Harness::new();
    harness.phones.answer(SendError::NotSent(failure("Throttled")));
    harness.assert_retried(&matched(1), 0).await;
    assert_eq!(
        harness.item(),
        NotificationItem {
            attempt: 1,
            ..NotificationItem::default()
        }
    );
    assert_eq!(summary(&harness.notify(&matched(1), 1).await), [SENT]);
    assert_eq!(harness.texts().len(), 1);
}

#[tokio::test]
async fn a_disabled_push_platform_is_no_refusal_and_the_push_waits_for_it() {
    let harness = Harness::new();
    let event = matched_for(1, &customer_with_both(PHONE));
    let disabled = SendError::PlatformDisabled(failure("PlatformApplicationDisabled"));
    harness.phones.answer(disabled);
    harness.assert_retried(&event, 0).await;
    assert!(harness.reached().is_empty(), "no text in its place");
    assert_eq!(harness.item().lease_until, None);
    assert_eq!(summary(&harness.notify(&event, 1).await), ["notification.sent push -"]);
    assert_eq!(harness.reached(), [ENDPOINT]);
}

#[tokio::test]
async fn a_message_that_may_have_been_sent_is_sent_again_only_after_the_lease() {
    let harness = Harness::new();
    harness.phones.answer(SendError::Unknown(failure("timeout")));
    harness.assert_retried(&matched(1), 0).await;
    harness.assert_retried(&matched(1), LEASE_SECONDS - 1).await;
    assert!(harness.texts().is_empty());
    assert_eq!(summary(&harness.notify(&matched(1), LEASE_SECONDS).await), [SENT]);
    assert_eq!(harness.texts().len(), 1);
}

#[tokio::test]
async fn after_a_temporary_failure_of_the_text_message_delivery_starts_over_with_the_push() {
    let harness = Harness::new();
    harness.phones.refuse(ENDPOINT);
    harness.phones.answer(SendError::NotSent(failure("Throttled")));
    let event = matched_for(1, &customer_with_both(PHONE));
    harness.assert_retried(&event, 0).await;
    assert_eq!(harness.saved_events(1), None, "a refusal alone is not saved");
    let events = harness.notify(&event, 1).await;
    assert_eq!(summary(&events), ["notification.failed push refused", SENT]);
    assert_eq!(harness.reached(), [PHONE]);
}

#[tokio::test]
async fn a_lost_answer_of_the_store_sends_nothing_twice() {
    // The lease is acquired, but the process does not know: nothing is sent until it ends.
    let harness = Harness::new();
    harness.faults.fail_call(0, Fault::TimedOutAfter);
    harness.assert_retried(&matched(1), 0).await;
    harness.assert_retried(&matched(1), 1).await;
    assert!(harness.texts().is_empty());
    harness.notify(&matched(1), LEASE_SECONDS).await;
    assert_eq!(harness.texts().len(), 1);
    // The outcome is saved, but the process does not know: the redelivery finds it.
    let harness = Harness::new();
    harness.faults.fail_call(2, Fault::TimedOutAfter);
    harness.assert_retried(&matched(1), 0).await;
    assert_eq!(Some(harness.notify(&matched(1), 1).await), harness.saved_events(1));
    assert_eq!(harness.texts().len(), 1);
}

#[tokio::test]
async fn a_lease_that_could_not_be_released_ends_by_itself() {
    let harness = Harness::new();
    harness.faults.fail_call(1, Fault::Refused);
    harness.faults.fail_call(2, Fault::Refused);
    harness.assert_retried(&matched(1), 0).await;
    harness.assert_retried(&matched(1), 1).await;
    harness.notify(&matched(1), LEASE_SECONDS).await;
    assert_eq!(harness.texts().len(), 1);
}

#[tokio::test]
async fn a_process_that_lost_its_lease_returns_the_outcome_that_another_one_saved() {
    let harness = Harness::new();
    // A process that is frozen for longer than its lease, between the send and the save.
    let event = matched(1);
    let notifier = harness.notifier();
    let mut slow = Box::pin(notifier.notify(&event, at(0)));
    while harness.texts().is_empty() {
        assert!(futures_util::poll!(&mut slow).is_pending());
    }
    let events = harness.notify(&event, LEASE_SECONDS).await;
    assert_eq!(slow.await.unwrap(), events);
    assert_eq!(harness.saved_events(1), Some(events));
}

#[tokio::test]
async fn no_event_item_or_error_shows_a_phone_or_an_endpoint() {
    let harness = Harness::new();
    harness.phones.refuse(ENDPOINT);
    let events = harness.notify(&matched_for(1, &customer_with_both(PHONE)), 0).await;
    let stored = format!("{:?}", harness.table.items());
    harness.phones.answer(SendError::Unknown(failure("timeout")));
    let Some(Err(Failure::Retryable(error))) = harness.handle(&matched_for(2, &customer_with_both(PHONE)), 1).await
    else {
        panic!("the send must fail");
    };
    let bodies: String = events.iter().map(|event| event.body.as_str()).collect();
    for shown in [bodies, stored, format!("{error:?} {error}")] {
        assert!(!shown.contains("8210") && !shown.contains("endpoint/"), "{shown}");
    }
}

#[tokio::test]
async fn the_handler_takes_one_record_at_a_time() {
    let harness = Harness::new();
    let handler = harness.notifier();
    assert_eq!(handler.max_batch_size(), 1);
    let outcomes = handler.handle(&[matched(1), matched(2)], at(0)).await;
    let events: Vec<_> = outcomes.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(summary(&events), [SENT, SENT]);
}
