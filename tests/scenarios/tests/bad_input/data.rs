//! Events whose data breaks the contract, and what the contract leaves open.

use serde_json::{Map, Value, json};

use crate::check::{check, check_both, with};
use crate::consumers::{
    CONSUMERS, Consumer, INTAKE, NOTIFICATION, PARTNERS, POINTS, STATISTICS, purchased, registered, submitted,
};
use crate::{Accepted, BREAKS_CONTRACT, Ignored};

/// The members of the data that must be there: written out, since the schema is made from the code that is tested.
const REQUIRED: [(Consumer, &[&str]); 4] = [
    (INTAKE, &["requestId", "customer", "customer/id", "category", "region"]),
    (POINTS, &["purchaseId", "partnerId", "points"]),
    (
        NOTIFICATION,
        &[
            "requestId",
            "attempt",
            "reason",
            "submittedAt",
            "customer",
            "category",
            "region",
        ],
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

/// Members of the data, with values that break the contract.
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
            json!(["010-1234-5678", "+0821", "+82", "+821000", 82]),
        ),
        (
            INTAKE,
            "customer/locale",
            json!(["한국어", "", "ko".to_owned() + &"-abcdefgh".repeat(11), 1]),
        ),
        (
            INTAKE,
            "customer/pushEndpointArn",
            json!(["SECRET", other_topic, other_region, other_account]),
        ),
        (INTAKE, "category", json!(["Cleaning", "", "x".repeat(65)])),
        (INTAKE, "region", json!(["Seoul", "kr-11", "KR", "KR-1111"])),
        (INTAKE, "details", json!([[], "SECRET"])),
        (POINTS, "purchaseId", ids()),
        (POINTS, "partnerId", ids()),
        (
            POINTS,
            "points",
            json!([
                null,
                0,
                -1,
                1.5,
                1e-3,
                "10",
                1_000_000_001,
                1e9 + 1.0,
                1e300,
                u64::MAX,
                [10]
            ]),
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
async fn data_that_breaks_the_contract_is_quarantined() {
    for (consumer, members) in REQUIRED {
        for member in members {
            let body = with((consumer.good)("own"), &format!("/data/{member}"), None);
            check_both(consumer, &body, BREAKS_CONTRACT).await;
        }
    }
    for (consumer, member, values) in broken_members() {
        for value in values.as_array().unwrap() {
            let member = format!("/data/{member}");
            let body = with((consumer.good)("own"), &member, Some(value.clone()));
            check_both(consumer, &body, BREAKS_CONTRACT).await;
        }
    }
    let points = |number: &str| {
        purchased("own")
            .to_string()
            .replace(r#""points":10"#, &format!(r#""points":{number}"#))
    };
    check_both(POINTS, &points("9223372036854775808000"), BREAKS_CONTRACT).await;
    check_both(POINTS, &points("10.01"), BREAKS_CONTRACT).await;
    check_both(POINTS, &points("1e400"), BREAKS_CONTRACT).await;
    for number in ["10.0", "1e1", "1E+1", "100e-1", "1000000000.0"] {
        check_both(POINTS, &points(number), Accepted).await;
    }
}

#[tokio::test]
async fn a_partner_with_too_many_pairs_or_none_breaks_the_contract() {
    let category = |n| json!(format!("category-{n}"));
    let many = |n| (0..n).map(category).collect::<Value>();
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
        let body = with(registered("own"), path, value);
        check_both(PARTNERS, &body, BREAKS_CONTRACT).await;
    }
    let body = with(registered("own"), "/data/categories", Some(many(40)));
    check_both(PARTNERS, &body, Accepted).await;
}

#[tokio::test]
async fn an_attribute_that_contradicts_the_type_breaks_the_contract() {
    for Consumer { queue, good, .. } in CONSUMERS {
        let body = good("own").to_string();
        let kind = good("own")["type"].clone();
        let text = |value: &Value| json!({ "dataType": "String", "stringValue": value });
        let binary = json!({ "dataType": "Binary", "binaryValue": "AAE=" });
        for (attribute, expected) in [
            (text(&kind), Accepted),
            (text(&json!("points.credited")), BREAKS_CONTRACT),
            (json!({ "dataType": "Number", "stringValue": "7" }), BREAKS_CONTRACT),
            (json!({ "dataType": "String.json", "stringValue": kind }), Accepted),
            (binary.clone(), BREAKS_CONTRACT),
        ] {
            let attributes = json!({ "eventType": attribute });
            check(queue, good, &body, &attributes, expected).await;
        }
        let ten: Map<_, _> = (0..10).map(|n| (format!("a{n}"), binary.clone())).collect();
        check(queue, good, &body, &Value::Object(ten), Accepted).await;
    }
}

#[tokio::test]
async fn a_type_that_the_function_does_not_accept_vanishes_only_where_the_topic_alone_sends() {
    for consumer in CONSUMERS {
        let own = (consumer.good)("own")["type"].as_str().unwrap().to_owned();
        let blank = format!("{own} ");
        let expected = if consumer.is_sent_to_directly {
            BREAKS_CONTRACT
        } else {
            Ignored
        };
        for kind in ["order.placed", consumer.foreign, "record.quarantined", &blank] {
            let event = with((consumer.good)("own"), "/type", Some(json!(kind)));
            check_both(consumer, &event, expected).await;
            let mut without = serde_json::from_str::<Value>(&event).unwrap();
            without.as_object_mut().unwrap().remove("data");
            without["datacontenttype"] = json!("text/xml");
            check_both(consumer, &without.to_string(), expected).await;
        }
    }
}

/// Members of the data as JSON's writers write them, with values that keep the contract.
fn odd_members() -> Vec<(Consumer, &'static str, Value)> {
    vec![
        (INTAKE, "customer/phone", Value::Null),
        (INTAKE, "customer/locale", Value::Null),
        (INTAKE, "customer/locale", json!("ko-KR-u-ca-gregory-fw-mon-mu-celsius")),
        (INTAKE, "customer/pushEndpointArn", Value::Null),
        (INTAKE, "details", Value::Null),
        (NOTIFICATION, "replaces", Value::Null),
        (NOTIFICATION, "attempt", json!(1.0)),
        (STATISTICS, "category", Value::Null),
        (STATISTICS, "points", json!(100.0)),
    ]
}

#[tokio::test]
async fn what_a_contract_leaves_open_is_accepted() {
    for consumer in CONSUMERS {
        let good = || (consumer.good)("own");
        for (path, value) in [
            ("/datacontenttype", json!("application/json; charset=utf-8")),
            ("/extension", json!({ "any": [1, null] })),
            ("/data/unknown", json!({ "any": "thing" })),
            ("/correlationid", json!("not well formed, so another is taken")),
            ("/traceparent", json!("garbled")),
            ("/subject", Value::Null),
            ("/datacontenttype", Value::Null),
            ("/correlationid", Value::Null),
            ("/time", json!("1970-01-01T00:00:00.000000001-00:00")),
            ("/id", json!("event-before")),
        ] {
            check_both(consumer, &with(good(), path, Some(value)), Accepted).await;
        }
    }
    for (consumer, member, value) in odd_members() {
        let body = with((consumer.good)("own"), &format!("/data/{member}"), Some(value));
        check_both(consumer, &body, Accepted).await;
    }
    for details in [
        json!({ "t": "x".repeat(200 * 1024) }),
        json!({ "t": "\u{202e}🧹e\u{301}<b>'; DROP TABLE" }),
        json!({}),
    ] {
        let body = with(submitted("own"), "/data/details", Some(details));
        check(INTAKE.queue, INTAKE.good, &body, &json!({}), Accepted).await;
    }
    for time in ["0001-01-02T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-30T00:00:00Z"] {
        let body = with(purchased("own"), "/time", Some(json!(time)));
        check_both(POINTS, &body, Accepted).await;
    }
}
