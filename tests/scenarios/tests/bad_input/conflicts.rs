//! Records in the wrong queue, and records whose key is known.

use builders::events::EventBuilder;
use contract::EventType;
use contract::EventType::{PointsCredited, PointsDeducted, PointsRejected, RequestDeferred};
use serde_json::{Value, json};
use support::pipeline::Pipeline;

use crate::check::{check, check_both, with};
use crate::consumers::{CONSUMERS, Consumer, INTAKE, NOTIFICATION, PARTNERS, POINTS, purchased, registered, submitted};
use crate::{Accepted, BREAKS_CONTRACT, Ignored, NOT_AN_ENVELOPE, Quarantine};

#[tokio::test]
async fn a_body_that_only_looks_like_a_wrapping_is_quarantined() {
    for Consumer { queue, good, .. } in CONSUMERS {
        for body in [
            json!({ "Type": "Notification", "TopicArn": "t" }),
            json!({ "Type": "Notification", "TopicArn": "t", "Message": { "specversion": "1.0" } }),
            json!({ "Type": "SubscriptionConfirmation", "TopicArn": "t", "Message": "m", "SubscribeURL": "https://SECRET" }),
            json!({ "Type": "UnsubscribeConfirmation", "TopicArn": "t", "Message": "m" }),
        ] {
            check(queue, good, &body.to_string(), &json!({}), NOT_AN_ENVELOPE).await;
        }
    }
}

#[tokio::test]
async fn answers_and_deferrals_are_accepted_from_the_topics_queues_only() {
    let answer = |kind: EventType| {
        let data = json!({
            "requestId": "before", "matchId": "m", "partnerId": "p", "points": 1, "balance": 0, "sequence": 1,
            "transferId": "t", "submittedAt": "2026-03-01T00:00:00Z", "reason": "unknown_account", "attempt": 1,
            "retryAt": "2026-03-01T00:00:00Z", "purchaseId": "b",
        });
        EventBuilder::new(kind, &data).body()
    };
    for kind in [PointsDeducted, PointsRejected, PointsCredited, RequestDeferred] {
        check_both(INTAKE, &answer(kind), BREAKS_CONTRACT).await;
    }
    for (queue, kind, expected) in [
        ("outcomes.fifo", PointsDeducted, BREAKS_CONTRACT), // of an unknown request
        ("outcomes.fifo", PointsRejected, BREAKS_CONTRACT),
        ("outcomes.fifo", PointsCredited, Ignored), // of a partner that is not registered
        ("outcomes.fifo", RequestDeferred, BREAKS_CONTRACT),
        ("deferred.fifo", RequestDeferred, BREAKS_CONTRACT),
        ("deferred.fifo", PointsDeducted, BREAKS_CONTRACT),
    ] {
        let mut pipeline = Pipeline::default();
        pipeline.send(queue, &answer(kind), "group", &json!({}));
        pipeline.run_until_idle().await;
        let reasons: Vec<_> = pipeline
            .output()
            .quarantined
            .iter()
            .map(|(_, why)| Quarantine(why.reason))
            .collect();
        assert_eq!(
            reasons,
            if expected == Ignored { vec![] } else { vec![expected] },
            "{queue} {kind}"
        );
    }
}

/// A producer of requests can neither set a fee nor lock a partner with the highest version.
#[tokio::test]
async fn a_registration_is_accepted_from_the_partners_queue_only() {
    let mut locking = registered("own");
    locking["data"]["version"] = json!(contract::Version::MAX);
    for registration in [registered("own"), locking] {
        let body = registration.to_string();
        check_both(PARTNERS, &body, Accepted).await;
        for elsewhere in [INTAKE, POINTS] {
            check_both(elsewhere, &body, BREAKS_CONTRACT).await;
        }
    }
}

#[tokio::test]
async fn the_same_key_with_other_contents_is_an_identity_conflict() {
    let conflict = Quarantine("identity_conflict");
    for (consumer, path, value) in [
        (INTAKE, "/data/region", json!("KR-26")),
        (INTAKE, "/data/details", json!({ "rooms": 4 })),
        (INTAKE, "/data/customer/phone", json!("+821000000002")),
        (PARTNERS, "/data/capacity", json!(9)),
        (PARTNERS, "/data/active", json!(false)),
        (POINTS, "/data/points", json!(11)),
        (POINTS, "/data/partnerId", json!("other")),
    ] {
        let Consumer { queue, good, .. } = consumer;
        let body = with(good("before"), path, Some(value));
        check(queue, good, &body, &json!({}), conflict).await;
    }
}

#[tokio::test]
async fn the_same_key_with_equal_contents_is_published_again_without_a_second_effect() {
    for Consumer { queue, good, .. } in [INTAKE, POINTS, NOTIFICATION] {
        let mut repeat = good("before");
        repeat["id"] = json!("another");
        repeat["time"] = json!("1970-01-01T00:00:01Z");
        repeat["data"]["unknown"] = json!(1);
        if queue == "intake.fifo" {
            repeat["data"]["customer"]["locale"] = json!("ko-KR"); // the default, given explicitly
        }
        let mut pipeline = Pipeline::default();
        for event in [good("before"), repeat] {
            pipeline.send(queue, &format!(" {event}\n"), "group", &json!({}));
        }
        pipeline.run_until_idle().await;
        let output = pipeline.output();
        assert!(output.quarantined.is_empty());
        let (first, second) = (&output.published[0], &output.published[1]);
        assert_eq!(first, second, "{queue}");
        assert!(pipeline.phones.inbox().len() <= 1);
    }
}

#[tokio::test]
async fn the_same_values_in_another_spelling_are_a_repeat() {
    let number = |text: &str| {
        submitted("own")
            .to_string()
            .replace(r#""rooms":3"#, &format!(r#""rooms":{text}"#))
    };
    let without = with(submitted("own"), "/data/details", None);
    let null = with(submitted("own"), "/data/details", Some(Value::Null));
    let phone = |value| with(submitted("own"), "/data/customer/phone", value);
    let active = |value| with(registered("p"), "/data/active", value);
    let capacity = |text: &str| {
        registered("p")
            .to_string()
            .replace(r#""capacity":1"#, &format!(r#""capacity":{text}"#))
    };
    let bought = |text: &str| {
        purchased("own")
            .to_string()
            .replace(r#""points":10"#, &format!(r#""points":{text}"#))
    };
    for (queue, first, again) in [
        ("intake.fifo", number("1000000000000000000000"), number("1e+21")),
        ("intake.fifo", number("1e400"), number("10e399")),
        ("intake.fifo", number("3"), number("3.0")),
        ("intake.fifo", without, null),
        ("intake.fifo", phone(Some(Value::Null)), phone(None)),
        ("partners.fifo", active(Some(Value::Null)), active(Some(json!(true)))),
        ("partners.fifo", capacity("1"), capacity("1.0")),
        ("points.fifo", bought("10"), bought("1e1")),
    ] {
        assert_ne!(first, again);
        let mut pipeline = Pipeline::default();
        for body in [&first, &again] {
            pipeline.send(queue, body, "group", &json!({}));
        }
        pipeline.run_until_idle().await;
        let quarantined = &pipeline.output().quarantined;
        assert!(quarantined.is_empty(), "{first} {again}: {quarantined:?}");
    }
}

#[tokio::test]
async fn other_details_are_an_identity_conflict_however_close() {
    let number = |text: &str| {
        submitted("before")
            .to_string()
            .replace(r#""rooms":3"#, &format!(r#""rooms":{text}"#))
    };
    let Consumer { queue, good, .. } = INTAKE;
    let null_is_a_value_of_the_customers = number(r#"3,"floor":null"#);
    for other in [
        number("3.000000000000001"),
        number("3e400"),
        null_is_a_value_of_the_customers,
    ] {
        check(queue, good, &other, &json!({}), Quarantine("identity_conflict")).await;
    }
}

#[tokio::test]
async fn an_older_version_of_a_partner_is_ignored_with_any_contents() {
    let mut pipeline = Pipeline::default();
    let version = |n: u64, fee: u64| {
        let mut event = registered("p");
        event["data"]["version"] = json!(n);
        event["data"]["fee"]["points"] = json!(fee);
        event.to_string()
    };
    for body in [version(2, 20), version(1, 99), version(2, 20), version(2, 21)] {
        pipeline.send("partners.fifo", &body, "p", &json!({}));
    }
    pipeline.run_until_idle().await;
    let partners = pipeline.matching.stored_partners();
    assert_eq!(partners[0].registered.fee.points.get(), 20);
    let reasons: Vec<_> = pipeline
        .output()
        .quarantined
        .iter()
        .map(|(_, why)| why.reason)
        .collect();
    assert_eq!(reasons, ["identity_conflict"]);
}
