//! The store's adapter over recorded HTTP: the writes with their conditions, and how answers are read.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::Table;
use aws_sdk_dynamodb::Client;
use contract::{EventType, Publication, RequestId};
use jiff::Timestamp;
use notification::domain::{Lease, NotificationItem, SavedOutcome};
use notification::store::{DynamoDb, LeaseRequest, LeaseResult, SaveResult, Store};
use recorded::{Recorded, on};
use serde_json::{Value, json};

const RETENTION: Duration = Duration::from_hours(400 * 24);

fn now() -> Timestamp {
    "2026-03-01T09:00:00.5Z".parse().unwrap()
}

fn until() -> Timestamp {
    now() + Duration::from_mins(1)
}

fn store(aws: &Recorded) -> DynamoDb {
    let table = Table::new(Client::new(&aws.config()), "notifications");
    DynamoDb::new(table, RETENTION)
}

fn request_id() -> RequestId {
    "r1".parse().unwrap()
}

fn lease() -> Lease {
    Lease {
        request_id: request_id(),
        attempt: 2,
        until: until(),
    }
}

const BODY: &str = r#"{"id":"n1","type":"notification.sent","correlationid":"r1", "data": {} }"#;

/// The body as zlib compresses it.
const COMPRESSED: &str =
    "eJwdikEKgDAMBL8S9iyC1/4mtBECkkjMRUr/bu1tmJkObSiwAxvyveVnTz21cqrb/ojlTNUj5Fpq/TF/QuNkFOqDxgdXHhdi";

fn outcome() -> SavedOutcome {
    let publications = vec![Publication {
        id: "n1".to_owned(),
        event_type: EventType::NotificationSent,
        group: "c1".to_owned(),
        correlation_id: "r1".to_owned(),
        body: BODY.to_owned(),
    }];
    SavedOutcome {
        told_of_match: true,
        publications,
    }
}

fn stored_outcome() -> Value {
    json!({ "M": {
        "ofMatch": { "BOOL": true },
        "publications": { "L": [{ "M": { "group": { "S": "c1" }, "body": { "B": COMPRESSED } } }] },
    } })
}

fn stored_item() -> Value {
    json!({
        "pk": { "S": "request#r1" }, "sk": { "S": "told" }, "attempt": { "N": "2" },
        "leaseUntil": { "N": "1772355660500" }, "expiresAt": { "N": "1806915600" },
        "told#1": stored_outcome(),
    })
}

fn item() -> NotificationItem {
    NotificationItem {
        attempt: 2,
        lease_until: Some(until()),
        outcomes: BTreeMap::from([(1, outcome())]),
    }
}

fn condition_failed(item: &Value) -> Value {
    let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
    json!({ "__type": kind, "message": "The conditional request failed", "Item": item })
}

async fn acquire(aws: &Recorded) -> Result<LeaseResult, batch::BoxError> {
    let request_id = request_id();
    let request = lease_request(&request_id);
    store(aws).acquire_lease(&request, until()).await
}

fn lease_request(request_id: &RequestId) -> LeaseRequest<'_> {
    LeaseRequest {
        request_id,
        attempt: 2,
        now: now(),
    }
}

#[tokio::test]
async fn a_lease_is_acquired_by_one_conditional_write() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({}))]);
    let result = acquire(&aws).await.unwrap();
    assert_eq!(result, LeaseResult::Acquired(NotificationItem::default()));
    let expected = json!({
        "TableName": "notifications",
        "Key": { "pk": { "S": "request#r1" }, "sk": { "S": "told" } },
        "ConditionExpression": "attribute_not_exists(pk) OR (attempt <= :attempt \
            AND attribute_not_exists(#told) \
            AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now))",
        "UpdateExpression": "SET attempt = :attempt, expiresAt = :expiresAt, leaseUntil = :until",
        "ExpressionAttributeNames": { "#told": "told#2" },
        "ExpressionAttributeValues": {
            ":attempt": { "N": "2" }, ":now": { "N": "1772355600500" },
            ":until": { "N": "1772355660500" }, ":expiresAt": { "N": "1806915600" },
        },
        "ReturnValues": "ALL_OLD",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    assert_eq!(aws.finish()[0].body, expected);
}

#[tokio::test]
async fn an_acquired_lease_returns_the_item_as_it_was_before() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({ "Attributes": stored_item() }))]);
    let result = acquire(&aws).await.unwrap();
    assert_eq!(result, LeaseResult::Acquired(item()));
    aws.finish();
}

/// The releases up to 0.2.0 stored more of an event, and its body as text.
#[tokio::test]
async fn an_outcome_as_it_was_stored_before_is_read() {
    let mut stored = stored_item();
    stored["told#1"]["M"]["publications"]["L"][0]["M"] = json!({
        "id": { "S": "n1" }, "event_type": { "S": "notification.sent" }, "group": { "S": "c1" },
        "correlation_id": { "S": "r1" }, "body": { "S": BODY },
    });
    let aws = Recorded::new([on("UpdateItem").json(200, json!({ "Attributes": stored }))]);
    let result = acquire(&aws).await.unwrap();
    assert_eq!(result, LeaseResult::Acquired(item()));
    aws.finish();
}

#[tokio::test]
async fn an_outcome_without_sending_is_saved_by_one_write_under_the_same_condition() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({}))]);
    let request_id = request_id();
    let request = lease_request(&request_id);
    let saved = store(&aws).save_unsent(&request, &outcome()).await;
    assert_eq!(saved.unwrap(), SaveResult::Saved);
    let body = aws.finish().remove(0).body;
    let update = "SET attempt = :attempt, expiresAt = :expiresAt, #told = :told REMOVE leaseUntil";
    assert_eq!(body["UpdateExpression"], update);
    assert_eq!(body["ExpressionAttributeValues"][":told"], stored_outcome());
    assert!(
        body["ConditionExpression"]
            .as_str()
            .unwrap()
            .contains("leaseUntil <= :now")
    );
}

#[tokio::test]
async fn a_refused_lease_returns_the_item_as_it_is() {
    let aws = Recorded::new([on("UpdateItem").json(400, condition_failed(&stored_item()))]);
    let result = acquire(&aws).await.unwrap();
    assert_eq!(result, LeaseResult::Refused(item()));
    aws.finish();
}

#[tokio::test]
async fn an_outcome_is_saved_under_its_lease() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({}))]);
    let saved = store(&aws).save(&lease(), &outcome(), &[]).await.unwrap();
    assert_eq!(saved, SaveResult::Saved);
    let expected = json!({
        "TableName": "notifications",
        "Key": { "pk": { "S": "request#r1" }, "sk": { "S": "told" } },
        "ConditionExpression": "attempt = :attempt AND leaseUntil = :until",
        "UpdateExpression": "SET #told = :told REMOVE leaseUntil",
        "ExpressionAttributeNames": { "#told": "told#2" },
        "ExpressionAttributeValues": {
            ":attempt": { "N": "2" }, ":until": { "N": "1772355660500" }, ":told": stored_outcome(),
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    assert_eq!(aws.finish()[0].body, expected);
}

#[tokio::test]
async fn an_outcome_is_saved_in_place_of_older_ones_by_the_same_write() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({}))]);
    let saved = store(&aws).save(&lease(), &outcome(), &[1]).await.unwrap();
    assert_eq!(saved, SaveResult::Saved);
    let body = &aws.finish()[0].body;
    assert_eq!(body["UpdateExpression"], "SET #told = :told REMOVE leaseUntil, #told1");
    let names = json!({ "#told": "told#2", "#told1": "told#1" });
    assert_eq!(body["ExpressionAttributeNames"], names);
}

#[tokio::test]
async fn under_a_lost_lease_nothing_is_saved_and_the_item_is_returned() {
    let aws = Recorded::new([on("UpdateItem").json(400, condition_failed(&stored_item()))]);
    let saved = store(&aws).save(&lease(), &outcome(), &[]).await.unwrap();
    assert_eq!(saved, SaveResult::Refused(item()));
    aws.finish();
}

#[tokio::test]
async fn a_lease_is_released_unless_it_was_lost() {
    let answers = [json!({}), condition_failed(&stored_item())];
    for (status, answer) in [200, 400].into_iter().zip(answers) {
        let aws = Recorded::new([on("UpdateItem")
            .with(json!({
                "UpdateExpression": "REMOVE leaseUntil",
                "ConditionExpression": "attempt = :attempt AND leaseUntil = :until",
            }))
            .json(status, answer)]);
        store(&aws).release(&lease()).await.unwrap();
        aws.finish();
    }
}

#[tokio::test]
async fn any_other_answer_is_an_error() {
    for code in ["ProvisionedThroughputExceededException", "AccessDeniedException"] {
        let aws = Recorded::new([
            on("UpdateItem").refuses(400, code),
            on("UpdateItem").refuses(400, code),
            on("UpdateItem").refuses(400, code),
        ]);
        let error = acquire(&aws).await.unwrap_err();
        assert!(error.to_string().contains(code), "{error}");
        assert!(store(&aws).save(&lease(), &outcome(), &[]).await.is_err());
        assert!(store(&aws).release(&lease()).await.is_err());
        aws.finish();
    }
}
