//! `record.quarantined`: nothing of the record is lost.

use contract::{EventType, Invalid, Original, OriginalAttribute, Quarantined, Reason, Source, quarantined};
use serde_json::{Value, json};

use crate::{
    samples::{QUEUE, golden, v},
    unwrapping::wrapped,
};

fn string<'a>(name: &'a str, value: &'a str) -> OriginalAttribute<'a> {
    OriginalAttribute {
        name,
        data_type: "String",
        string_value: Some(value),
        binary_value: None,
    }
}

fn binary<'a>(name: &'a str, value: &'a [u8]) -> OriginalAttribute<'a> {
    OriginalAttribute {
        name,
        data_type: "Binary",
        string_value: None,
        binary_value: Some(value),
    }
}

fn quarantine(body: &str, attributes: Vec<OriginalAttribute<'_>>, group: Option<&str>) -> Quarantined {
    let original = Original {
        body,
        attributes,
        queue_arn: QUEUE,
        message_id: "5fea7756-0ea4-451a-a703-a558b933e274",
        receive_count: 1,
        group,
    };
    let detail = "`data.region` must be an ISO 3166-2 region such as KR-11";
    let now = v("2026-03-02T00:17:04.431507Z");
    quarantined(Source::Matching, &original, "breaks_contract", detail, now)
}

pub fn sample() -> Quarantined {
    let body = r#"{"specversion":"1.0","id":"7","source":"/intake-api","type":"request.submitted","time":"2026-03-02T09:17:04+09:00","correlationid":"req-20260302-0918","data":{"requestId":"req-20260302-0918","customer":{"id":"cus-4822"},"category":"home-cleaning","region":"서울"}}"#;
    let attributes = vec![
        string("eventType", "request.submitted"),
        binary("signature", b"\x00\x01\xfe\xff"),
    ];
    quarantine(body, attributes, Some("cus-4822"))
}

#[test]
fn it_is_the_golden_file_byte_for_byte() {
    let made = sample();
    assert_eq!(made.body + "\n", golden(EventType::RecordQuarantined));
    assert_eq!(made.deduplication_id, "69edc9c7-69ca-539b-bf86-b46b0e44ad1b");
    assert_eq!(made.group, "cus-4822");
    let expected = [
        ("eventType", "record.quarantined".to_owned()),
        ("reason", "breaks_contract".to_owned()),
        ("correlationId", "req-20260302-0918".to_owned()),
    ];
    assert_eq!(made.attributes, expected);
}

#[test]
fn a_reason_has_the_same_code_everywhere() {
    for (reason, code) in [
        (Reason::NotJson, "not_json"),
        (Reason::NotAnEnvelope, "not_an_envelope"),
        (Reason::BreaksContract, "breaks_contract"),
        (Reason::IdentityConflict, "identity_conflict"),
    ] {
        assert_eq!((reason.as_str(), json!(reason)), (code, json!(code)));
        let said = Invalid::new(reason, "a sentence").to_string();
        assert_eq!(said, format!("{code}: a sentence"));
    }
}

#[test]
fn without_a_group_the_message_id_is_the_group() {
    assert_eq!(
        quarantine("{", vec![], None).group,
        "5fea7756-0ea4-451a-a703-a558b933e274"
    );
}

#[test]
fn the_correlation_is_read_where_it_can_be() {
    let of = |body: &str, attributes| {
        let made = quarantine(body, attributes, None);
        let event: Value = serde_json::from_str(&made.body).unwrap();
        let attribute = made.attributes.iter().find(|(name, _)| *name == "correlationId");
        let attribute = attribute.map(|(_, value)| value.clone());
        assert_eq!(event["correlationid"].as_str(), attribute.as_deref());
        attribute
    };
    let body = r#"{"correlationid":"in-body","data":1}"#;
    let wrapping_of = |message: &str, data_type: &str| {
        let attribute = json!({ "correlationId": { "Type": data_type, "Value": "in-wrapping" } });
        wrapped(message, &attribute).to_string()
    };
    let wrapping = |message: &str| wrapping_of(message, "String");
    let binary_wrapping = json!({ "correlationId": { "Type": "Binary", "Value": "AAAA" } });
    let binary_wrapping = wrapped("{", &binary_wrapping).to_string();
    let of_type = |data_type| OriginalAttribute {
        data_type,
        ..string("correlationId", "7")
    };
    let record = || vec![string("correlationId", "in-record")];
    for (body, attributes, expected) in [
        (body, record(), Some("in-body")),
        (&wrapping(body), record(), Some("in-body")),
        (&wrapping("{"), record(), Some("in-wrapping")),
        (&wrapping_of("{", "String.id"), record(), Some("in-wrapping")),
        (&wrapping_of("{", "Number.id"), record(), Some("in-record")),
        (&wrapped("{", &json!({})).to_string(), record(), Some("in-record")),
        (&binary_wrapping, record(), Some("in-record")),
        ("{", record(), Some("in-record")),
        (r#"{"correlationid":"a b"}"#, record(), Some("in-record")),
        (r#"{"data":{"requestId":"r"}}"#, vec![], None),
        ("", vec![string("correlationId", "a\nb")], None),
        ("", vec![binary("correlationId", b"abc")], None),
        ("", vec![of_type("String.id")], Some("7")),
        ("", vec![of_type("Number")], None),
        ("", vec![of_type("Number.id")], None),
    ] {
        assert_eq!(of(body, attributes).as_deref(), expected, "{body}");
    }
}

#[test]
fn an_attribute_keeps_its_label() {
    let attribute = OriginalAttribute {
        data_type: "Number.int",
        ..string("n", "7")
    };
    let event: Value = serde_json::from_str(&quarantine("", vec![attribute], None).body).unwrap();
    let kept = &event["data"]["messageAttributes"]["n"];
    assert_eq!(kept, &json!({ "dataType": "Number.int", "stringValue": "7" }));
}

#[test]
fn the_largest_record_fits() {
    const LIMIT: usize = 256 * 1024; // what a source queue takes, attributes included
    const QUARANTINE: usize = 1024 * 1024;
    let values: Vec<_> = (0..10)
        .map(|n| (format!("attribute-{n}"), [b'\\'; 6000], [0xff_u8; 6000]))
        .collect();
    let attributes: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(n, (name, text, bytes))| {
            if n % 2 == 0 {
                string(name, std::str::from_utf8(text).unwrap())
            } else {
                binary(name, bytes)
            }
        })
        .collect();
    let rest = LIMIT - 10 * (6000 + 11 + 6);
    for unit in ["\"", "\\", "\n", "\t\r", "힣", "\u{7f}", "a"] {
        let message = unit.repeat(rest / unit.len());
        let made = quarantine(&message, attributes.clone(), Some("g"));
        assert!(made.body.len() < QUARANTINE, "{unit:?} {}", made.body.len());
        let event: Value = serde_json::from_str(&made.body).unwrap();
        assert_eq!(event["data"]["body"], json!(message));
        assert_eq!(event["data"]["messageAttributes"].as_object().unwrap().len(), 10);

        let mut half = unit.repeat(rest / 2 / unit.len() - 400);
        half.insert(0, '{');
        let whole = wrapped(&half, &json!({})).to_string();
        assert!(quarantine(&whole, attributes.clone(), None).body.len() < QUARANTINE);
    }
}

#[test]
fn the_original_is_not_shown() {
    let shown = format!("{:?}", sample());
    assert!(shown.contains("breaks_contract"), "{shown}");
    assert!(!shown.contains("cus-4822\"}") && !shown.contains("서울"), "{shown}");
}
