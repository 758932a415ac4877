//! The channels to try, in order.

use std::time::Duration;

use serde_json::{Value, json};

use super::{AllowedPrefixes, DeliveryStep, NotificationPolicy, PHONE, StatusUpdate, at, matched};

const ENDPOINT: &str = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/e-1";
const DAY: i64 = 24 * 60 * 60;

fn policy() -> NotificationPolicy {
    NotificationPolicy {
        notify_within: Duration::from_secs(DAY.unsigned_abs()),
        allowed_prefixes: AllowedPrefixes::parse("+82").unwrap(),
    }
}

/// The steps for a match decided this many seconds before, as text.
fn steps(customer: &Value, age_seconds: i64) -> Vec<String> {
    let received = matched(customer);
    let update = StatusUpdate::from_received(&received).unwrap();
    let describe = |step: &DeliveryStep<'_>| match step {
        DeliveryStep::Push(endpoint) => format!("push to {}", endpoint.as_str()),
        DeliveryStep::Sms(phone) => format!("text to {}", phone.as_str()),
        DeliveryStep::Fail(channel, reason) => format!("{channel:?} {reason:?}"),
    };
    let steps = policy().delivery_steps(&update, at(age_seconds));
    steps.iter().map(describe).collect()
}

#[test]
fn push_is_tried_before_the_text_message() {
    let (push, text) = (format!("push to {ENDPOINT}"), format!("text to {PHONE}"));
    let both = json!({ "id": "c1", "phone": PHONE, "pushEndpointArn": ENDPOINT });
    assert_eq!(steps(&both, 0), [&*push, &*text]);
    assert_eq!(steps(&json!({ "id": "c1", "pushEndpointArn": ENDPOINT }), 0), [push]);
    assert_eq!(steps(&json!({ "id": "c1", "phone": PHONE }), 0), [text]);
    assert_eq!(steps(&json!({ "id": "c1" }), 0), ["None NoChannel"]);
}

#[test]
fn no_text_message_is_sent_to_a_phone_outside_the_allowed_prefixes() {
    let foreign = "+8112345678";
    let refused = "Sms PrefixNotAllowed";
    assert_eq!(steps(&json!({ "id": "c1", "phone": foreign }), 0), [refused]);
    let both = json!({ "id": "c1", "phone": foreign, "pushEndpointArn": ENDPOINT });
    assert_eq!(steps(&both, 0), [format!("push to {ENDPOINT}"), refused.to_owned()]);
}

#[test]
fn a_phone_that_is_too_short_is_none() {
    assert_eq!(steps(&json!({ "id": "c1", "phone": "+821000" }), 0), ["None NoChannel"]);
    let both = json!({ "id": "c1", "phone": "+82", "pushEndpointArn": ENDPOINT });
    assert_eq!(steps(&both, 0), [format!("push to {ENDPOINT}")]);
    assert_eq!(
        steps(&json!({ "id": "c1", "phone": "+8210000" }), 0),
        ["text to +8210000"]
    );
}

#[test]
fn an_old_update_fails_on_the_channel_that_would_have_been_tried_first() {
    let push = json!({ "id": "c1", "phone": PHONE, "pushEndpointArn": ENDPOINT });
    assert_eq!(steps(&push, DAY).len(), 2, "just in time");
    assert_eq!(steps(&push, DAY + 1), ["Push TooLate"]);
    assert_eq!(steps(&json!({ "id": "c1", "phone": PHONE }), DAY + 1), ["Sms TooLate"]);
    assert_eq!(steps(&json!({ "id": "c1" }), DAY + 1), ["None NoChannel"]);
}

#[test]
fn behaviour_30_an_update_from_the_future_is_sent() {
    let text = format!("text to {PHONE}");
    assert_eq!(steps(&json!({ "id": "c1", "phone": PHONE }), -400 * DAY), [text]);
}

#[test]
fn only_beginnings_of_phone_numbers_are_allowed_prefixes() {
    for wrong in [
        "",
        "+",
        "82",
        "+82,",
        ",+82",
        "+0",
        "+82;+81",
        "+8a",
        "+8\u{662}",
        "+1234567890123456",
    ] {
        assert_eq!(AllowedPrefixes::parse(wrong), None, "{wrong:?}");
    }
    let both = AllowedPrefixes::parse("+82, +1202").unwrap();
    for (phone, allowed) in [
        (PHONE, true),
        ("+12025550123", true),
        ("+13035550123", false),
        ("+8112345678", false),
    ] {
        assert_eq!(both.allow(&phone.parse().unwrap()), allowed, "{phone}");
    }
}
