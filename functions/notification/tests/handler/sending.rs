//! What customers are sent, and the outcomes that are saved.

use contract::{Channel, EventType, ids};
use serde_json::{Value, json};
use support::fakes::Fault;

use crate::{
    DAY, ENDPOINT, FOREIGN, Harness, LEASE_SECONDS, PHONE, SENT, customer_with_both, customer_with_phone, matched,
    matched_for, summary, unmatched,
};

#[tokio::test]
async fn a_match_is_sent_and_its_outcome_is_saved_and_returned() {
    let harness = Harness::new();
    let events = harness.notify(&matched(1), 7).await;
    let notification = ids::notification_id("e1", Channel::Sms);
    let expected = json!({
        "specversion": "1.0",
        "id": ids::event_id(EventType::NotificationSent, notification.as_str()),
        "source": "/matchflow/notification",
        "type": "notification.sent",
        "subject": notification,
        "time": "2026-03-01T09:00:07.000000Z",
        "datacontenttype": "application/json",
        "correlationid": "r1",
        "causationid": "e1",
        "data": {
            "notificationId": notification, "requestId": "r1", "customerId": "c1",
            "channel": "sms", "cause": "request.matched", "category": "cleaning", "region": "KR-11",
            "submittedAt": "2026-03-01T08:59:59.000000Z", "partnerId": "p1",
        },
    });
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!(serde_json::from_str::<Value>(&event.body).unwrap(), expected);
    assert_eq!((&*event.group, &*event.correlation_id), ("c1", "r1"));
    assert_eq!(harness.saved_events(1), Some(events));
    let item = harness.item();
    assert_eq!((item.attempt, item.lease_until, item.outcomes.len()), (1, None, 1));
    assert_eq!(harness.reached(), [PHONE]);
    assert!(harness.texts()[0].contains("Partner 1"));
    assert_eq!(harness.faults.calls(), 3, "lease, send, save");
}

#[tokio::test]
async fn push_is_tried_first() {
    let harness = Harness::new();
    let events = harness.notify(&matched_for(1, &customer_with_both(PHONE)), 0).await;
    assert_eq!(summary(&events), ["notification.sent push -"]);
    assert_eq!(harness.reached(), [ENDPOINT]);
}

#[tokio::test]
async fn after_a_refused_push_the_text_message_is_a_notification_of_its_own() {
    let harness = Harness::new();
    harness.phones.refuse(ENDPOINT);
    let events = harness.notify(&matched_for(1, &customer_with_both(PHONE)), 0).await;
    assert_eq!(summary(&events), ["notification.failed push refused", SENT]);
    assert_ne!(events[0].id, events[1].id);
    assert_eq!(harness.reached(), [PHONE]);
    assert_eq!(harness.saved_events(1), Some(events));
    assert!(
        harness.item().outcomes[&1].told_of_match,
        "told, over the second channel"
    );
}

#[tokio::test]
async fn every_channel_may_refuse() {
    let expected: [(&str, &[&str]); 2] = [
        (
            FOREIGN,
            &[
                "notification.failed push refused",
                "notification.failed sms prefix_not_allowed",
            ],
        ),
        (
            PHONE,
            &["notification.failed push refused", "notification.failed sms refused"],
        ),
    ];
    for (phone, expected) in expected {
        let harness = Harness::new();
        harness.phones.refuse(ENDPOINT);
        harness.phones.refuse(phone);
        let events = harness.notify(&matched_for(1, &customer_with_both(phone)), 0).await;
        assert_eq!(summary(&events), expected);
        assert_eq!(harness.saved_events(1), Some(events));
        assert!(!harness.item().outcomes[&1].told_of_match);
        assert!(harness.reached().is_empty());
    }
    let harness = Harness::new();
    harness.phones.refuse(ENDPOINT);
    let push_only = json!({ "id": "c1", "pushEndpointArn": ENDPOINT });
    let events = harness.notify(&matched_for(1, &push_only), 0).await;
    assert_eq!(summary(&events), ["notification.failed push refused"]);
}

#[tokio::test]
async fn a_failure_says_what_it_is_about() {
    let without_channel = json!({ "id": "c1" });
    let unmatched = builders::events::request_unmatched("r1", 1).with("customer", without_channel.clone());
    let of_match = matched_for(1, &without_channel);
    for (event, partner) in [(of_match, json!("p1")), (unmatched.id("e1").received(), Value::Null)] {
        let harness = Harness::new();
        let events = harness.notify(&event, 7).await;
        let mut expected = json!({
            "notificationId": ids::notification_id("e1", Channel::None), "requestId": "r1", "customerId": "c1",
            "channel": "none", "cause": event.event.event_type(), "category": "cleaning", "region": "KR-11",
            "submittedAt": "2026-03-01T08:59:59.000000Z", "reason": "no_channel",
        });
        if !partner.is_null() {
            expected["partnerId"] = partner;
        }
        let body: Value = serde_json::from_str(&events[0].body).unwrap();
        assert_eq!(body["data"], expected);
    }
}

#[tokio::test]
async fn an_update_that_may_not_be_sent_is_one_write_and_no_message() {
    let foreign = json!({ "id": "c1", "phone": FOREIGN });
    let cases = [
        (json!({ "id": "c1" }), 0, "none no_channel"),
        (json!({ "id": "c1" }), DAY + 1, "none no_channel"),
        (foreign, 0, "sms prefix_not_allowed"),
        (customer_with_phone(), DAY + 1, "sms too_late"),
        (customer_with_both(PHONE), DAY + 1, "push too_late"),
    ];
    for (customer, seconds, expected) in cases {
        let harness = Harness::new();
        let event = matched_for(1, &customer);
        let events = harness.notify(&event, seconds).await;
        assert_eq!(summary(&events), [format!("notification.failed {expected}")]);
        assert_eq!(harness.faults.calls(), 1);
        assert_eq!(
            (harness.saved_events(1), harness.reached().len()),
            (Some(events.clone()), 0)
        );
        assert_eq!(
            harness.notify(&event, 0).await,
            events,
            "even if the update could be sent now"
        );
        assert!(harness.reached().is_empty());
    }
}

#[tokio::test]
async fn a_submission_before_the_limits_of_times_is_told_with_the_first_within_them() {
    let matched = builders::events::request_matched("r1", 1, "p1").with("submittedAt", "0000-12-31T15:00:00.000000Z");
    let events = Harness::new().notify(&matched.received(), 0).await;
    let body: serde_json::Value = serde_json::from_str(&events[0].body).unwrap();
    assert_eq!(body["data"]["submittedAt"], "0001-01-02T00:00:00.000000Z");
}

#[tokio::test]
async fn a_request_closed_before_its_charge_was_refused_is_not_a_status_update() {
    let harness = Harness::new();
    assert!(harness.notify(&unmatched(1, "closed"), 0).await.is_empty());
    assert_eq!((harness.faults.calls(), harness.table.items().len()), (0, 0));
}

#[tokio::test]
async fn the_text_depends_on_what_the_customer_was_told_before() {
    let harness = Harness::new();
    harness.notify(&matched(1), 0).await;
    harness.notify(&matched(2), 1).await;
    harness.notify(&unmatched(5, "no_capacity"), 2).await;
    let texts = harness.texts();
    assert!(texts[0].contains("Good news! Partner 1"), "{texts:?}");
    assert!(texts[1].contains("a new partner: Partner 2"), "{texts:?}");
    assert!(texts[2].contains("can no longer take"), "{texts:?}");
    assert_eq!(harness.item().outcomes.len(), 3);
}

#[tokio::test]
async fn a_customer_who_was_not_told_of_a_match_reads_of_no_change() {
    let harness = Harness::new();
    harness.phones.refuse(ENDPOINT);
    let push_only = json!({ "id": "c1", "pushEndpointArn": ENDPOINT });
    harness.notify(&matched_for(1, &push_only), 0).await;
    harness.notify(&matched(2), 1).await;
    assert!(harness.texts()[0].contains("Good news! Partner 2"));
    for (reason, words) in [("no_partner", "No partner in your area"), ("no_capacity", "are busy")] {
        let harness = Harness::new();
        let events = harness.notify(&unmatched(1, reason), 0).await;
        assert_eq!(summary(&events), [SENT]);
        let body: Value = serde_json::from_str(&events[0].body).unwrap();
        assert_eq!(body["data"]["cause"], "request.unmatched");
        assert_eq!(body["data"]["category"], "cleaning");
        assert_eq!(body["data"]["region"], "KR-11");
        assert_eq!(body["data"]["submittedAt"], "2026-03-01T08:59:59.000000Z");
        assert_eq!(body["data"].get("partnerId"), None, "no partner was found");
        assert!(harness.texts()[0].contains(words), "{:?}", harness.texts());
    }
}

#[tokio::test]
async fn a_redelivery_however_late_returns_the_same_events_and_sends_nothing() {
    let harness = Harness::new();
    let events = harness.notify(&matched(1), 0).await;
    for seconds in [1, LEASE_SECONDS + 1, DAY + 1, 400 * DAY] {
        assert_eq!(harness.notify(&matched(1), seconds).await, events);
    }
    assert_eq!(harness.texts().len(), 1);
}

#[tokio::test]
async fn a_saved_outcome_is_published_even_after_a_newer_one() {
    let harness = Harness::new();
    harness.faults.fail_call(2, Fault::KilledAfter);
    harness.assert_killed(&matched(1), 0).await;
    let saved = harness.saved_events(1).unwrap();
    harness.notify(&matched(2), 1).await;
    assert_eq!(
        harness.notify(&matched(1), 2).await,
        saved,
        "no other process has published it"
    );
    assert_eq!(harness.texts().len(), 2);
}
