//! Publishing, through the real SNS client.

use std::time::Duration;

use crate::common::{answer, entries, event, failing, success};
use aws::{PublishError, SnsTopic};
use aws_config::SdkConfig;
use batch::{BoxError, Topic};
use contract::Publication;
use recorded::{Recorded, on};

const ARN: &str = "arn:aws:sns:ap-northeast-2:000000000000:events.fifo";
const CALL: &str = "PublishBatch";

async fn publish_with(config: &SdkConfig, events: &[Publication]) -> Vec<Result<(), BoxError>> {
    let events: Vec<&Publication> = events.iter().collect();
    SnsTopic::new(config, ARN).publish(&events).await
}

async fn publish(aws: &Recorded, events: &[Publication]) -> Vec<Result<(), BoxError>> {
    publish_with(&aws.config(), events).await
}

/// `.` for a published event, else the error.
fn shown(results: &[Result<(), BoxError>]) -> Vec<String> {
    let shown = |result: &Result<(), BoxError>| match result {
        Ok(()) => ".".to_owned(),
        Err(error) => error.to_string(),
    };
    results.iter().map(shown).collect()
}

fn events(count: usize) -> Vec<Publication> {
    (0..count).map(|n| event(n, &format!("group-{n}"))).collect()
}

#[tokio::test]
async fn nothing_to_publish_is_no_call() {
    let aws = Recorded::new([]);
    assert!(publish(&aws, &[]).await.is_empty());
    aws.finish();
}

#[tokio::test]
async fn b17_ten_events_are_one_call_with_everything_on_each_entry() {
    let aws = Recorded::new([on(CALL).text(200, success(10))]);
    let results = publish(&aws, &events(10)).await;
    assert!(results.iter().all(Result::is_ok));
    let requests = aws.finish();
    assert_eq!(requests[0].body["TopicArn"], ARN);
    let sent = entries(&requests[0]);
    assert_eq!(sent.len(), 10);
    for (n, entry) in sent.iter().enumerate() {
        assert_eq!(entry.message, format!("body {n}"));
        assert_eq!(entry.group, format!("group-{n}"));
        assert_eq!(entry.deduplication_id, format!("event-{n}"));
        assert_eq!(
            entry.attributes,
            [
                ("correlationId", "String", &*format!("correlation-{n}")),
                ("eventType", "String", "request.matched"),
            ]
            .map(|(name, kind, value)| (name.to_owned(), kind.to_owned(), value.to_owned()))
        );
    }
}

#[tokio::test]
async fn b17_eleven_events_are_two_calls_in_order() {
    let aws = Recorded::new([on(CALL).text(200, success(10)), on(CALL).text(200, success(1))]);
    assert!(publish(&aws, &events(11)).await.iter().all(Result::is_ok));
    let requests = aws.finish();
    let messages: Vec<_> = requests.iter().flat_map(entries).map(|e| e.message).collect();
    let expected: Vec<_> = (0..11).map(|n| format!("body {n}")).collect();
    assert_eq!(messages, expected);
    assert_eq!(entries(&requests[1]).len(), 1);
}

#[tokio::test]
async fn b17_large_events_are_split_by_size() {
    let aws = Recorded::new([on(CALL).text(200, success(2)), on(CALL).text(200, success(1))]);
    let mut events = events(3);
    for event in &mut events {
        event.body = "x".repeat(100 * 1024);
    }
    assert!(publish(&aws, &events).await.iter().all(Result::is_ok));
    assert_eq!(entries(&aws.finish()[0]).len(), 2);
}

#[tokio::test]
async fn an_event_above_the_limit_fails_by_itself() {
    let aws = Recorded::new([on(CALL).text(200, success(1)), on(CALL).text(200, success(1))]);
    let mut events = events(3);
    events[1].body = "x".repeat(256 * 1024);
    let results = publish(&aws, &events).await;
    aws.finish();
    assert!(results[0].is_ok() && results[2].is_ok());
    let error = results[1].as_ref().unwrap_err().downcast_ref();
    assert!(matches!(error, Some(PublishError::TooLarge(size)) if *size > 256 * 1024));
}

#[tokio::test]
async fn an_event_may_fill_a_call_to_the_last_byte() {
    let attributes = "eventTypeStringrequest.matchedcorrelationIdStringcorrelation-0".len();
    let mut events = events(1);
    events[0].body = "x".repeat(256 * 1024 - attributes);
    let aws = Recorded::new([on(CALL).text(200, success(1))]);
    assert_eq!(shown(&publish(&aws, &events).await), ["."]);
    aws.finish();
}

#[tokio::test]
async fn b18_a_failed_entry_in_a_success_fails_its_event_alone() {
    let aws = Recorded::new([on(CALL).text(200, answer(&[0, 2], &[(1, "InternalError")]))]);
    let results = publish(&aws, &events(3)).await;
    let failed = "sns:PublishBatch: InternalError (request recorded-request)";
    assert_eq!(shown(&results), [".", failed, "."]);
}

#[tokio::test]
async fn an_entry_that_the_answer_does_not_mention_has_failed() {
    let aws = Recorded::new([on(CALL).text(200, answer(&[1], &[]))]);
    let results = publish(&aws, &events(2)).await;
    let unanswered = PublishError::Unanswered.to_string();
    assert_eq!(shown(&results), [unanswered.as_str(), "."]);
}

#[tokio::test]
async fn behind_a_failed_event_its_group_is_held_back_in_later_calls() {
    let mut events = events(13);
    for n in [0, 1, 10, 12] {
        events[n].group = "slow".to_owned();
    }
    let others: Vec<usize> = (1..10).collect();
    let aws = Recorded::new([
        on(CALL).text(200, answer(&others, &[(0, "InternalError")])),
        on(CALL).text(200, success(1)),
    ]);
    let results = publish(&aws, &events).await;
    let sent = entries(&aws.finish()[1]);
    assert_eq!(sent[0].message, "body 11");
    let failed: Vec<usize> = (0..13).filter(|n| results[*n].is_err()).collect();
    assert_eq!(failed, [0, 10, 12]);
    let held_back = PublishError::HeldBack.to_string();
    assert_eq!(shown(&results)[10], held_back);
}

#[tokio::test]
async fn where_all_are_held_back_no_call_is_made() {
    let events: Vec<_> = (0..11).map(|n| event(n, "slow")).collect();
    let others: Vec<usize> = (1..10).collect();
    let aws = Recorded::new([on(CALL).text(200, answer(&others, &[(0, "InternalError")]))]);
    let results = publish(&aws, &events).await;
    assert_eq!(aws.finish().len(), 1);
    assert_eq!(shown(&results)[10], PublishError::HeldBack.to_string());
}

#[tokio::test]
async fn the_same_event_twice_is_sent_once_and_both_get_the_result() {
    let twice = [event(1, "g"), event(2, "g"), event(1, "g")];
    let aws = Recorded::new([on(CALL).text(200, answer(&[1], &[(0, "InternalError")]))]);
    let results = publish(&aws, &twice).await;
    assert_eq!(entries(&aws.finish()[0]).len(), 2);
    let failed: Vec<bool> = results.iter().map(Result::is_err).collect();
    assert_eq!(failed, [true, false, true]);
}

#[tokio::test]
async fn b19_a_repeat_has_the_same_deduplication_id() {
    let aws = Recorded::new([on(CALL).text(200, success(1)), on(CALL).text(200, success(1))]);
    publish(&aws, &events(1)).await.pop().unwrap().unwrap();
    publish(&aws, &events(1)).await.pop().unwrap().unwrap();
    let requests = aws.finish();
    assert_eq!(entries(&requests[0]), entries(&requests[1]));
}

#[tokio::test]
async fn b20_a_call_that_fails_fails_its_events_and_the_next_call_is_made() {
    for (status, code) in [(403, "AuthorizationError"), (404, "NotFound")] {
        let aws = Recorded::new([on(CALL).refuses(status, code), on(CALL).text(200, success(1))]);
        let results = publish(&aws, &events(11)).await;
        aws.finish();
        let failed = format!("sns:PublishBatch: {code} (request recorded-request)");
        assert!(shown(&results[..10]).iter().all(|error| *error == failed));
        assert!(results[10].is_ok());
    }
}

#[tokio::test]
async fn awss_message_stays_out_of_the_error() {
    let body = "<ErrorResponse><Error><Code>InvalidParameter</Code><Message>+821012345678 is \
                wrong</Message></Error><RequestId>r</RequestId></ErrorResponse>";
    let aws = Recorded::new([on(CALL).text(400, body)]);
    let results = publish(&aws, &events(1)).await;
    let error = results[0].as_ref().unwrap_err();
    assert!(!failing(error).contains("+82"), "{}", failing(error));
    assert!(failing(error).contains("InvalidParameter"));
}

/// With the retries of production.
#[tokio::test]
async fn b20_throttling_and_broken_connections_are_retried() {
    let aws = Recorded::new([
        on(CALL).refuses(400, "Throttling"),
        on(CALL).connection_error(),
        on(CALL).text(200, success(1)),
    ]);
    let config = aws.config().into_builder().retry_config(aws::retries());
    let results = publish_with(&config.build(), &events(1)).await;
    assert_eq!(shown(&results), ["."]);
    let requests = aws.finish();
    assert_eq!(requests[0], requests[2]);
}

#[tokio::test]
async fn no_answer_ends_with_the_time_out() {
    let aws = Recorded::new([on(CALL).never(), on(CALL).never(), on(CALL).never()]);
    let patience = aws::timeouts()
        .to_builder()
        .operation_attempt_timeout(Duration::from_millis(5))
        .build();
    let config = aws.config().into_builder().timeout_config(patience);
    let config = config.retry_config(aws::retries()).build();
    let results = publish_with(&config, &events(1)).await;
    aws.finish();
    assert!(shown(&results)[0].contains("timeout"), "{results:?}");
}

#[tokio::test]
async fn a_refused_connection_says_so() {
    let aws = Recorded::new([on(CALL).connection_error()]);
    let results = publish(&aws, &events(1)).await;
    assert_eq!(shown(&results), ["sns:PublishBatch: the recorded connection broke"]);
}
