//! Bad records of every kind at every consumer: what each bad record gets, and that its neighbours never notice.

#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use matchflow_tests::pipeline::Pipeline;
use serde_json::{Map, Value, json};

/// What a record gets.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gets {
    Quarantine(&'static str),
    Ignored,
    Accepted,
}
use Gets::{Accepted, Ignored, Quarantine};

const NOT_JSON: Gets = Quarantine("not_json");
const NOT_AN_ENVELOPE: Gets = Quarantine("not_an_envelope");
const BREAKS_CONTRACT: Gets = Quarantine("breaks_contract");

/// A queue and a good event for it.
#[derive(Clone, Copy, Debug)]
struct Consumer {
    queue: &'static str,
    good: fn(&str) -> Value,
    /// A type that others take, but not this one.
    foreign: &'static str,
}

const INTAKE: Consumer = Consumer {
    queue: "intake.fifo",
    good: submitted,
    foreign: "notification.sent",
};
const POINTS: Consumer = Consumer {
    queue: "points.fifo",
    good: purchased,
    foreign: "notification.sent",
};
const NOTIFICATION: Consumer = Consumer {
    queue: "notification",
    good: unmatched,
    foreign: "notification.sent",
};
const STATISTICS: Consumer = Consumer {
    queue: "statistics",
    good: deducted,
    foreign: "request.submitted",
};
const CONSUMERS: [Consumer; 4] = [INTAKE, POINTS, NOTIFICATION, STATISTICS];

fn envelope(kind: &str, key: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": format!("event-{key}"), "source": "/shop", "type": kind,
        "time": "1970-01-01T09:00:00+09:00", "data": data,
    })
}

fn submitted(key: &str) -> Value {
    let data = json!({
        "requestId": key, "customer": { "id": "customer", "phone": "+821000000001" },
        "category": "cleaning", "region": "KR-11", "details": { "rooms": 3 },
    });
    envelope("request.submitted", key, &data)
}

fn purchased(key: &str) -> Value {
    envelope(
        "points.purchased",
        key,
        &json!({ "purchaseId": key, "partnerId": "partner", "points": 10 }),
    )
}

fn registered(key: &str) -> Value {
    let data = json!({
        "partnerId": key, "version": 1, "name": "Clean", "categories": ["washing"], "regions": ["KR-11"],
        "capacity": 3, "fee": { "points": 10 },
    });
    envelope("partner.registered", key, &data)
}

fn unmatched(key: &str) -> Value {
    let data = json!({
        "requestId": key, "attempt": 1, "category": "cleaning", "region": "KR-11",
        "submittedAt": "1970-01-01T00:00:00Z", "customer": { "id": "customer", "phone": "+821000000001" },
        "reason": "no_partner",
    });
    envelope("request.unmatched", key, &data)
}

fn deducted(key: &str) -> Value {
    let data = json!({
        "requestId": key, "matchId": key, "partnerId": "partner", "points": 10, "balance": 0, "sequence": 2,
        "transferId": key, "submittedAt": "1970-01-01T00:00:00Z",
    });
    envelope("points.deducted", key, &data)
}

/// Delivers the record between two good neighbours of its group, in one batch, and checks what each of them got: what
/// comes of an event is published, and all that is published is counted.
async fn check(
    queue: &'static str,
    good: fn(&str) -> Value,
    body: &str,
    attributes: &Value,
    gets: Gets,
) {
    let shown = body.get(..body.len().min(200)).unwrap_or_default();
    let mut pipeline = Pipeline::default();
    pipeline.send(queue, &good("before").to_string(), "group", &json!({}));
    let id = pipeline.send(queue, body, "group", attributes);
    pipeline.send(queue, &good("after").to_string(), "group", &json!({}));
    pipeline.run().await;

    let seen = pipeline.seen();
    for neighbour in ["before", "after"] {
        assert!(
            pipeline.statistics.knows(neighbour),
            "{queue}: {neighbour} was lost next to {shown}"
        );
    }
    let own = pipeline.statistics.knows("own");
    let set_aside: Vec<_> = seen
        .quarantined
        .iter()
        .map(|(record, why)| (&*record.message_id, why.reason))
        .collect();
    match gets {
        Accepted => assert!(
            own && set_aside.is_empty(),
            "{queue}: {set_aside:?} {own} for {shown}"
        ),
        Ignored => assert_eq!((own, set_aside), (false, vec![]), "{queue}: {shown}"),
        Quarantine(reason) => {
            assert_eq!(
                (own, set_aside),
                (false, vec![(&*id, reason)]),
                "{queue}: {shown}"
            );
            let (record, why) = &seen.quarantined[0];
            assert_eq!(record.body, body);
            assert!(!why.detail.contains("SECRET"), "{}", why.detail);
        }
    }
}

/// The record raw, and in SNS's wrapping: the same comes of both.
async fn check_both(consumer: Consumer, body: &str, gets: Gets) {
    let Consumer { queue, good, .. } = consumer;
    check(queue, good, body, &json!({}), gets).await;
    let wrapped = json!({
        "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:t.fifo",
        "Message": body, "Timestamp": "2026-03-01T00:00:00Z",
    });
    check(queue, good, &wrapped.to_string(), &json!({}), gets).await;
}

/// An envelope with one member replaced, or taken out (`null` given as such stays `null`).
fn with(mut event: Value, path: &str, value: Option<Value>) -> String {
    let (parent, member) = path.rsplit_once('/').unwrap();
    let object: &mut Map<_, _> = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => drop(object.insert(member.to_owned(), value)),
        None => drop(object.remove(member)),
    }
    event.to_string()
}

#[tokio::test]
async fn bodies_that_are_no_object_are_no_envelope() {
    for consumer in CONSUMERS {
        for body in ["", " \n\t", "null", "[]", "\"text\"", "42", "true", "[{}]"] {
            check_both(consumer, body, NOT_AN_ENVELOPE).await;
        }
    }
}

#[tokio::test]
async fn what_is_not_json_is_not_json() {
    for consumer in CONSUMERS {
        let good = (consumer.good)("own").to_string();
        let lone_surrogate = good.replacen("/shop", "/shop\\ud800", 1);
        let twice = good.replacen('{', r#"{"id":"SECRET","#, 1);
        let unknown_twice = good.replacen('{', r#"{"x":1,"x":2,"#, 1);
        let twice_in_data = good.replacen(r#""data":{"#, r#""data":{"x":1,"x":2,"#, 1);
        let deep = |depth| {
            good.replacen(
                '{',
                &format!(r#"{{"x":{}{},"#, "[".repeat(depth), "]".repeat(depth)),
                1,
            )
        };
        for body in [
            good[..good.len() - 1].to_owned(),
            format!("{good}x"),
            format!("{good}{good}"),
            good.replace('"', "'"),
            format!("\u{feff}{good}"),
            format!("\0{good}"),
            good.replacen("/shop", "/sh\0op", 1),
            good.replacen('{', r#"{"x":NaN,"#, 1),
            good.replacen('{', r#"{"x":-Infinity,"#, 1),
            lone_surrogate,
            twice,
            unknown_twice,
            twice_in_data,
            deep(200),
            deep(100_000),
        ] {
            check_both(consumer, &body, NOT_JSON).await;
        }
        check_both(consumer, &deep(100), Accepted).await;
    }
}

#[tokio::test]
async fn a_wrong_envelope_is_no_envelope() {
    let missing_or_wrong = [
        (
            "/specversion",
            vec![None, Some(json!("0.3")), Some(json!(1.0))],
        ),
        (
            "/id",
            vec![
                None,
                Some(json!("")),
                Some(json!("SECRET".repeat(50))),
                Some(json!(7)),
                Some(Value::Null),
            ],
        ),
        (
            "/source",
            vec![
                None,
                Some(json!("")),
                Some(json!("x".repeat(257))),
                Some(json!([])),
            ],
        ),
        (
            "/type",
            vec![
                None,
                Some(json!("")),
                Some(json!("x".repeat(257))),
                Some(json!({})),
            ],
        ),
        (
            "/time",
            vec![
                None,
                Some(json!("SECRET")),
                Some(json!("2026-03-01")),
                Some(json!("2026-03-01T09:00:00")),
                Some(json!("2026-13-01T09:00:00Z")),
                Some(json!("2026-03-01T09:00:00Z[Asia/Seoul]")),
                Some(json!(1_772_355_600)),
            ],
        ),
        (
            "/datacontenttype",
            vec![Some(json!("text/xml")), Some(json!(""))],
        ),
        ("/data_base64", vec![Some(json!("e30="))]),
        (
            "/data",
            vec![
                None,
                Some(Value::Null),
                Some(json!([])),
                Some(json!("SECRET")),
                Some(json!(1)),
            ],
        ),
    ];
    for consumer in CONSUMERS {
        for (path, values) in &missing_or_wrong {
            for value in values {
                let body = with((consumer.good)("own"), path, value.clone());
                check_both(consumer, &body, NOT_AN_ENVELOPE).await;
            }
        }
    }
}

/// The members that every event of a consumer needs.
const REQUIRED: [(Consumer, &[&str]); 4] = [
    (
        INTAKE,
        &["requestId", "customer", "customer/id", "category", "region"],
    ),
    (POINTS, &["purchaseId", "partnerId", "points"]),
    (
        NOTIFICATION,
        &["requestId", "attempt", "reason", "submittedAt", "customer"],
    ),
    (
        STATISTICS,
        &[
            "requestId",
            "matchId",
            "partnerId",
            "points",
            "balance",
            "sequence",
            "transferId",
            "submittedAt",
        ],
    ),
];

/// Members of the data, and values of each that break the contract.
fn broken_members() -> Vec<(Consumer, &'static str, Value)> {
    let ids = || json!([null, "", "a b", "x".repeat(65), 7]);
    let other_topic = "arn:aws:sns:ap-northeast-2:000000000000:orders.fifo";
    let other_region = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/1";
    let other_account = "arn:aws:sns:ap-northeast-2:111111111111:endpoint/GCM/app/1";
    vec![
        (INTAKE, "requestId", ids()),
        (INTAKE, "customer/id", ids()),
        (INTAKE, "customer", json!([null, ["customer"], "SECRET"])),
        (
            INTAKE,
            "customer/phone",
            json!(["010-1234-5678", "+0821", 82, null]),
        ),
        (INTAKE, "customer/locale", json!(["한국어", "", 1])),
        (
            INTAKE,
            "customer/pushEndpointArn",
            json!(["SECRET", other_topic, other_region, other_account]),
        ),
        (INTAKE, "category", json!(["Cleaning", "", "x".repeat(65)])),
        (INTAKE, "region", json!(["Seoul", "kr-11", "KR", "KR-1111"])),
        (INTAKE, "details", json!([[], "SECRET", null])),
        (POINTS, "purchaseId", ids()),
        (POINTS, "partnerId", ids()),
        (
            POINTS,
            "points",
            json!([null, 0, -1, 1.5, 1e3, "10", 1_000_000_001, u64::MAX, [10]]),
        ),
        (NOTIFICATION, "requestId", ids()),
        (NOTIFICATION, "attempt", json!([0, -1, "1"])),
        (NOTIFICATION, "reason", json!(["SECRET", 1])),
        (NOTIFICATION, "submittedAt", json!(["yesterday"])),
        (STATISTICS, "requestId", ids()),
        (STATISTICS, "points", json!([0, -1, 1.5, 1_000_000_001])),
        (STATISTICS, "balance", json!([-1, 0.5, null])),
        (STATISTICS, "sequence", json!([0, "1"])),
        (STATISTICS, "submittedAt", json!(["yesterday"])),
    ]
}

#[tokio::test]
async fn data_that_breaks_the_contract_is_said_to() {
    for (consumer, members) in REQUIRED {
        for member in members {
            let body = with((consumer.good)("own"), &format!("/data/{member}"), None);
            check_both(consumer, &body, BREAKS_CONTRACT).await;
        }
    }
    for (consumer, member, values) in broken_members() {
        for value in values.as_array().unwrap() {
            let body = with(
                (consumer.good)("own"),
                &format!("/data/{member}"),
                Some(value.clone()),
            );
            check_both(consumer, &body, BREAKS_CONTRACT).await;
        }
    }
    let points = |number: &str| {
        purchased("own")
            .to_string()
            .replace(r#""points":10"#, &format!(r#""points":{number}"#))
    };
    check_both(POINTS, &points("9223372036854775808000"), BREAKS_CONTRACT).await;
    check_both(POINTS, &points("1e3"), BREAKS_CONTRACT).await;
    check_both(POINTS, &points("1e400"), BREAKS_CONTRACT).await;
}

#[tokio::test]
async fn a_partner_with_too_many_pairs_or_none_breaks_the_contract() {
    let many = |n: usize| {
        (0..n)
            .map(|n| json!(format!("category-{n}")))
            .collect::<Value>()
    };
    for (path, value) in [
        ("/data/categories", Some(json!([]))),
        ("/data/regions", Some(json!([]))),
        ("/data/categories", Some(many(41))),
        ("/data/categories", None),
        ("/data/version", Some(json!(-1))),
        ("/data/version", Some(json!(9_007_199_254_740_992_u64))),
        ("/data/capacity", Some(json!(100_001))),
        ("/data/fee", Some(json!([10]))),
        ("/data/fee", Some(json!({ "points": 0 }))),
        ("/data/name", Some(json!(""))),
        ("/data/name", Some(json!("x".repeat(101)))),
        ("/data/active", Some(json!("yes"))),
    ] {
        check_both(
            INTAKE,
            &with(registered("own"), path, value),
            BREAKS_CONTRACT,
        )
        .await;
    }
    let mut pipeline = Pipeline::default();
    pipeline.send(
        "intake.fifo",
        &with(registered("own"), "/data/categories", Some(many(40))),
        "own",
        &json!({}),
    );
    pipeline.run().await;
    assert_eq!(pipeline.table.stored_partners().len(), 1);
}

#[tokio::test]
async fn an_attribute_that_contradicts_the_type_breaks_the_contract() {
    for Consumer { queue, good, .. } in CONSUMERS {
        let body = good("own").to_string();
        let kind = good("own")["type"].clone();
        for (attribute, gets) in [
            (
                json!({ "dataType": "String", "stringValue": kind }),
                Accepted,
            ),
            (
                json!({ "dataType": "String", "stringValue": "points.credited" }),
                BREAKS_CONTRACT,
            ),
            (
                json!({ "dataType": "Number", "stringValue": "7" }),
                BREAKS_CONTRACT,
            ),
            (
                json!({ "dataType": "Binary", "binaryValue": "AAE=" }),
                BREAKS_CONTRACT,
            ),
        ] {
            check(queue, good, &body, &json!({ "eventType": attribute }), gets).await;
        }
        let ten: Map<_, _> = (0..10)
            .map(|n| {
                (
                    format!("a{n}"),
                    json!({ "dataType": "Binary", "binaryValue": "AAE=" }),
                )
            })
            .collect();
        check(queue, good, &body, &Value::Object(ten), Accepted).await;
    }
}

#[tokio::test]
async fn a_type_of_somebody_else_is_ignored_whatever_it_says() {
    for consumer in CONSUMERS {
        for kind in ["order.placed", consumer.foreign, "record.quarantined"] {
            let event = with((consumer.good)("own"), "/type", Some(json!(kind)));
            check_both(consumer, &event, Ignored).await;
            let mut without = serde_json::from_str::<Value>(&event).unwrap();
            without.as_object_mut().unwrap().remove("data");
            without["datacontenttype"] = json!("text/xml");
            check_both(consumer, &without.to_string(), Ignored).await;
        }
    }
}

#[tokio::test]
async fn what_a_contract_leaves_open_is_accepted() {
    for consumer in CONSUMERS {
        let good = || (consumer.good)("own");
        for (path, value) in [
            ("/datacontenttype", json!("application/json; charset=utf-8")),
            ("/extension", json!({ "any": [1, null] })),
            ("/data/unknown", json!({ "any": "thing" })),
            (
                "/correlationid",
                json!("not well formed, so another is taken"),
            ),
            ("/traceparent", json!("garbled")),
            ("/time", json!("1970-01-01T00:00:00.000000001-00:00")),
            ("/id", json!("event-before")),
        ] {
            check_both(consumer, &with(good(), path, Some(value)), Accepted).await;
        }
    }
    for details in [
        json!({ "t": "x".repeat(200 * 1024) }),
        json!({ "t": "\u{202e}🧹e\u{301}<b>'; DROP TABLE" }),
        json!({}),
    ] {
        let body = with(submitted("own"), "/data/details", Some(details));
        check(INTAKE.queue, INTAKE.good, &body, &json!({}), Accepted).await;
    }
    for time in ["1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z"] {
        check_both(
            POINTS,
            &with(purchased("own"), "/time", Some(json!(time))),
            Accepted,
        )
        .await;
    }
}

#[tokio::test]
async fn a_wrapping_that_is_none_is_quarantined() {
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
async fn answers_and_deferrals_are_taken_from_the_topics_queues_alone() {
    let answer = |kind| {
        let data = json!({
            "requestId": "before", "matchId": "m", "partnerId": "p", "points": 1, "balance": 0, "sequence": 1,
            "transferId": "t", "submittedAt": "2026-03-01T00:00:00Z", "reason": "unknown_account", "attempt": 1,
            "retryAt": "2026-03-01T00:00:00Z", "purchaseId": "b",
        });
        envelope(kind, "own", &data).to_string()
    };
    for kind in [
        "points.deducted",
        "points.rejected",
        "points.credited",
        "request.deferred",
    ] {
        check_both(INTAKE, &answer(kind), BREAKS_CONTRACT).await;
    }
    for (queue, kind, gets) in [
        ("outcomes.fifo", "points.deducted", BREAKS_CONTRACT), // of an unknown request
        ("outcomes.fifo", "points.rejected", BREAKS_CONTRACT),
        ("outcomes.fifo", "points.credited", Ignored), // of a partner that is not registered
        ("outcomes.fifo", "request.deferred", BREAKS_CONTRACT),
        ("deferred.fifo", "request.deferred", BREAKS_CONTRACT),
        ("deferred.fifo", "points.deducted", BREAKS_CONTRACT),
    ] {
        let mut pipeline = Pipeline::default();
        pipeline.send(queue, &answer(kind), "group", &json!({}));
        pipeline.run().await;
        let reasons: Vec<_> = pipeline
            .seen()
            .quarantined
            .iter()
            .map(|(_, why)| Quarantine(why.reason))
            .collect();
        assert_eq!(
            reasons,
            if gets == Ignored { vec![] } else { vec![gets] },
            "{queue} {kind}"
        );
    }
}

#[tokio::test]
async fn the_same_key_with_other_contents_is_an_identity_conflict() {
    let conflict = Quarantine("identity_conflict");
    for (consumer, path, value) in [
        (INTAKE, "/data/region", json!("KR-26")),
        (INTAKE, "/data/details", json!({ "rooms": 4 })),
        (INTAKE, "/data/customer/phone", json!("+821000000002")),
        (POINTS, "/data/points", json!(11)),
        (POINTS, "/data/partnerId", json!("other")),
    ] {
        let Consumer { queue, good, .. } = consumer;
        check(
            queue,
            good,
            &with(good("before"), path, Some(value)),
            &json!({}),
            conflict,
        )
        .await;
    }
}

#[tokio::test]
async fn the_same_key_with_equal_contents_is_published_again_and_has_no_second_effect() {
    for Consumer { queue, good, .. } in [INTAKE, POINTS, NOTIFICATION] {
        let mut repeat = good("before");
        repeat["id"] = json!("another");
        repeat["time"] = json!("1970-01-01T00:00:01Z");
        repeat["data"]["unknown"] = json!(1);
        if queue == "intake.fifo" {
            repeat["data"]["customer"]["locale"] = json!("ko-KR"); // the default, said aloud
        }
        let mut pipeline = Pipeline::default();
        for event in [good("before"), repeat] {
            pipeline.send(queue, &format!(" {event}\n"), "group", &json!({}));
        }
        pipeline.run().await;
        let seen = pipeline.seen();
        assert!(seen.quarantined.is_empty());
        let (first, second) = (&seen.published[0], &seen.published[1]);
        assert_eq!(first, second, "{queue}");
        assert!(pipeline.phones.inbox().len() <= 1);
    }
}

#[tokio::test]
async fn an_older_version_of_a_partner_is_ignored_whatever_else_it_says() {
    let mut pipeline = Pipeline::default();
    let version = |n: u64, fee: u64| {
        let mut event = registered("p");
        event["data"]["version"] = json!(n);
        event["data"]["fee"]["points"] = json!(fee);
        event.to_string()
    };
    for body in [
        version(2, 20),
        version(1, 99),
        version(2, 20),
        version(2, 21),
    ] {
        pipeline.send("intake.fifo", &body, "p", &json!({}));
    }
    pipeline.run().await;
    let partners = pipeline.table.stored_partners();
    assert_eq!(partners[0].registered.fee.points.get(), 20);
    let reasons: Vec<_> = pipeline
        .seen()
        .quarantined
        .iter()
        .map(|(_, why)| why.reason)
        .collect();
    assert_eq!(reasons, ["identity_conflict"]);
}
