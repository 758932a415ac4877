//! Setting records aside in their dead-letter queue, through the real SQS client.

use aws::SqsDeadLetterQueue;
use batch::{Attribute, BoxError, DeadLetterQueue, Record};
use recorded::{Recorded, on};
use serde_json::{Value, json};

use crate::common::{failing, record};

const URL: &str = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/";
/// What a source queue takes at most, and its dead-letter queue: body and attributes together.
const SOURCE_LIMIT: usize = 256 * 1024;
const DEAD_LETTER_LIMIT: usize = 1024 * 1024;

async fn set_aside(aws: &Recorded, record: &Record, failure: &str) -> Result<(), BoxError> {
    let queues = [
        ("intake.fifo", "matching-dead-letters.fifo"),
        ("statistics", "statistics-dead-letters"),
    ];
    let urls = queues.map(|(queue, dead_letters)| (format!("{URL}{queue}"), format!("{URL}{dead_letters}")));
    SqsDeadLetterQueue::new(&aws.config(), urls)
        .set_aside(record, failure)
        .await
}

/// The request by which this record is set aside.
async fn request(record: &Record, failure: &str) -> Value {
    let aws = Recorded::new([on("SendMessage").json(200, json!({ "MessageId": "m" }))]);
    set_aside(&aws, record, failure).await.unwrap();
    aws.finish().remove(0).body
}

fn string(value: &str) -> Attribute {
    Attribute {
        data_type: "String".to_owned(),
        string_value: Some(value.to_owned()),
        binary_value: None,
    }
}

/// A record with this many attributes, the first of which are of every kind.
fn record_with_attributes(count: usize) -> Record {
    let labelled = Attribute {
        data_type: "Number.int".to_owned(),
        ..string("7")
    };
    let binary = Attribute {
        data_type: "Binary.png".to_owned(),
        string_value: None,
        binary_value: Some(vec![0, 255, 16]),
    };
    let mut record = record(7);
    let kinds = [labelled, binary].into_iter().chain(std::iter::repeat(string("v")));
    record.attributes = kinds
        .take(count)
        .enumerate()
        .map(|(n, kind)| (format!("a{n}"), kind))
        .collect();
    record
}

#[tokio::test]
async fn b36_a_record_is_sent_unchanged_in_its_group_with_what_failed() {
    let mut record = record_with_attributes(3);
    record.body = "not {json \u{202e}".to_owned();
    let request = request(&record, "dynamodb:GetItem: Throttled").await;
    let string = |value: &str| json!({ "DataType": "String", "StringValue": value });
    let expected = json!({
        "QueueUrl": format!("{URL}matching-dead-letters.fifo"),
        "MessageBody": record.body,
        "MessageGroupId": "group-7",
        "MessageDeduplicationId": "message-7",
        "MessageAttributes": {
            "a0": { "DataType": "Number.int", "StringValue": "7" },
            "a1": { "DataType": "Binary.png", "BinaryValue": "AP8Q" },
            "a2": string("v"),
            "failure": string("dynamodb:GetItem: Throttled"),
            "receives": string("3"),
        },
    });
    assert_eq!(request, expected);
}

#[tokio::test]
async fn b36_a_standard_queues_record_has_no_deduplication_id_and_a_group_if_its_sender_gave_one() {
    for group in [None, Some("tenant")] {
        let mut record = record(7);
        record.queue_arn = "arn:aws:sqs:ap-northeast-2:000000000000:statistics".to_owned();
        record.group = group.map(str::to_owned);
        let request = request(&record, "x").await;
        assert_eq!(request["QueueUrl"], format!("{URL}statistics-dead-letters"));
        assert_eq!(request.get("MessageGroupId"), group.map(|group| json!(group)).as_ref());
        assert_eq!(request.get("MessageDeduplicationId"), None);
    }
}

#[tokio::test]
async fn b36_where_ten_attributes_are_reached_what_failed_is_left_out() {
    for (own, all) in [(8, 10), (9, 9), (10, 10)] {
        let request = request(&record_with_attributes(own), "x").await;
        let attributes = request["MessageAttributes"].as_object().unwrap();
        assert_eq!(attributes.len(), all);
        for name in ["failure", "receives"] {
            assert_eq!(attributes.contains_key(name), own + 2 == all, "{own} {name}");
        }
    }
}

#[tokio::test]
async fn b36_a_record_that_was_set_aside_before_gets_the_new_failure() {
    let mut record = record_with_attributes(8);
    record.attributes.insert("failure".to_owned(), string("the old one"));
    record.attributes.insert("receives".to_owned(), string("19"));
    let request = request(&record, "the new one").await;
    let attributes = request["MessageAttributes"].as_object().unwrap();
    assert_eq!(attributes.len(), 10);
    assert_eq!(attributes["failure"]["StringValue"], "the new one");
    assert_eq!(attributes["receives"]["StringValue"], "3");
}

#[tokio::test]
async fn b36_a_failure_that_the_sender_made_up_is_replaced_even_where_ten_attributes_are_reached() {
    let mut record = record_with_attributes(9);
    record.attributes.insert("failure".to_owned(), string("made up"));
    let request = request(&record, "the true one").await;
    let attributes = request["MessageAttributes"].as_object().unwrap();
    assert_eq!(attributes.len(), 10);
    assert_eq!(attributes["failure"]["StringValue"], "the true one");
    assert!(!attributes.contains_key("receives"));
}

#[tokio::test]
async fn b36_what_failed_has_a_thousand_characters_at_most_and_only_those_that_sqs_takes() {
    let failure = "\u{0}\u{1b}\u{fffe}\u{ffff}두\t\u{10ffff}".to_owned() + &"가".repeat(2000);
    let request = request(&record(7), &failure).await;
    let sent = request["MessageAttributes"]["failure"]["StringValue"].as_str().unwrap();
    assert_eq!(sent.chars().count(), 1000);
    assert!(sent.starts_with("두\t\u{10ffff}가"), "{sent}");
}

#[tokio::test]
async fn b36_the_largest_record_fits() {
    let mut record = record(7);
    record.body = "x".repeat(SOURCE_LIMIT);
    let failure = "\u{10ffff}".repeat(1000);
    let request = request(&record, &failure).await;
    let attributes = request["MessageAttributes"].to_string();
    assert!(SOURCE_LIMIT + attributes.len() < DEAD_LETTER_LIMIT);
    assert_eq!(request["MessageBody"].as_str().unwrap().len(), SOURCE_LIMIT);
}

#[tokio::test]
async fn b36_a_dead_letter_queue_that_refuses_says_so_without_contents() {
    for code in ["AccessDenied", "AWS.SimpleQueueService.NonExistentQueue"] {
        let aws = Recorded::new([on("SendMessage").refuses(400, code)]);
        let error = set_aside(&aws, &record(7), "x").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("sqs:SendMessage: {code} (request recorded-request)")
        );
    }
}

#[tokio::test]
async fn b36_a_record_of_an_unknown_queue_is_not_sent_anywhere() {
    let mut stray = record(0);
    stray.queue_arn = "arn:aws:sqs:ap-northeast-2:000000000000:other".to_owned();
    let error = set_aside(&Recorded::new([]), &stray, "x").await.unwrap_err();
    assert!(failing(&error).contains(r#"no URL is set for the queue "other""#));
}
