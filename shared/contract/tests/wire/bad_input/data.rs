//! What an event says: numbers, lists, and odd but good ones.

use contract::{EventType, Reason};
use serde_json::{Value, json};

use super::{reason, rewritten, sample, with};
use crate::samples::{decode, events, golden};

#[test]
fn every_member_of_data_must_keep_the_contract() {
    for event_type in events() {
        let event = sample(event_type);
        let schema = contract::schema(event_type);
        let data = schema["properties"]["data"]["$ref"].as_str().unwrap();
        let data = schema.pointer(data.trim_start_matches('#')).unwrap();
        for name in event["data"].as_object().unwrap().keys() {
            let pointer = format!("/data/{name}");
            let required = data["required"].as_array().unwrap().contains(&json!(name));
            for value in [json!([[]]), json!(-1), json!([{}])] {
                let body = with(event_type, &pointer, Some(value));
                let invalid = decode(&body).unwrap_err();
                assert_eq!(invalid.reason, Reason::BreaksContract, "{body}");
                assert!(
                    invalid.detail.starts_with(&format!("`data.{name}")),
                    "{}",
                    invalid.detail
                );
            }
            let without = decode(&with(event_type, &pointer, None));
            assert_eq!(
                decode(&with(event_type, &pointer, Some(Value::Null))),
                without,
                "{event_type} {name}"
            );
            let sentence = without.map_err(|invalid| (invalid.reason, invalid.detail)).err();
            let expected = required.then(|| (Reason::BreaksContract, format!("`data.{name}` is missing")));
            assert_eq!(sentence, expected, "{event_type} {name}");
        }
    }
}

#[test]
fn points_are_whole_and_within_their_range() {
    for number in [
        "0",
        "-1",
        "-0",
        "1.5",
        "0.0",
        "1.0000000000000000000000001",
        "1e-3",
        "1e9999999999999999999999999999999999999999999",
        "1000000000.1",
        "1000000001.0",
        "1e10",
        "\"10\"",
        "1000000001",
        "4294967297",
        "9223372036854775808",
        "18446744073709551617",
        "1e400",
        "-1e400",
        "true",
        "null",
        "[1]",
        "{}",
        "123456789012345678901234567890123456789012345678901234567890",
    ] {
        for event_type in [EventType::PointsPurchased, EventType::RequestMatched] {
            let from = if event_type == EventType::PointsPurchased {
                "50000"
            } else {
                "3000"
            };
            let body = rewritten(event_type, from, number);
            assert_eq!(reason(&body), Some(Reason::BreaksContract), "{number}");
        }
    }
    for number in ["1", "1000000000", "1.0", "1E0", "1e9", "1000000000.000", "0.1e1"] {
        assert_eq!(
            reason(&rewritten(EventType::PointsPurchased, "50000", number)),
            None,
            "{number}"
        );
    }
}

#[test]
fn an_integer_may_be_written_as_any_number_without_a_fraction() {
    let spelled = |n: &Value| {
        [
            format!("{n}.0"),
            format!("{n}0e-1"),
            format!("{n}.00E+00"),
            format!("0.{n}e{}", n.to_string().len()),
        ]
    };
    for (event_type, names) in [
        (EventType::PartnerRegistered, &["version", "capacity", "points"][..]),
        (EventType::PointsPurchased, &["points"]),
        (EventType::RequestMatched, &["points", "attempt"]),
        (EventType::RequestDeferred, &["attempt"]),
        (EventType::PointsDeducted, &["points", "balance", "sequence"]),
        (EventType::PointsRejected, &["points", "balance", "sequence"]),
    ] {
        let whole = golden(event_type).replace(": ", ":");
        for name in names {
            let number = number_of(&whole, name);
            for other in spelled(&number) {
                let body = whole.replacen(&format!("\"{name}\":{number}"), &format!("\"{name}\":{other}"), 1);
                assert_ne!(body, whole);
                assert_eq!(decode(&body), decode(&whole), "{name} {other}");
            }
        }
    }
}

/// The number that a member of this name has in a text.
fn number_of(text: &str, name: &str) -> Value {
    let (_, behind) = text.split_once(&format!("\"{name}\":")).unwrap();
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[test]
fn null_for_an_optional_member_is_its_absence() {
    let customer = ["customer/phone", "customer/pushEndpointArn", "customer/locale"];
    let about = ["category", "region"];
    for (event_type, names) in [
        (EventType::RequestSubmitted, [&customer[..], &["details"]].concat()),
        (EventType::PartnerRegistered, vec!["active"]),
        (EventType::RequestMatched, [&customer[..], &["replaces"]].concat()),
        (EventType::RequestUnmatched, [&customer[..], &["replaces"]].concat()),
        (EventType::PointsDeducted, about.to_vec()),
        (EventType::PointsRejected, [&about[..], &["submittedAt"]].concat()),
        (
            EventType::NotificationSent,
            [&about[..], &["submittedAt", "partnerId"]].concat(),
        ),
        (
            EventType::NotificationFailed,
            [&about[..], &["submittedAt", "partnerId"]].concat(),
        ),
    ] {
        for name in names {
            let pointer = format!("/data/{name}");
            let null = decode(&with(event_type, &pointer, Some(Value::Null))).unwrap();
            assert_eq!(
                null,
                decode(&with(event_type, &pointer, None)).unwrap(),
                "{event_type} {name}"
            );
        }
    }
    for name in [
        "subject",
        "datacontenttype",
        "correlationid",
        "causationid",
        "traceparent",
        "data_base64",
        "anything",
    ] {
        let pointer = format!("/{name}");
        for event_type in events() {
            let null = decode(&with(event_type, &pointer, Some(Value::Null))).unwrap();
            assert_eq!(
                null,
                decode(&with(event_type, &pointer, None)).unwrap(),
                "{event_type} {name}"
            );
        }
    }
}

#[test]
fn numbers_have_their_limits() {
    let registered = EventType::PartnerRegistered;
    for (pointer, good, bad) in [
        (
            "/data/version",
            json!(9_007_199_254_740_991_u64),
            json!(9_007_199_254_740_992_u64),
        ),
        ("/data/version", json!(0), json!(-1)),
        ("/data/version", json!(-0.0), json!(9_007_199_254_740_992.0)),
        ("/data/capacity", json!(100_000), json!(100_001)),
        ("/data/capacity", json!(0), json!(0.5)),
        ("/data/capacity", json!(5.0), json!("5")),
        ("/data/capacity", json!(1e5), json!(100_000.5)),
        ("/data/active", json!(false), json!("false")),
        ("/data/active", json!(true), json!(1)),
    ] {
        assert_eq!(reason(&with(registered, pointer, Some(good))), None);
        assert_eq!(
            reason(&with(registered, pointer, Some(bad))),
            Some(Reason::BreaksContract)
        );
    }
    for (event_type, name) in [
        (EventType::RequestMatched, "attempt"),
        (EventType::RequestDeferred, "attempt"),
        (EventType::RequestUnmatched, "attempt"),
        (EventType::PointsCredited, "sequence"),
        (EventType::PointsDeducted, "sequence"),
    ] {
        let body = with(event_type, &format!("/data/{name}"), Some(json!(0)));
        assert_eq!(reason(&body), Some(Reason::BreaksContract), "{event_type} {name}");
    }
    assert_eq!(
        reason(&with(EventType::PointsRejected, "/data/sequence", Some(json!(0)))),
        None
    );
}

#[test]
fn partners_serve_1_to_40_pairs() {
    let pairs = |categories: usize, regions: usize| {
        let mut event = sample(EventType::PartnerRegistered);
        event["data"]["categories"] = (0..categories).map(|n| json!(format!("c-{n}"))).collect();
        event["data"]["regions"] = (10..10 + regions).map(|n| json!(format!("KR-{n}"))).collect();
        reason(&event.to_string())
    };
    for good in [(1, 1), (40, 1), (1, 40), (5, 8), (6, 6)] {
        assert_eq!(pairs(good.0, good.1), None, "{good:?}");
    }
    for bad in [(0, 1), (1, 0), (0, 0), (41, 1), (1, 41), (7, 6), (40, 40)] {
        assert_eq!(pairs(bad.0, bad.1), Some(Reason::BreaksContract), "{bad:?}");
    }
}

#[test]
fn odd_but_good_is_accepted() {
    let details = json!({
        "html": "<script>alert(1)</script>", "sql": "'; DROP TABLE requests; --", "odd": "\u{202e}\u{0301}🧹",
        "long": "집".repeat(70_000), "big": 1e300, "null": null,
    });
    assert_eq!(
        reason(&with(EventType::RequestSubmitted, "/data/details", Some(details))),
        None
    );
    let body = rewritten(EventType::RequestSubmitted, "\"방\": 3", "\"방\": 1e400");
    assert_eq!(reason(&body), None);
    let name = json!("a\u{0}\r\n\"<b>");
    assert_eq!(
        reason(&with(EventType::PartnerRegistered, "/data/name", Some(name))),
        None
    );
    for (from, to) in [
        ("\"id\"", "\"Type\": \"x\", \"TopicArn\": 1, \"id\""),
        ("\"id\"", "\"x\": [null], \"id\""),
    ] {
        assert_eq!(reason(&rewritten(EventType::RequestSubmitted, from, to)), None);
    }
    let defaults = with(EventType::RequestSubmitted, "/data/customer/locale", None);
    let whole = golden(EventType::RequestSubmitted);
    assert_eq!(
        decode(&defaults).unwrap().unwrap().event,
        decode(&whole).unwrap().unwrap().event
    );
    let active = with(EventType::PartnerRegistered, "/data/active", Some(json!(true)));
    let whole = golden(EventType::PartnerRegistered);
    assert_eq!(
        decode(&active).unwrap().unwrap().event,
        decode(&whole).unwrap().unwrap().event
    );
}
