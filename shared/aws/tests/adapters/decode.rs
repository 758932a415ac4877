//! What a function takes from which of its queues.

use std::collections::BTreeMap;

use aws::{Contract, Environment, InputQueue, QueuePorts, connect_queues, events_topic, own_table};
use batch::{Attribute, Correlation, Decode, Record, Rejection};
use contract::EventType::{MatchClosed, PointsCredited, RequestDeferred, RequestMatched};
use contract::{Received, Source};
use recorded::Recorded;
use serde_json::{Value, json};

const QUEUES: [InputQueue; 3] = [
    InputQueue::direct("INTAKE_QUEUE_URL", &[MatchClosed]),
    InputQueue::of_topic("OUTCOMES_QUEUE_URL", &[PointsCredited]),
    InputQueue::of_topic("DEFERRED_QUEUE_URL", &[RequestDeferred]),
];

fn contract() -> Contract {
    let aws = Recorded::new([]).config();
    let environment = Environment::new(|name| {
        if name == "MAX_RECEIVE_COUNT" {
            return Some("20".to_owned());
        }
        let queue = name.strip_suffix("_QUEUE_URL")?.to_lowercase();
        Some(format!("http://localhost:4566/000000000000/{queue}.fifo"))
    });
    let QueuePorts { contract, .. } = connect_queues(&aws, &environment, Source::Matching, &QUEUES).unwrap();
    contract
}

fn data(event_type: &str) -> Value {
    match event_type {
        "match.closed" => json!({ "requestId": "r", "matchId": "m" }),
        "request.deferred" => {
            json!({ "requestId": "r", "attempt": 1, "retryAt": "2026-01-01T00:01:00Z" })
        }
        "points.credited" => json!({
            "partnerId": "p", "points": 1, "balance": 1, "sequence": 1, "transferId": "t", "purchaseId": "u"
        }),
        _ => json!({}),
    }
}

fn record(queue: &str, event_type: &str) -> Record {
    let body = json!({
        "specversion": "1.0",
        "id": "id",
        "source": "/test",
        "type": event_type,
        "time": "2026-01-01T00:00:00Z",
        "data": data(event_type),
    });
    Record {
        body: body.to_string(),
        queue_arn: format!("arn:aws:sqs:ap-northeast-2:000000000000:{queue}.fifo"),
        ..crate::common::record(0)
    }
}

#[test]
fn a_record_has_the_correlation_of_the_contract() {
    let mut record = record("intake", "match.closed");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let extended = json!({ "correlationid": "web:1", "traceparent": trace }).to_string();
    record.body = record
        .body
        .replacen('{', &(extended.trim_end_matches('}').to_owned() + ","), 1);
    let expected = Correlation {
        correlation_id: Some("web:1".to_owned()),
        traceparent: Some(trace.to_owned()),
        message_type: Some("match.closed".to_owned()),
    };
    assert_eq!(contract().correlation(&record), expected);
    record.body = "{".to_owned();
    let attribute = Attribute {
        data_type: "String".to_owned(),
        string_value: Some("web:2".to_owned()),
        ..Attribute::default()
    };
    record.attributes.insert("correlationId".to_owned(), attribute);
    assert_eq!(contract().correlation(&record).correlation_id.as_deref(), Some("web:2"));
}

fn decode(record: &Record) -> Result<Option<Received>, Rejection> {
    contract().decode(record)
}

#[test]
fn each_queue_takes_its_own_types_and_rejects_the_other_queues() {
    let own = [
        ("intake", "match.closed"),
        ("outcomes", "points.credited"),
        ("deferred", "request.deferred"),
    ];
    for (queue, _) in own {
        for (home, event_type) in own {
            let decoded = decode(&record(queue, event_type));
            if queue == home {
                let received = decoded.unwrap().unwrap();
                assert_eq!(received.event.event_type().as_str(), event_type);
            } else {
                let rejection = decoded.unwrap_err();
                assert_eq!(rejection.reason, "breaks_contract", "{event_type} on {queue}");
                assert!(!rejection.detail.contains(event_type), "{rejection}");
            }
        }
    }
}

/// Types that the function takes from no queue.
const FOREIGN: [&str; 5] = [
    "request.matched",
    "record.quarantined",
    "weather.changed",
    "match.closed ",
    "Match.Closed",
];

#[test]
fn a_type_that_is_not_handled_is_ignored_on_a_queue_of_the_topic_with_any_data() {
    for queue in ["outcomes", "deferred"] {
        for event_type in FOREIGN {
            let mut record = record(queue, event_type);
            assert_eq!(decode(&record), Ok(None), "{event_type} on {queue}");
            record.body = record.body.replace(r#""data":{}"#, r#""datacontenttype":"text/xml""#);
            assert_eq!(decode(&record), Ok(None), "{event_type} on {queue}");
        }
    }
}

#[test]
fn a_type_that_is_not_taken_must_not_vanish_on_a_queue_that_is_sent_to_directly() {
    for event_type in FOREIGN {
        let rejection = decode(&record("intake", event_type)).unwrap_err();
        assert_eq!(rejection.reason, "breaks_contract", "{event_type}");
        let expected = "`type` must be one that is taken from this queue: match.closed";
        assert_eq!(rejection.detail, expected);
    }
}

#[test]
fn a_queue_that_the_function_was_not_told_about_takes_nothing() {
    for event_type in FOREIGN.iter().chain(&["match.closed"]) {
        let rejection = decode(&record("another", event_type)).unwrap_err();
        assert_eq!(rejection.reason, "breaks_contract");
        let expected = "`type` must be one that is taken from this queue, which is none";
        assert_eq!(rejection.detail, expected);
    }
}

#[test]
fn the_reason_of_the_contract_is_passed_on() {
    let mut record = record("intake", "match.closed");
    record.body.truncate(20);
    assert_eq!(decode(&record).unwrap_err().reason, "not_json");
}

#[test]
fn the_attribute_has_to_agree_and_be_a_string() {
    let attributes = |data_type: &str, value: &str| {
        let attribute = Attribute {
            data_type: data_type.to_owned(),
            string_value: Some(value.to_owned()),
            binary_value: None,
        };
        BTreeMap::from([("eventType".to_owned(), attribute)])
    };
    let mut record = record("intake", "match.closed");
    record.attributes = attributes("String", "match.closed");
    assert!(decode(&record).unwrap().is_some());
    record.attributes = attributes("String.json", "match.closed");
    assert!(decode(&record).unwrap().is_some());
    for (data_type, value) in [
        ("String", RequestMatched.as_str()),
        ("String.json", RequestMatched.as_str()),
        ("Number", "match.closed"),
        ("Number.int", "match.closed"),
        ("Binary", "match.closed"),
    ] {
        record.attributes = attributes(data_type, value);
        let rejection = decode(&record).unwrap_err();
        assert_eq!(rejection.reason, "breaks_contract", "{data_type} {value}");
    }
}

#[test]
fn a_queue_url_that_is_none_is_refused_at_start() {
    let aws = Recorded::new([]).config();
    for (url, found) in [(None, "is not set"), (Some("intake.fifo"), "is \"intake.fifo\"")] {
        let environment = Environment::new(|_| url.map(str::to_owned));
        let error = connect_queues(&aws, &environment, Source::Matching, &QUEUES[..1]);
        let error = error.map(|_| ()).unwrap_err().to_string();
        let expected = format!("QUARANTINE_QUEUE_URL must be a queue's URL, but {found}");
        assert_eq!(error, expected);
    }
}

#[test]
fn a_function_that_publishes_has_to_be_told_the_topic() {
    let aws = Recorded::new([]).config();
    let error = events_topic(&aws, &Environment::new(|_| None)).map(|_| ());
    let expected = "TOPIC_ARN must be the events topic's ARN, but is not set";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[test]
fn a_function_with_a_table_has_to_be_told_its_name() {
    let aws = Recorded::new([]).config();
    let error = own_table(&aws, &Environment::new(|_| None)).map(|_| ());
    let expected = "TABLE_NAME must be the name of the function's table, but is not set";
    assert_eq!(error.unwrap_err().to_string(), expected);
}
