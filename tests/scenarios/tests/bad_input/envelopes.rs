//! Bodies that are no event.

use serde_json::json;

use crate::check::{check_both, with};
use crate::consumers::CONSUMERS;
use crate::{Accepted, NOT_AN_ENVELOPE, NOT_JSON};

#[tokio::test]
async fn bodies_that_are_no_object_are_quarantined_as_no_envelope() {
    for consumer in CONSUMERS {
        for body in ["", " \n\t", "null", "[]", "\"text\"", "42", "true", "[{}]"] {
            check_both(consumer, body, NOT_AN_ENVELOPE).await;
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_quarantined_as_such() {
    for consumer in CONSUMERS {
        let good = (consumer.good)("own").to_string();
        let lone_surrogate = good.replacen(r#""own"#, r#""own\ud800"#, 1);
        let twice = good.replacen('{', r#"{"id":"SECRET","#, 1);
        let unknown_twice = good.replacen('{', r#"{"x":1,"x":2,"#, 1);
        let twice_in_data = good.replacen(r#""data":{"#, r#""data":{"x":1,"x":2,"#, 1);
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        let deep = |depth| good.replacen('{', &format!(r#"{{"x":{},"#, nested(depth)), 1);
        for body in [
            good[..good.len() - 1].to_owned(),
            format!("{good}x"),
            format!("{good}{good}"),
            good.replace('"', "'"),
            format!("\u{feff}{good}"),
            format!("\0{good}"),
            good.replacen("/tests", "/te\0sts", 1),
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
async fn a_wrong_envelope_is_quarantined_as_no_envelope() {
    let long = || "x".repeat(257);
    let wrong = [
        ("/specversion", json!(["0.3", 1.0])),
        (
            "/id",
            json!(["", "SECRET".repeat(50), 7, null, "evt\u{0}1", "a\u{ffff}b", "a\u{85}"]),
        ),
        ("/source", json!(["", long(), [], "/a\u{1}", "/a\u{fdd0}"])),
        ("/type", json!(["", long(), {}, "a\nb", "a\u{1fffe}"])),
        ("/subject", json!(["a\tb", "a\u{fffe}", 7])),
        (
            "/time",
            json!([
                "SECRET",
                "2026-03-01",
                "2026-03-01T09:00:00",
                "2026-13-01T09:00:00Z",
                "2026-03-01T09:00:00Z[Asia/Seoul]",
                "0000-01-01T00:00:00+09:00",
                "0001-01-01T00:00:00+09:00",
                "9999-12-31T00:00:00Z",
                1_772_355_600
            ]),
        ),
        ("/datacontenttype", json!(["text/xml", ""])),
        ("/data_base64", json!(["e30="])),
        ("/data", json!([null, [], "SECRET", 1])),
    ];
    for consumer in CONSUMERS {
        for path in ["/specversion", "/id", "/source", "/type", "/time", "/data"] {
            let body = with((consumer.good)("own"), path, None);
            check_both(consumer, &body, NOT_AN_ENVELOPE).await;
        }
        for member in ["id", "source", "type", "subject"] {
            let body = with((consumer.good)("own"), &format!("/{member}"), Some(json!("HALF")));
            check_both(consumer, &body.replace("HALF", "a\\ud800"), NOT_AN_ENVELOPE).await;
        }
        for (path, values) in &wrong {
            for value in values.as_array().unwrap() {
                let body = with((consumer.good)("own"), path, Some(value.clone()));
                check_both(consumer, &body, NOT_AN_ENVELOPE).await;
            }
        }
    }
}
