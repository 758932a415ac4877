//! What customers are told, and what is saved of it.

use contract::{Channel, EventType, ids};
use serde_json::{Value, json};
use support::fakes::Fault;

use crate::{
    DAY, ENDPOINT, FOREIGN, LEASE_SECONDS, PHONE, SENT, World, by_both, by_phone, matched,
    matched_for, outline, unmatched,
};

#[tokio::test]
async fn a_match_is_told_and_what_came_of_it_is_saved_and_returned() {
    let world = World::new();
    let events = world.told(&matched(1), 7).await;
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
            "channel": "sms", "cause": "request.matched",
        },
    });
    let [event] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(
        serde_json::from_str::<Value>(&event.body).unwrap(),
        expected
    );
    assert_eq!((&*event.group, &*event.correlation_id), ("c1", "r1"));
    assert_eq!(world.saved(1), Some(events));
    let story = world.story();
    assert_eq!(
        (story.attempt, story.lease_until, story.told.len()),
        (1, None, 1)
    );
    assert_eq!(world.reached(), [PHONE]);
    assert!(world.texts()[0].contains("Partner 1"));
    assert_eq!(world.faults.calls(), 3, "taken on, sent, saved");
}

#[tokio::test]
async fn push_goes_before_text() {
    let world = World::new();
    let events = world.told(&matched_for(1, &by_both(PHONE)), 0).await;
    assert_eq!(outline(&events), ["notification.sent push -"]);
    assert_eq!(world.reached(), [ENDPOINT]);
}

#[tokio::test]
async fn where_the_push_is_refused_the_text_is_a_notification_of_its_own() {
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    let events = world.told(&matched_for(1, &by_both(PHONE)), 0).await;
    assert_eq!(outline(&events), ["notification.failed push refused", SENT]);
    assert_ne!(events[0].id, events[1].id);
    assert_eq!(world.reached(), [PHONE]);
    assert_eq!(world.saved(1), Some(events));
    assert!(
        world.story().told[&1].of_match,
        "told, by whichever channel"
    );
}

#[tokio::test]
async fn a_refused_push_may_be_all_there_is() {
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
            &[
                "notification.failed push refused",
                "notification.failed sms refused",
            ],
        ),
    ];
    for (phone, expected) in expected {
        let world = World::new();
        world.phones.refuse(ENDPOINT);
        world.phones.refuse(phone);
        let events = world.told(&matched_for(1, &by_both(phone)), 0).await;
        assert_eq!(outline(&events), expected);
        assert_eq!(world.saved(1), Some(events));
        assert!(!world.story().told[&1].of_match);
        assert!(world.reached().is_empty());
    }
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    let push_only = json!({ "id": "c1", "pushEndpointArn": ENDPOINT });
    let events = world.told(&matched_for(1, &push_only), 0).await;
    assert_eq!(outline(&events), ["notification.failed push refused"]);
}

#[tokio::test]
async fn what_cannot_be_told_is_one_write_and_no_message() {
    let foreign = json!({ "id": "c1", "phone": FOREIGN });
    let cases = [
        (json!({ "id": "c1" }), 0, "none no_channel"),
        (json!({ "id": "c1" }), DAY + 1, "none no_channel"),
        (foreign, 0, "sms prefix_not_allowed"),
        (by_phone(), DAY + 1, "sms too_late"),
        (by_both(PHONE), DAY + 1, "push too_late"),
    ];
    for (customer, seconds, expected) in cases {
        let world = World::new();
        let news = matched_for(1, &customer);
        let events = world.told(&news, seconds).await;
        assert_eq!(
            outline(&events),
            [format!("notification.failed {expected}")]
        );
        assert_eq!(world.faults.calls(), 1);
        assert_eq!(
            (world.saved(1), world.reached().len()),
            (Some(events.clone()), 0)
        );
        assert_eq!(
            world.told(&news, 0).await,
            events,
            "whatever would be decided now"
        );
        assert!(world.reached().is_empty());
    }
}

#[tokio::test]
async fn a_request_closed_before_its_charge_was_refused_is_no_news() {
    let world = World::new();
    assert!(world.told(&unmatched(1, "closed"), 0).await.is_empty());
    assert_eq!((world.faults.calls(), world.stories.items().len()), (0, 0));
}

#[tokio::test]
async fn the_words_follow_what_the_customer_was_told() {
    let world = World::new();
    world.told(&matched(1), 0).await;
    world.told(&matched(2), 1).await;
    world.told(&unmatched(5, "no_capacity"), 2).await;
    let texts = world.texts();
    assert!(texts[0].contains("Good news! Partner 1"), "{texts:?}");
    assert!(texts[1].contains("a new partner: Partner 2"), "{texts:?}");
    assert!(texts[2].contains("can no longer take"), "{texts:?}");
    assert_eq!(world.story().told.len(), 3);
}

#[tokio::test]
async fn who_was_told_of_no_match_hears_of_no_change() {
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    let push_only = json!({ "id": "c1", "pushEndpointArn": ENDPOINT });
    world.told(&matched_for(1, &push_only), 0).await;
    world.told(&matched(2), 1).await;
    assert!(world.texts()[0].contains("Good news! Partner 2"));
    for (reason, words) in [
        ("no_partner", "No partner in your area"),
        ("no_capacity", "are busy"),
    ] {
        let world = World::new();
        let events = world.told(&unmatched(1, reason), 0).await;
        assert_eq!(outline(&events), [SENT]);
        assert!(events[0].body.contains("\"cause\":\"request.unmatched\""));
        assert!(world.texts()[0].contains(words), "{:?}", world.texts());
    }
}

#[tokio::test]
async fn a_repeat_however_late_gives_the_same_events_and_sends_nothing() {
    let world = World::new();
    let events = world.told(&matched(1), 0).await;
    for seconds in [1, LEASE_SECONDS + 1, DAY + 1, 400 * DAY] {
        assert_eq!(world.told(&matched(1), seconds).await, events);
    }
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn what_was_saved_is_published_even_after_newer_news() {
    let world = World::new();
    world.faults.fail_call(2, Fault::KilledAfter);
    world.is_killed(&matched(1), 0).await;
    let saved = world.saved(1).unwrap();
    world.told(&matched(2), 1).await;
    assert_eq!(
        world.told(&matched(1), 2).await,
        saved,
        "nobody else has published it"
    );
    assert_eq!(world.texts().len(), 2);
}
