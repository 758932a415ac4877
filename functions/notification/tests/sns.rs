//! The sender's adapter over recorded HTTP: the requests to SNS, and how its answers are classified.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::collections::BTreeMap;
use std::error::Error;

use notification::sender::{MaxPrice, PushMessage, SendError, Sender, SenderId, Sns};
use recorded::{Exchange, Recorded, on};
use serde_json::{Value, json};

const PHONE: &str = "+821012345678";
const ENDPOINT: &str = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/e-1";
const SENT: &str = "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult>\
    <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>";

async fn send_sms(aws: &Recorded, sender_id: Option<&str>) -> Result<(), SendError> {
    let sender_id = sender_id.map(|id| SenderId::parse(id).unwrap());
    let sender = Sns::new(&aws.config(), sender_id, MaxPrice::parse("0.2").unwrap());
    sender.send_sms(&PHONE.parse().unwrap(), "안녕 & 반가워요").await
}

async fn send_push(aws: &Recorded) -> Result<(), SendError> {
    let sender = Sns::new(&aws.config(), None, MaxPrice::parse("0.2").unwrap());
    let message = PushMessage {
        text: "hello",
        request_id: &"r1".parse().unwrap(),
        attempt: 1,
        match_id: None,
    };
    let endpoint = ENDPOINT.parse().unwrap();
    sender.send_push(&endpoint, &message).await
}

/// Takes the message attributes out of a request's body: name, data type and value of each, by name.
fn attributes(body: &mut Value) -> Vec<[Value; 3]> {
    let fields = body.as_object_mut().unwrap();
    let mut taken: Vec<_> = (1..=10)
        .map_while(|number| {
            let mut field = |name: &str| fields.remove(&format!("MessageAttributes.entry.{number}.{name}"));
            Some([field("Name")?, field("Value.DataType")?, field("Value.StringValue")?])
        })
        .collect();
    taken.sort_by_key(|[name, ..]| name.to_string());
    taken
}

fn attribute(name: &str, data_type: &str, value: &str) -> [Value; 3] {
    [json!(name), json!(data_type), json!(value)]
}

fn names(body: &Value) -> Vec<&String> {
    body.as_object().unwrap().keys().collect()
}

#[tokio::test]
async fn a_text_message_is_sent_to_the_phone_as_transactional_and_not_at_any_price() {
    let aws = Recorded::new([on("Publish").text(200, SENT)]);
    send_sms(&aws, None).await.unwrap();
    let mut body = aws.finish().remove(0).body;
    assert_eq!(
        attributes(&mut body),
        [
            attribute("AWS.SNS.SMS.MaxPrice", "Number", "0.2"),
            attribute("AWS.SNS.SMS.SMSType", "String", "Transactional"),
        ]
    );
    let expected = json!({
        "Action": "Publish", "Version": "2010-03-31",
        "PhoneNumber": PHONE, "Message": "안녕 & 반가워요",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_text_message_carries_the_sender_id() {
    let aws = Recorded::new([on("Publish").text(200, SENT)]);
    send_sms(&aws, Some("Matchflow")).await.unwrap();
    let mut body = aws.finish().remove(0).body;
    let id = attribute("AWS.SNS.SMS.SenderID", "String", "Matchflow");
    assert!(attributes(&mut body).contains(&id), "{body}");
}

#[tokio::test]
async fn a_push_is_sent_to_the_endpoint_with_a_payload_for_each_platform() {
    let aws = Recorded::new([on("Publish").text(200, SENT)]);
    send_push(&aws).await.unwrap();
    let body = aws.finish().remove(0).body;
    assert_eq!(
        names(&body),
        ["Action", "Message", "MessageStructure", "TargetArn", "Version"]
    );
    assert_eq!(
        (&body["TargetArn"], &body["MessageStructure"]),
        (&json!(ENDPOINT), &json!("json"))
    );
    let message: Value = serde_json::from_str(body["Message"].as_str().unwrap()).unwrap();
    assert_eq!(names(&message), ["APNS", "GCM", "default"]);
}

/// How an answer to a push is classified.
async fn classified(answer: Exchange) -> &'static str {
    let aws = Recorded::new([answer]);
    let error = send_push(&aws).await.unwrap_err();
    assert_eq!(aws.finish().len(), 1, "a send is tried once");
    match error {
        SendError::Refused(_) => "refused",
        SendError::NotSent(_) => "not sent",
        SendError::PlatformDisabled(_) => "platform disabled",
        SendError::Unknown(_) => "unknown",
    }
}

/// Every error of `Publish` in SNS's service model, by its wire code; `tests/template/test_sns_errors.py` compares them.
#[tokio::test]
async fn every_error_of_snss_service_model_is_classified() {
    let errors: BTreeMap<String, Value> = serde_json::from_str(include_str!("publish_errors.json")).unwrap();
    for (code, error) in errors {
        let status = error["status"].as_u64().unwrap().try_into().unwrap();
        let answer = on("Publish").refuses(status, &code);
        assert_eq!(classified(answer).await, error["outcome"], "{code}");
    }
}

#[tokio::test]
async fn any_other_client_error_and_throttling_mean_that_nothing_was_sent() {
    for (status, code) in [
        (400, "Throttled"),
        (429, "ThrottledException"),
        (400, "ThrottlingException"),
        (503, "Throttling"),
        (403, "InvalidClientTokenId"),
        (400, "SomethingNew"),
    ] {
        assert_eq!(
            classified(on("Publish").refuses(status, code)).await,
            "not sent",
            "{code}"
        );
    }
}

#[tokio::test]
async fn without_a_readable_answer_it_is_unknown_whether_the_message_was_sent() {
    for answer in [
        on("Publish").refuses(500, "InternalError"),
        on("Publish").refuses(503, "ServiceUnavailable"),
        on("Publish").text(502, "bad gateway"),
        on("Publish").text(200, "<not xml"),
        on("Publish").connection_error(),
    ] {
        assert_eq!(classified(answer).await, "unknown");
    }
}

#[tokio::test]
async fn no_error_shows_the_phone_or_the_endpoint() {
    let refusal = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid \
         parameter: {PHONE} {ENDPOINT}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    );
    for status in [400, 500] {
        let aws = Recorded::new([
            on("Publish").text(status, refusal.clone()),
            on("Publish").text(status, refusal.clone()),
        ]);
        for error in [
            send_sms(&aws, None).await.unwrap_err(),
            send_push(&aws).await.unwrap_err(),
        ] {
            let source = error.source().map(ToString::to_string);
            let shown = format!("{error:?} {error} {source:?}");
            assert!(!shown.contains("8210") && !shown.contains("endpoint/"), "{shown}");
            assert!(shown.contains("InvalidParameter"), "{shown}");
        }
    }
}
