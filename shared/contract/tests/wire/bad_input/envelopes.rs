//! Envelopes, attributes and extensions.

use contract::{EventType, EventTypeAttribute, Reason, Undecoded};
use serde_json::{Value, json};

use super::{reason, sample, with};
use crate::samples::{QUEUE, decode, decode_by, golden};

#[test]
fn the_header_must_be_right() {
    let long = json!("가".repeat(257));
    let texts = [Value::Null, json!(""), json!(7), json!({}), json!([]), long];
    for pointer in ["/specversion", "/id", "/source", "/type", "/time"] {
        for value in std::iter::once(None).chain(texts.iter().cloned().map(Some)) {
            let body = with(EventType::PointsPurchased, pointer, value.clone());
            assert_eq!(reason(&body), Some(Reason::NotAnEnvelope), "{pointer} {value:?}");
        }
    }
    for (pointer, value) in [
        ("/specversion", "1.1"),
        ("/specversion", "0.3"),
        ("/source", "pay ments"),
        ("/source", "결제"),
        ("/time", "2026-03-02"),
        ("/time", "2026-03-02T09:00:00"),
        ("/time", "2026-03-02 09:00:00Z"),
        ("/time", "2026-02-30T09:00:00Z"),
        ("/time", "1772412000"),
        ("/time", "0000-01-01T00:00:00+09:00"),
        ("/time", "0001-01-01T00:00:00+09:00"),
        ("/time", "0001-01-01T23:59:59Z"),
        ("/time", "9999-12-31T00:00:00Z"),
        ("/time", "9999-12-31T23:59:59-09:00"),
    ] {
        let body = with(EventType::PointsPurchased, pointer, Some(json!(value)));
        assert_eq!(reason(&body), Some(Reason::NotAnEnvelope), "{pointer} {value}");
    }
    for (pointer, value) in [
        ("/id", "가".repeat(256)),
        ("/source", "https://pay.example/v1?a=%20b#c".to_owned()),
        ("/source", "urn:uuid:6f8c1d7e-2f64-4a0b-9a39-7d1c5f0e8b21".to_owned()),
        ("/time", "1999-12-31T23:59:60-00:00".to_owned()),
        ("/time", "2199-01-01t00:00:00.123456789123z".to_owned()),
        ("/time", "0001-01-02T00:00:00Z".to_owned()),
        ("/time", "9999-12-30T00:00:00Z".to_owned()),
        ("/subject", String::new()),
        ("/subject", "가".repeat(300)),
    ] {
        let body = with(EventType::PointsPurchased, pointer, Some(json!(value)));
        assert_eq!(reason(&body), None, "{pointer} {value}");
    }
}

#[test]
fn the_envelopes_texts_have_the_characters_of_cloudevents() {
    let purchased = EventType::PointsPurchased;
    let escapes = [
        "\\u0000",
        "\\u0001",
        "\\t",
        "\\n",
        "\\u001f",
        "\\u007f",
        "\\u0080",
        "\\u009f",
        "\\ufdd0",
        "\\ufdef",
        "\\ufffe",
        "\\uffff",
        "\\ud83f\\udffe",
        "\\udbff\\udfff",
        "\\ud800",
        "\\udc00",
        "\\udc00\\ud800",
        "\u{7f}",
        "\u{85}",
        "\u{ffff}",
        "\u{1fffe}",
    ];
    for name in ["id", "source", "type", "subject"] {
        for characters in escapes {
            let body = with(purchased, &format!("/{name}"), Some(json!("aHEREb")));
            let invalid = decode(&body.replace("HERE", characters)).unwrap_err();
            assert_eq!(invalid.reason, Reason::NotAnEnvelope, "{name} {characters}");
            assert!(
                invalid.detail.starts_with(&format!("`{name}` must be")),
                "{}",
                invalid.detail
            );
        }
    }
    for value in [json!(1), json!({}), json!([]), json!(true)] {
        let body = with(purchased, "/subject", Some(value));
        assert_eq!(reason(&body), Some(Reason::NotAnEnvelope), "{body}");
    }
    for name in ["id", "subject"] {
        let value = "집 \u{e000}\u{fdcf}\u{fdf0}\u{fffd}🧹\u{202e}\u{ad}\u{a0}\u{10fffd}";
        let body = with(purchased, &format!("/{name}"), Some(json!(value)));
        assert_eq!(reason(&body), None, "{name}");
    }
}

#[test]
fn data_must_be_a_json_object() {
    for value in [
        None,
        Some(Value::Null),
        Some(json!([])),
        Some(json!("{}")),
        Some(json!(1)),
    ] {
        let body = with(EventType::MatchClosed, "/data", value);
        assert_eq!(reason(&body), Some(Reason::NotAnEnvelope), "{body}");
    }
    for content_type in [
        json!("application/xml"),
        json!("text/plain; a=json"),
        json!("json"),
        json!(""),
        json!(1),
    ] {
        let body = with(EventType::MatchClosed, "/datacontenttype", Some(content_type));
        assert_eq!(reason(&body), Some(Reason::NotAnEnvelope), "{body}");
    }
    let both = with(EventType::MatchClosed, "/data_base64", Some(json!("e30=")));
    assert_eq!(reason(&both), Some(Reason::NotAnEnvelope));
    for content_type in [
        "application/json; charset=utf-8",
        "Application/JSON;charset=utf-8",
        "application/json ; profile=\"x\"",
        "application/vnd.matchflow+json",
    ] {
        let body = with(EventType::MatchClosed, "/datacontenttype", Some(json!(content_type)));
        assert_eq!(reason(&body), None, "{content_type}");
    }
}

#[test]
fn the_attribute_and_the_type_must_agree() {
    let good = golden(EventType::MatchClosed);
    let unknown = r#"{"specversion":"1.0","id":"1","source":"/x","type":"x.y","time":"2026-01-01T00:00:00Z"}"#;
    let by =
        |body: &str, attribute| decode_by(body, attribute, &[EventType::MatchClosed]).map_err(|invalid| invalid.reason);
    assert!(by(&good, EventTypeAttribute::Text("match.closed")).unwrap().is_some());
    assert!(by(&good, EventTypeAttribute::Absent).unwrap().is_some());
    assert_eq!(by(unknown, EventTypeAttribute::Text("x.y")), Ok(None));
    for (body, attribute) in [
        (&good[..], EventTypeAttribute::Text("request.submitted")),
        (&good, EventTypeAttribute::Text("")),
        (&good, EventTypeAttribute::OtherType),
        (unknown, EventTypeAttribute::Text("match.closed")),
        (unknown, EventTypeAttribute::OtherType),
    ] {
        assert_eq!(by(body, attribute), Err(Reason::BreaksContract), "{attribute:?}");
    }
    assert_eq!(by("{", EventTypeAttribute::OtherType), Err(Reason::NotJson));
    assert_eq!(
        EventTypeAttribute::new("String", Some("a")),
        EventTypeAttribute::Text("a")
    );
    assert_eq!(
        EventTypeAttribute::new("String.json", Some("a")),
        EventTypeAttribute::Text("a")
    );
    for (data_type, value) in [
        ("String", None),
        ("Number", Some("1")),
        ("Binary", None),
        ("String.x", None),
        ("Strings", Some("a")),
        ("Number.String", Some("a")),
    ] {
        assert_eq!(EventTypeAttribute::new(data_type, value), EventTypeAttribute::OtherType);
    }
}

#[test]
fn the_data_of_a_type_that_is_not_asked_for_are_not_looked_at() {
    let by = |body: &str| contract::decode(body, EventTypeAttribute::Absent, &[EventType::MatchClosed], QUEUE);
    for (name, known) in [
        ("points.purchased", Some(EventType::PointsPurchased)),
        ("record.quarantined", Some(EventType::RecordQuarantined)),
        ("partner.deleted", None),
        ("match.closed ", None),
        ("Match.Closed", None),
        ("주문", None),
    ] {
        for (member, value) in [
            ("data", Some(json!({}))),
            ("data", Some(json!("text"))),
            ("data", None),
            ("datacontenttype", Some(json!("image/png"))),
            ("data_base64", Some(json!("AA=="))),
        ] {
            let mut event = sample(EventType::MatchClosed);
            event["type"] = json!(name);
            event.as_object_mut().unwrap().remove(member);
            if let Some(value) = value {
                event[member] = value;
            }
            assert_eq!(by(&event.to_string()), Err(Undecoded::OtherType(known)), "{event}");
        }
    }
    // but it is an event
    let body = r#"{"specversion":"1.0","id":"","source":"/x","type":"x.y","time":"2026-01-01T00:00:00Z"}"#;
    assert_eq!(reason(body), Some(Reason::NotAnEnvelope));
}

#[test]
fn malformed_extensions_are_as_good_as_absent() {
    for value in [
        json!(""),
        json!("a b"),
        json!("a".repeat(129)),
        json!(1),
        json!({}),
        Value::Null,
    ] {
        let body = with(EventType::RequestSubmitted, "/correlationid", Some(value));
        assert_eq!(decode(&body).unwrap().unwrap().correlation_id, "req-20260302-0917");
    }
    let trace = |tail: &str| format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7{tail}");
    for value in [
        trace(""),
        trace("-1"),
        trace("-0G"),
        trace("-01-x"),
        trace("-01").to_uppercase(),
        trace("-01").replacen("00", "ff", 1),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01".to_owned(),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01".to_owned(),
    ] {
        let body = with(EventType::RequestSubmitted, "/traceparent", Some(json!(value)));
        assert_eq!(decode(&body).unwrap().unwrap().traceparent, None, "{value}");
    }
}
