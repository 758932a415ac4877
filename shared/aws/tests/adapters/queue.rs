//! Later redelivery and quarantine, through the real SQS client.

use std::time::{Duration, UNIX_EPOCH};

use crate::common::{failing, record};
use aws::SqsQueue;
use batch::{Attribute, Queue, Record, Rejection};
use contract::Source;
use recorded::{Recorded, on};
use serde_json::{Value, json};

const CHANGE: &str = "ChangeMessageVisibilityBatch";
const INTAKE: &str = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/intake.fifo";
const QUARANTINE: &str = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/quarantine.fifo";
/// What a source queue takes at most, body and attributes together.
const SOURCE_LIMIT: usize = 256 * 1024;
/// What the quarantine queue takes at most.
const QUARANTINE_LIMIT: usize = 1024 * 1024;

fn queue(aws: &Recorded) -> SqsQueue {
    SqsQueue::new(&aws.config(), Source::Matching, [INTAKE.to_owned()], QUARANTINE)
}

async fn delay(aws: &Recorded, delays: &[Duration]) -> Result<(), batch::BoxError> {
    let records: Vec<Record> = (0..delays.len()).map(record).collect();
    let delays: Vec<_> = records.iter().zip(delays.iter().copied()).collect();
    queue(aws).delay(&delays).await
}

fn ok() -> Value {
    json!({ "Successful": [], "Failed": [] })
}

fn failed(id: &str) -> Value {
    let entry = json!({ "Id": id, "Code": "ReceiptHandleIsInvalid", "SenderFault": true });
    json!({ "Successful": [], "Failed": [entry] })
}

#[tokio::test]
async fn each_record_has_its_own_delay_rounded_up() {
    let aws = Recorded::new([on(CHANGE).json(200, ok())]);
    let delays = [
        Duration::from_secs(2),
        Duration::from_millis(2001),
        Duration::ZERO,
        Duration::from_hours(24),
    ];
    delay(&aws, &delays).await.unwrap();
    let entry = |n: usize, seconds: u32| json!({ "Id": n.to_string(), "ReceiptHandle": format!("receipt-{n}"), "VisibilityTimeout": seconds });
    let entries = [entry(0, 2), entry(1, 3), entry(2, 0), entry(3, 43_200)];
    let expected = json!({ "QueueUrl": INTAKE, "Entries": entries });
    assert_eq!(aws.finish()[0].body, expected);
}

#[tokio::test]
async fn ten_records_a_call() {
    let aws = Recorded::new([on(CHANGE).json(200, ok()), on(CHANGE).json(200, ok())]);
    delay(&aws, &[Duration::from_secs(1); 11]).await.unwrap();
    let requests = aws.finish();
    let entries = |n: usize| requests[n].body["Entries"].as_array().unwrap().len();
    assert_eq!([entries(0), entries(1)], [10, 1]);
    assert_eq!(requests[1].body["Entries"][0]["ReceiptHandle"], "receipt-10");
}

#[tokio::test]
async fn all_are_tried_before_a_failure_is_reported() {
    let aws = Recorded::new([
        on(CHANGE).refuses(403, "AccessDenied"),
        on(CHANGE).json(200, failed("3")),
        on(CHANGE).json(200, ok()),
    ]);
    let error = delay(&aws, &[Duration::from_secs(1); 21]).await.unwrap_err();
    aws.finish();
    let line = failing(&error);
    assert!(line.contains("11 of 21 visibility changes failed"), "{line}");
    assert!(line.contains("sqs:ChangeMessageVisibility: AccessDenied"), "{line}");
}

#[tokio::test]
async fn a_failed_entry_is_reported() {
    let aws = Recorded::new([on(CHANGE).json(200, failed("1"))]);
    let error = delay(&aws, &[Duration::from_secs(1); 2]).await.unwrap_err();
    let line = failing(&error);
    assert!(line.contains("1 of 2"), "{line}");
    assert!(line.contains("ReceiptHandleIsInvalid"), "{line}");
}

#[tokio::test]
async fn a_record_of_an_unknown_queue_is_reported_and_the_others_are_delayed() {
    let aws = Recorded::new([on(CHANGE).json(200, ok())]);
    let mut stray = record(0);
    stray.queue_arn = "arn:aws:sqs:ap-northeast-2:000000000000:other".to_owned();
    let second = Duration::from_secs(1);
    let delays = [(&stray, second), (&record(1), second)];
    let error = queue(&aws).delay(&delays).await.unwrap_err();
    assert!(failing(&error).contains(r#"no URL is set for the queue "other""#));
    assert_eq!(aws.finish()[0].body["Entries"][0]["ReceiptHandle"], "receipt-1");
}

/// With the retries of production.
#[tokio::test]
async fn throttling_is_retried() {
    let aws = Recorded::new([on(CHANGE).refuses(400, "RequestThrottled"), on(CHANGE).json(200, ok())]);
    let config = aws.config().into_builder().retry_config(aws::retries());
    let queue = SqsQueue::new(&config.build(), Source::Matching, [INTAKE.to_owned()], QUARANTINE);
    let delays = [(&record(0), Duration::from_secs(1))];
    queue.delay(&delays).await.unwrap();
    aws.finish();
}

async fn quarantine(aws: &Recorded, record: &Record) -> Result<(), batch::BoxError> {
    let rejection = Rejection {
        reason: "breaks_contract",
        detail: "data.points: expected an integer from 1 to 1000000000".to_owned(),
    };
    let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    queue(aws).quarantine(record, &rejection, now).await
}

fn sent() -> Value {
    json!({ "MessageId": "m", "MD5OfMessageBody": "" })
}

fn string(value: &str) -> Attribute {
    Attribute {
        data_type: "String".to_owned(),
        string_value: Some(value.to_owned()),
        binary_value: None,
    }
}

#[tokio::test]
async fn a_quarantined_record_is_whole() {
    let aws = Recorded::new([on("SendMessage").json(200, sent())]);
    let mut record = record(7);
    record.body = "{\"half\": \"a body\" ☃".to_owned();
    record.attributes.insert("correlationId".to_owned(), string("c-1"));
    let binary = Attribute {
        data_type: "Binary".to_owned(),
        string_value: None,
        binary_value: Some(vec![0, 255, 16]),
    };
    record.attributes.insert("raw".to_owned(), binary);
    quarantine(&aws, &record).await.unwrap();
    let request = aws.finish().remove(0).body;
    assert_eq!(request["QueueUrl"], QUARANTINE);
    assert_eq!(request["MessageGroupId"], "group-7");
    let envelope: Value = serde_json::from_str(request["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!(request["MessageDeduplicationId"], envelope["id"]);
    let attribute = |value: &str| json!({ "DataType": "String", "StringValue": value });
    let attributes = json!({
        "eventType": attribute("record.quarantined"),
        "reason": attribute("breaks_contract"),
        "correlationId": attribute("c-1"),
    });
    assert_eq!(request["MessageAttributes"], attributes);
    let expected = json!({
        "reason": "breaks_contract",
        "detail": "data.points: expected an integer from 1 to 1000000000",
        "queueArn": record.queue_arn,
        "messageId": "message-7",
        "receiveCount": 3,
        "body": record.body,
        "messageAttributes": {
            "correlationId": { "dataType": "String", "stringValue": "c-1" },
            "raw": { "dataType": "Binary", "binaryValue": "AP8Q" },
        },
    });
    assert_eq!(envelope["data"], expected);
}

#[tokio::test]
async fn without_a_group_the_message_id_is_it_and_a_correlation_is_not_made_up() {
    let aws = Recorded::new([on("SendMessage").json(200, sent())]);
    let mut record = record(7);
    record.group = None;
    quarantine(&aws, &record).await.unwrap();
    let request = aws.finish().remove(0).body;
    assert_eq!(request["MessageGroupId"], "message-7");
    assert_eq!(request["MessageAttributes"]["correlationId"], Value::Null);
}

/// Every byte of the body doubles in JSON, and binary attributes grow by a third.
#[tokio::test]
async fn the_largest_record_fits() {
    for (data_type, filler) in [("String", "\""), ("Binary", "")] {
        let aws = Recorded::new([on("SendMessage").json(200, sent())]);
        let mut record = record(7);
        let value = 10 * 1024;
        for n in 0..10 {
            let mut attribute = string(&filler.repeat(value));
            if data_type == "Binary" {
                attribute.string_value = None;
                attribute.binary_value = Some(vec![255; value]);
            }
            attribute.data_type = data_type.to_owned();
            record.attributes.insert(format!("attribute{n}"), attribute);
        }
        let attributes = 10 * (value + "attribute0".len() + data_type.len());
        record.body = "\"".repeat(SOURCE_LIMIT - attributes);
        quarantine(&aws, &record).await.unwrap();
        let request = aws.finish().remove(0).body;
        let size = size(&request);
        assert!((SOURCE_LIMIT..=QUARANTINE_LIMIT).contains(&size), "{size}");
    }
}

/// A message's size as SQS counts it.
fn size(request: &Value) -> usize {
    let length = |value: &Value| value.as_str().unwrap().len();
    let attributes = request["MessageAttributes"].as_object().unwrap();
    let attribute = |(name, attribute): (&String, &Value)| {
        name.len() + length(&attribute["DataType"]) + length(&attribute["StringValue"])
    };
    length(&request["MessageBody"]) + attributes.iter().map(attribute).sum::<usize>()
}

#[tokio::test]
async fn a_quarantine_that_refuses_says_so_without_contents() {
    for code in ["AccessDenied", "AWS.SimpleQueueService.NonExistentQueue"] {
        let aws = Recorded::new([on("SendMessage").refuses(400, code)]);
        let error = quarantine(&aws, &record(7)).await.unwrap_err();
        let expected = format!("sqs:SendMessage: {code} (request recorded-request)");
        assert_eq!(error.to_string(), expected);
    }
}
