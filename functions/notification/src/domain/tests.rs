//! Given a customer and what they were told, when news comes, then it goes this way, in these words.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::{
    Event, EventType, Publication, Received, RequestDeferred, RequestMatched, RequestUnmatched,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

const PHONE: &str = "+821012345678";
const ENDPOINT: &str = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/e-1";
const DAY: i64 = 24 * 60 * 60;

fn received(event: impl Into<Event>) -> Received {
    Received {
        id: "e1".to_owned(),
        time: at(0),
        correlation_id: "r1".to_owned(),
        traceparent: None,
        event: event.into(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_355_600 + seconds).unwrap()
}

fn matched(customer: &Value) -> Received {
    let data = json!({
        "requestId": "r1", "matchId": "m1", "attempt": 1, "customer": customer,
        "partner": { "id": "p1", "name": "Clean" }, "fee": { "points": 5 },
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    received(serde_json::from_value::<RequestMatched>(data).unwrap())
}

fn unmatched(reason: &str) -> Received {
    let data = json!({
        "requestId": "r1", "attempt": 2, "customer": { "id": "c1" }, "reason": reason,
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    received(serde_json::from_value::<RequestUnmatched>(data).unwrap())
}

fn rules() -> Rules {
    Rules {
        notify_within: Duration::from_secs(DAY.unsigned_abs()),
        allowed_prefixes: AllowedPrefixes::parse("+82").unwrap(),
    }
}

/// The route as `push`, `text`, or the channel and reason of a failure.
fn route(customer: &Value, seconds_later: i64) -> Vec<String> {
    let received = matched(customer);
    let news = News::of(&received).unwrap();
    let name = |step: &Step<'_>| match step {
        Step::Push(endpoint) => format!("push to {}", endpoint.as_str()),
        Step::Text(phone) => format!("text to {}", phone.as_str()),
        Step::Fail(channel, reason) => format!("{channel:?} {reason:?}"),
    };
    rules()
        .route(&news, at(seconds_later))
        .iter()
        .map(name)
        .collect()
}

#[test]
fn push_comes_before_text_and_text_stands_behind_it() {
    let (push, text) = (format!("push to {ENDPOINT}"), format!("text to {PHONE}"));
    let both = json!({ "id": "c1", "phone": PHONE, "pushEndpointArn": ENDPOINT });
    assert_eq!(route(&both, 0), [&*push, &*text]);
    assert_eq!(
        route(&json!({ "id": "c1", "pushEndpointArn": ENDPOINT }), 0),
        [push]
    );
    assert_eq!(route(&json!({ "id": "c1", "phone": PHONE }), 0), [text]);
    assert_eq!(route(&json!({ "id": "c1" }), 0), ["None NoChannel"]);
}

#[test]
fn a_phone_beyond_the_allowed_prefixes_costs_nothing() {
    let foreign = "+8112345678";
    let refused = "Sms PrefixNotAllowed";
    assert_eq!(
        route(&json!({ "id": "c1", "phone": foreign }), 0),
        [refused]
    );
    let both = json!({ "id": "c1", "phone": foreign, "pushEndpointArn": ENDPOINT });
    assert_eq!(
        route(&both, 0),
        [format!("push to {ENDPOINT}"), refused.to_owned()]
    );
}

#[test]
fn old_news_fails_on_the_channel_that_would_have_been_first() {
    let push = json!({ "id": "c1", "phone": PHONE, "pushEndpointArn": ENDPOINT });
    assert_eq!(route(&push, DAY).len(), 2, "just in time");
    assert_eq!(route(&push, DAY + 1), ["Push TooLate"]);
    assert_eq!(
        route(&json!({ "id": "c1", "phone": PHONE }), DAY + 1),
        ["Sms TooLate"]
    );
    assert_eq!(route(&json!({ "id": "c1" }), DAY + 1), ["None NoChannel"]);
}

#[test]
fn behaviour_30_news_from_the_future_is_told() {
    let text = format!("text to {PHONE}");
    assert_eq!(
        route(&json!({ "id": "c1", "phone": PHONE }), -400 * DAY),
        [text]
    );
}

#[test]
fn only_matches_and_their_failure_are_news() {
    let deferred = json!({ "requestId": "r1", "attempt": 1, "retryAt": "2026-03-01T09:00:00Z" });
    let deferred = received(serde_json::from_value::<RequestDeferred>(deferred).unwrap());
    assert!(News::of(&deferred).is_none());
    assert!(News::of(&unmatched("closed")).is_none());
    for reason in ["no_partner", "no_capacity"] {
        let received = unmatched(reason);
        let news = News::of(&received).unwrap();
        assert_eq!(
            (news.cause(), news.attempt),
            (EventType::RequestUnmatched, 2)
        );
        assert_eq!((news.match_id(), news.partner()), (None, ""));
    }
    let received = matched(&json!({ "id": "c1" }));
    let news = News::of(&received).unwrap();
    assert_eq!(news.cause(), EventType::RequestMatched);
    assert_eq!(
        (news.match_id(), news.partner()),
        (Some(&"m1".parse().unwrap()), "Clean")
    );
}

#[test]
fn the_words_depend_on_what_the_customer_knows() {
    let of = |received: &Received, told| News::of(received).unwrap().wording(told);
    let found = matched(&json!({ "id": "c1" }));
    assert_eq!(of(&found, false), Wording::Matched);
    assert_eq!(of(&found, true), Wording::Rematched);
    let (nobody, busy) = (unmatched("no_partner"), unmatched("no_capacity"));
    assert_eq!(of(&nobody, false), Wording::NoPartner);
    assert_eq!(of(&busy, false), Wording::NoCapacity);
    assert_eq!(
        (of(&nobody, true), of(&busy, true)),
        (Wording::Withdrawn, Wording::Withdrawn)
    );
}

fn told(of_match: bool) -> Told {
    let publications = vec![Publication {
        id: "n1".to_owned(),
        event_type: EventType::NotificationSent,
        group: "c1".to_owned(),
        correlation_id: "r1".to_owned(),
        body: "{}".to_owned(),
    }];
    Told {
        of_match,
        publications,
    }
}

fn story(attempt: u32, lease_until: Option<Timestamp>, told: &[(u32, Told)]) -> Story {
    Story {
        attempt,
        lease_until,
        told: told.iter().cloned().collect::<BTreeMap<_, _>>(),
    }
}

#[test]
fn what_was_told_is_repeated_even_after_newer_news() {
    let saved = told(true);
    let repeat = Verdict::Repeat(saved.publications.clone());
    assert_eq!(story(1, None, &[(1, saved.clone())]).verdict(1), repeat);
    assert_eq!(
        story(2, Some(at(9)), &[(1, saved.clone())]).verdict(1),
        repeat
    );
    assert_eq!(
        story(2, None, &[(1, saved), (2, told(true))]).verdict(1),
        repeat
    );
}

#[test]
fn untold_news_is_overtaken_by_newer_or_waits_for_whoever_is_telling() {
    assert_eq!(
        story(2, None, &[(2, told(true))]).verdict(1),
        Verdict::Overtaken
    );
    assert_eq!(story(2, Some(at(9)), &[]).verdict(1), Verdict::Overtaken);
    assert_eq!(story(2, Some(at(9)), &[]).verdict(2), Verdict::Busy);
    assert_eq!(story(2, Some(at(9)), &[]).verdict(3), Verdict::Busy);
}

#[test]
fn only_an_earlier_match_that_was_told_counts() {
    let knows = |told: &[(u32, Told)], attempt| story(9, None, told).told_of_match_before(attempt);
    assert!(!knows(&[], 2));
    assert!(!knows(&[(1, told(false))], 2));
    assert!(knows(&[(1, told(true))], 2));
    assert!(knows(&[(1, told(true)), (2, told(false))], 3));
    assert!(!knows(&[(2, told(true))], 2));
    assert!(!knows(&[(3, told(true))], 2));
}

#[test]
fn prefixes_are_read_strictly() {
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
