//! Bodies that are no JSON, or no object.

use contract::{EventType, Reason};

use super::{reason, rewritten};
use crate::samples::{decode, golden};

#[test]
fn json_that_is_no_object_is_not_an_envelope() {
    for body in [
        "", " \r\n\t", "null", "[]", "\"text\"", "42", "-1.5e9", "true", "{}", "[{}]",
    ] {
        assert_eq!(reason(body), Some(Reason::NotAnEnvelope), "{body:?}");
    }
}

#[test]
fn what_does_not_parse_is_not_json() {
    let good = golden(EventType::PointsPurchased);
    for body in [
        good[..good.len() - 3].to_owned(),
        format!("{good}}}"),
        format!("{good}{good}"),
        good.replace('"', "'"),
        format!("\u{feff}{good}"),
        format!("{good}\0"),
        good.replace("50000", "NaN"),
        good.replace("50000", "Infinity"),
        good.replace("50000", "+5"),
        good.replace("50000", "05"),
        good.replace("/payments", "/pay\nments"),
        good.replace("ptn-0107", "\\ud83d"),
        good.replace("ptn-0107", "\\x41"),
        good.replace("buy-20260302-0031", "\\udc00"),
        good.replacen("\"data\"", "\"\\ud800\": 1, \"data\"", 1),
        good.replacen("\"data\"", "\"correlationid\": \"\\ud800\", \"data\"", 1),
        "{".to_owned(),
        "{'specversion': '1.0'}".to_owned(),
    ] {
        assert_eq!(reason(&body), Some(Reason::NotJson), "{body}");
    }
}

#[test]
fn half_characters_in_members_that_are_not_read_are_accepted() {
    for from in ["\"data\"", "\"partnerId\""] {
        let body = rewritten(
            EventType::PointsPurchased,
            from,
            &format!("\"note\": \"\\ud800\", {from}"),
        );
        assert_eq!(reason(&body), None);
    }
    let body = rewritten(EventType::RequestSubmitted, "2026-03-05", "\\udfff");
    assert_eq!(reason(&body), None);
}

#[test]
fn nesting_is_bounded_wherever_it_is() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    for deep in [nested(128), nested(1000), objects(1000), nested(120_000)] {
        for (event_type, from) in [
            (EventType::PointsPurchased, "\"data\""),
            (EventType::PointsPurchased, "\"points\""),
            (EventType::RequestSubmitted, "\"방\""),
        ] {
            let body = rewritten(event_type, from, &format!("\"x\": {deep}, {from}"));
            assert_eq!(reason(&body), Some(Reason::NotJson));
        }
        assert_eq!(
            reason(&format!("{{\"type\": \"other\", \"data\": {deep}}}")),
            Some(Reason::NotJson)
        );
    }
    assert_eq!(reason(&nested(100_000)), Some(Reason::NotJson));
    assert_eq!(reason(&nested(128)), Some(Reason::NotAnEnvelope));
    // brackets in text are no nesting, however it is escaped
    let text = "\\\"[".repeat(500) + "\\\\";
    assert_eq!(reason(&rewritten(EventType::PointsPurchased, "/payments", "/[[")), None);
    let body = rewritten(
        EventType::PointsPurchased,
        "\"data\"",
        &format!("\"x\": \"{text}\", \"data\""),
    );
    assert_eq!(reason(&body), None);
    let body = rewritten(
        EventType::RequestSubmitted,
        "\"방\"",
        &format!("\"x\": {}, \"방\"", nested(125)),
    );
    assert_eq!(reason(&body), None);
}

#[test]
fn the_same_member_twice_at_a_level_that_is_read_is_not_json() {
    let submitted = EventType::RequestSubmitted;
    for (from, to) in [
        ("\"time\"", "\"id\": \"again\", \"time\""),
        ("\"time\"", "\"custom\": 1, \"custom\": 1, \"time\""),
        ("\"time\"", "\"\\u0069d\": \"again\", \"time\""),
        ("\"category\"", "\"requestId\": \"again\", \"category\""),
        ("\"category\"", "\"unknown\": 1, \"unknown\": 2, \"category\""),
        ("\"locale\"", "\"id\": \"cus-4821\", \"locale\""),
        ("\"home-cleaning\"", "{\"unknown\": 1, \"unknown\": 2}"),
    ] {
        let body = rewritten(submitted, from, to);
        assert_eq!(reason(&body), Some(Reason::NotJson), "{to}");
        let detail = decode(&body).unwrap_err().detail;
        assert!(detail.ends_with("must not have the same member twice"), "{detail}");
        assert!(!detail.contains("unknown"), "{detail}");
    }
    let body = rewritten(
        submitted,
        "\"category\"",
        "\"unknown\": {\"a\": 1, \"a\": 2}, \"category\"",
    );
    assert_eq!(reason(&body), None);
    assert_eq!(reason(&rewritten(submitted, "\"방\": 3", "\"방\": 3, \"방\": 3")), None);
}
