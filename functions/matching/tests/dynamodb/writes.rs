//! Writes and their conditions.

use std::collections::BTreeSet;

use contract::{Category, Region};
use matching::domain::{PartnerChange, Registration, Request, RequestChange, Transition};
use matching::store::Store;
use recorded::on;
use serde_json::{Value, json};

use crate::{from_json, no_change, partner_key, partner_transition, registered, rematch, request, store};

#[tokio::test]
async fn a_rematch_is_one_transaction_of_three_conditional_writes() {
    let (aws, store) = store([on("TransactWriteItems").json(200, json!({}))]);
    store.commit(&rematch()).await.unwrap();
    let body = &aws.finish()[0].body;
    let items = body["TransactItems"].as_array().unwrap();
    assert_eq!(items.len(), 3);

    let freed = &items[0]["Update"];
    assert_eq!(freed["Key"], partner_key("p-1"));
    assert_eq!(
        freed["UpdateExpression"],
        "SET #openMatches = #openMatches + :difference, #shown = :shown"
    );
    assert_eq!(
        freed["ConditionExpression"],
        "#openMatches >= :one AND (attribute_not_exists(#shown) OR #shown.#sequence < :sequence) \
         AND attribute_exists(pk)"
    );
    assert_eq!(
        freed["ExpressionAttributeValues"],
        json!({
            ":difference": { "N": "-1" }, ":one": { "N": "1" }, ":sequence": { "N": "7" },
            ":shown": { "M": { "balance": { "N": "5" }, "sequence": { "N": "7" } } },
        })
    );

    let claimed = &items[1]["Update"];
    assert_eq!(claimed["Key"], partner_key("p-2"));
    assert_eq!(
        claimed["UpdateExpression"],
        "SET #openMatches = #openMatches + :difference"
    );
    assert_eq!(
        claimed["ConditionExpression"],
        "#registered.#version = :version AND #openMatches < #registered.#capacity AND \
         (attribute_not_exists(#shown) OR #shown.#balance >= #registered.#fee.#points) \
         AND attribute_exists(pk)"
    );
    assert_eq!(
        claimed["ExpressionAttributeValues"],
        json!({ ":difference": { "N": "1" }, ":version": { "N": "4" } })
    );
    let names = [
        "openMatches",
        "registered",
        "version",
        "capacity",
        "shown",
        "balance",
        "fee",
        "points",
    ];
    let names: serde_json::Map<_, _> = names.iter().map(|name| (format!("#{name}"), json!(name))).collect();
    assert_eq!(claimed["ExpressionAttributeNames"], Value::Object(names));
}

#[tokio::test]
async fn a_request_is_put_as_a_whole_on_condition_of_its_previous_stage() {
    let (aws, store) = store([on("TransactWriteItems").json(200, json!({}))]);
    store.commit(&rematch()).await.unwrap();
    let put = &aws.finish()[0].body["TransactItems"][2]["Put"];
    assert_eq!(put["ConditionExpression"], "#attempt = :attempt AND #state = :state");
    assert_eq!(
        put["ExpressionAttributeValues"],
        json!({ ":attempt": { "N": "1" }, ":state": { "S": "pending" } })
    );
    assert_eq!(
        put["Item"],
        json!({
            "pk": { "S": "request#r-1" }, "sk": { "S": "request" }, "requestId": { "S": "r-1" },
            "submission": { "M": {
                "customer": { "M": { "id": { "S": "c-1" }, "locale": { "S": "ko-KR" } } },
                "category": { "S": "cleaning" }, "region": { "S": "KR-11" },
                "submittedAt": { "S": "2026-11-02T08:59:00Z" },
            } },
            "attempt": { "N": "2" }, "state": { "S": "pending" }, "partner": { "S": "p-2" },
            "released": { "L": [{ "N": "1" }] },
        })
    );
}

#[tokio::test]
async fn a_new_request_must_be_absent_and_a_final_one_has_its_expiry() {
    let (aws, store) = store([on("PutItem").json(200, json!({}))]);
    let after = Request {
        expires_at: Some(1_800_000_000),
        ..request()
    };
    let transition = Transition {
        request: Some(RequestChange::Put {
            before: None,
            after: Box::new(after),
        }),
        partners: Vec::new(),
        publication: None,
    };
    store.commit(&transition).await.unwrap();
    let body = &aws.finish()[0].body;
    assert_eq!(body["TableName"], "matching");
    assert_eq!(body["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(body["Item"]["expiresAt"], json!({ "N": "1800000000" }));
}

#[tokio::test]
async fn freeing_and_claiming_the_same_partner_is_one_update() {
    let (aws, store) = store([on("UpdateItem").json(200, json!({}))]);
    let again = PartnerChange {
        frees: true,
        claims: Some(from_json(json!(4))),
        ..no_change("p-1")
    };
    store.commit(&partner_transition(again)).await.unwrap();
    let body = &aws.finish()[0].body;
    assert_eq!(body["Key"], partner_key("p-1"));
    assert_eq!(body["ExpressionAttributeValues"][":difference"], json!({ "N": "0" }));
    let condition = body["ConditionExpression"].as_str().unwrap();
    assert!(
        condition.contains("#openMatches <= #registered.#capacity"),
        "{condition}"
    );
}

#[tokio::test]
async fn a_registration_writes_the_partner_and_the_candidate_rows_that_change() {
    let pair = |category: &str| -> (Category, Region) { (from_json(json!(category)), from_json(json!("KR-11"))) };
    let registration = Registration {
        before: Some(from_json(json!(2))),
        after: registered(),
        listed: BTreeSet::from([pair("cleaning")]),
        unlisted: BTreeSet::from([pair("moving")]),
    };
    let (aws, store) = store([on("TransactWriteItems").json(200, json!({}))]);
    store.register(&registration).await.unwrap();
    let body = &aws.finish()[0].body;
    let items = body["TransactItems"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    let update = &items[0]["Update"];
    assert_eq!(update["Key"], partner_key("p-1"));
    assert_eq!(
        update["UpdateExpression"],
        "SET #registered = :registered, #openMatches = if_not_exists(#openMatches, :none)"
    );
    assert_eq!(update["ConditionExpression"], "#registered.#version = :version");
    assert_eq!(update["ExpressionAttributeValues"][":version"], json!({ "N": "2" }));
    let row = |pk: &str| json!({ "pk": { "S": pk }, "sk": { "S": "p-1" } });
    assert_eq!(items[1]["Put"]["Item"], row("candidates#cleaning#KR-11"));
    assert_eq!(items[2]["Delete"]["Key"], row("candidates#moving#KR-11"));
}

#[tokio::test]
async fn a_first_registration_needs_an_absent_partner() {
    let registration = Registration {
        before: None,
        after: registered(),
        listed: BTreeSet::new(),
        unlisted: BTreeSet::new(),
    };
    let (aws, store) = store([on("UpdateItem").json(200, json!({}))]);
    store.register(&registration).await.unwrap();
    let body = &aws.finish()[0].body;
    assert_eq!(body["Key"], partner_key("p-1"));
    assert_eq!(body["ConditionExpression"], "attribute_not_exists(pk)");
}
