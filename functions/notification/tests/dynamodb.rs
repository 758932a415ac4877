//! The stories over recorded HTTP: what is written under which condition, and what is made of the answers.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use contract::{EventType, Publication, RequestId};
use jiff::Timestamp;
use notification::domain::{Lease, Story, Told};
use notification::store::{DynamoDb, Saved, Store, Taken, Taking, Write};
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
    DynamoDb::new(Client::new(&aws.config()), "told", RETENTION)
}

fn request() -> RequestId {
    "r1".parse().unwrap()
}

fn lease() -> Lease {
    Lease {
        request: request(),
        attempt: 2,
        until: until(),
    }
}

fn told() -> Told {
    let publications = vec![Publication {
        id: "n1".to_owned(),
        event_type: EventType::NotificationSent,
        group: "c1".to_owned(),
        correlation_id: "r1".to_owned(),
        body: "{\"data\": {} }".to_owned(),
    }];
    Told {
        of_match: true,
        publications,
    }
}

fn told_item() -> Value {
    json!({ "M": {
        "ofMatch": { "BOOL": true },
        "publications": { "L": [{ "M": {
            "id": { "S": "n1" }, "event_type": { "S": "notification.sent" }, "group": { "S": "c1" },
            "correlation_id": { "S": "r1" }, "body": { "S": "{\"data\": {} }" },
        } }] },
    } })
}

fn item() -> Value {
    json!({
        "pk": { "S": "request#r1" }, "sk": { "S": "told" }, "attempt": { "N": "2" },
        "leaseUntil": { "N": "1772355660500" }, "expiresAt": { "N": "1806915600" },
        "told#1": told_item(),
    })
}

fn story() -> Story {
    Story {
        attempt: 2,
        lease_until: Some(until()),
        told: BTreeMap::from([(1, told())]),
    }
}

fn condition_failed(item: &Value) -> Value {
    let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
    json!({ "__type": kind, "message": "The conditional request failed", "Item": item })
}

async fn take(aws: &Recorded, write: Write<'_>) -> Result<Taken, batch::BoxError> {
    let request = request();
    store(aws)
        .take(&Taking {
            request: &request,
            attempt: 2,
            now: now(),
            write,
        })
        .await
}

#[tokio::test]
async fn an_attempt_is_taken_on_by_one_write() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({}))]);
    let taken = take(&aws, Write::LeaseUntil(until())).await.unwrap();
    assert_eq!(taken, Taken::Yes(Story::default()));
    let expected = json!({
        "TableName": "told",
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
async fn the_story_before_comes_back() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({ "Attributes": item() }))]);
    let taken = take(&aws, Write::LeaseUntil(until())).await.unwrap();
    assert_eq!(taken, Taken::Yes(story()));
    aws.finish();
}

#[tokio::test]
async fn what_needs_no_sending_is_saved_by_the_same_write() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({}))]);
    take(&aws, Write::Told(&told())).await.unwrap();
    let body = aws.finish().remove(0).body;
    let update = "SET attempt = :attempt, expiresAt = :expiresAt, #told = :told REMOVE leaseUntil";
    assert_eq!(body["UpdateExpression"], update);
    assert_eq!(body["ExpressionAttributeValues"][":told"], told_item());
    assert!(
        body["ConditionExpression"]
            .as_str()
            .unwrap()
            .contains("leaseUntil <= :now")
    );
}

#[tokio::test]
async fn where_it_is_not_free_the_story_comes_back() {
    let aws = Recorded::new([on("UpdateItem").json(400, condition_failed(&item()))]);
    let taken = take(&aws, Write::LeaseUntil(until())).await.unwrap();
    assert_eq!(taken, Taken::No(story()));
    aws.finish();
}

#[tokio::test]
async fn what_came_of_it_is_saved_under_the_lease() {
    let aws = Recorded::new([on("UpdateItem").json(200, json!({}))]);
    assert_eq!(
        store(&aws).save(&lease(), &told()).await.unwrap(),
        Saved::Yes
    );
    let expected = json!({
        "TableName": "told",
        "Key": { "pk": { "S": "request#r1" }, "sk": { "S": "told" } },
        "ConditionExpression": "attempt = :attempt AND leaseUntil = :until",
        "UpdateExpression": "SET #told = :told REMOVE leaseUntil",
        "ExpressionAttributeNames": { "#told": "told#2" },
        "ExpressionAttributeValues": {
            ":attempt": { "N": "2" }, ":until": { "N": "1772355660500" }, ":told": told_item(),
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    assert_eq!(aws.finish()[0].body, expected);
}

#[tokio::test]
async fn a_lost_lease_saves_nothing() {
    let aws = Recorded::new([on("UpdateItem").json(400, condition_failed(&item()))]);
    assert_eq!(
        store(&aws).save(&lease(), &told()).await.unwrap(),
        Saved::LeaseLost(story())
    );
    aws.finish();
}

#[tokio::test]
async fn a_lease_is_released_if_it_is_still_there() {
    let answers = [json!({}), condition_failed(&item())];
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
async fn any_other_answer_says_nothing_about_the_story() {
    for code in [
        "ProvisionedThroughputExceededException",
        "AccessDeniedException",
    ] {
        let aws = Recorded::new([
            on("UpdateItem").refuses(400, code),
            on("UpdateItem").refuses(400, code),
            on("UpdateItem").refuses(400, code),
        ]);
        let error = take(&aws, Write::LeaseUntil(until())).await.unwrap_err();
        assert!(error.to_string().contains(code), "{error}");
        assert!(store(&aws).save(&lease(), &told()).await.is_err());
        assert!(store(&aws).release(&lease()).await.is_err());
        aws.finish();
    }
}
