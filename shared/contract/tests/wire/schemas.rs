//! The JSON Schemas are those of the types, and mean what the types mean.

use std::{fs, path::PathBuf};

use contract::{EventType, constants, schema};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::samples::{decode, events, golden};

fn validator(event_type: EventType) -> Validator {
    let options = jsonschema::draft202012::options();
    options
        .should_validate_formats(true)
        .build(&schema(event_type))
        .unwrap()
}

fn sample(event_type: EventType) -> Value {
    serde_json::from_str(&golden(event_type)).unwrap()
}

#[test]
fn the_generated_files_are_up_to_date() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let schemas = EventType::ALL
        .iter()
        .map(|event_type| (format!("schemas/{event_type}.json"), schema(*event_type)));
    let constants = ("constants.json".to_owned(), constants());
    for (name, expected) in schemas.chain([constants]) {
        let file = fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(
            file == serde_json::to_string_pretty(&expected).unwrap() + "\n",
            "shared/contract/{name} is out of date: cargo run -p contract --example generate"
        );
    }
    let schemas = fs::read_dir(folder.join("schemas")).unwrap();
    assert_eq!(schemas.count(), EventType::ALL.len());
}

#[test]
fn they_hold_for_the_golden_files_and_unknown_members() {
    for event_type in EventType::ALL {
        let mut event = sample(*event_type);
        let result = validator(*event_type).validate(&event);
        assert!(result.is_ok(), "{event_type} {result:?}");
        event["unknown"] = json!([1]);
        event["data"]["unknown"] = json!({ "a": null });
        assert!(validator(*event_type).is_valid(&event), "{event_type}");
    }
}

/// Whatever single member is taken away or replaced, schema and decoder agree.
#[test]
fn they_agree_with_the_decoder_on_every_member() {
    let values = [
        Value::Null,
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(300.0),
        json!(-0.0),
        json!(1e9),
        json!(""),
        json!("a"),
        json!("A-b_9"),
        json!([]),
        json!({}),
        json!(true),
        json!("KR-11"),
        json!("+821000004821"),
        json!("2026-03-02T00:00:00Z"),
        json!("0000-01-01T00:00:00+09:00"),
        json!("a\u{7f}"),
        json!("a\u{ffff}"),
        json!("a\u{0}"),
        json!(1_000_000_000),
        json!(1_000_000_001),
        json!(9_007_199_254_740_992_u64),
        json!("a".repeat(300)),
    ];
    for event_type in events() {
        let validator = validator(event_type);
        for pointer in pointers(&sample(event_type), "") {
            if ["/correlationid", "/traceparent", "/causationid", "/type"].contains(&pointer.as_str()) {
                continue; // decoded leniently; another type is another event
            }
            for value in &values {
                let mut event = sample(event_type);
                *event.pointer_mut(&pointer).unwrap() = value.clone();
                let decoded = decode(&event.to_string());
                assert_eq!(
                    validator.is_valid(&event),
                    decoded.is_ok(),
                    "{pointer} {value} {decoded:?}"
                );
            }
            let mut event = sample(event_type);
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            if let Some(parent) = event.pointer_mut(parent).unwrap().as_object_mut() {
                parent.remove(name);
                assert_eq!(
                    validator.is_valid(&event),
                    decode(&event.to_string()).is_ok(),
                    "{pointer}"
                );
            }
        }
    }
}

/// Pointers to all that the contract names in an event.
fn pointers(value: &Value, path: &str) -> Vec<String> {
    let children: Vec<_> = match value {
        Value::Object(members) => members.iter().map(|(name, v)| (name.clone(), v)).collect(),
        Value::Array(all) => all.iter().enumerate().map(|(n, v)| (n.to_string(), v)).collect(),
        _ => vec![],
    };
    let children = children.into_iter().flat_map(|(name, child)| {
        let path = format!("{path}/{name}");
        let below = if name == "details" {
            vec![]
        } else {
            pointers(child, &path)
        };
        std::iter::once(path).chain(below)
    });
    children.collect()
}

#[test]
fn they_refuse_bad_events() {
    for (event_type, pointer, value) in [
        (EventType::PartnerRegistered, "/data/categories", json!([])),
        (EventType::PartnerRegistered, "/data/fee/points", json!(0)),
        (
            EventType::RequestSubmitted,
            "/data/customer/phone",
            json!("010-0000-4821"),
        ),
        (EventType::RequestSubmitted, "/time", json!("yesterday")),
        (EventType::MatchClosed, "/specversion", json!("0.3")),
        (EventType::MatchClosed, "/type", json!("match.opened")),
        (EventType::MatchClosed, "/source", json!("")),
        (EventType::RequestMatched, "/data/attempt", json!(0)),
        (EventType::PointsRejected, "/data/reason", json!("poverty")),
        (EventType::NotificationSent, "/data/channel", json!("none")),
        (EventType::RecordQuarantined, "/data/reason", json!("ugly")),
    ] {
        let mut event = sample(event_type);
        *event.pointer_mut(pointer).unwrap() = value;
        assert!(!validator(event_type).is_valid(&event), "{pointer}");
    }
}

proptest! {
    /// The patterns say the same as the checks.
    #[test]
    fn patterns_are_the_checks(
        id in "[A-Za-z0-9_ -]{0,66}", category in "[a-z0-9A-]{1,4}", region in "[A-Z1]{1,3}-?[A-Z0-9]{0,4}",
        phone in "\\+?[0-9]{0,17}", locale in "[A-Za-z0-9_]{1,9}(-[A-Za-z0-9]{0,9}){0,14}",
        arn in "arn:aws(-cn)?:s[nq]s:ap-northeast-2:0{11,13}:endpoint(/[A-Z.]{0,2}){2,4}",
        name in "\\PC{0,3}",
    ) {
        let validator = validator(EventType::RequestSubmitted);
        for (pointer, value) in [
            ("/data/requestId", id), ("/data/category", category), ("/data/region", region),
            ("/data/customer/phone", phone), ("/data/customer/locale", locale),
            ("/data/customer/pushEndpointArn", arn), ("/data/customer/id", name),
        ] {
            let mut event = sample(EventType::RequestSubmitted);
            *event.pointer_mut(pointer).unwrap() = json!(value);
            let decoded = decode(&event.to_string());
            let elsewhere = value.starts_with("arn:aws-cn:"); // a schema cannot know where it is used
            prop_assert_eq!(validator.is_valid(&event) && !elsewhere, decoded.is_ok(), "{} {}", pointer, value);
        }
    }
}
