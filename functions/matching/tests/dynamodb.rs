//! The adapter of matching's table: what it asks of `DynamoDB`, and what it makes of the answers.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use contract::{Category, PartnerId, PartnerRegistered, Region, RequestId};
use matching::domain::{
    PartnerChange, Registration, Request, RequestChange, Shown, Stage, State, Submission,
    Transition,
};
use matching::store::{CommitError, DynamoDb, Store};
use recorded::{Exchange, Recorded, on};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn store(exchanges: impl IntoIterator<Item = Exchange>) -> (Recorded, DynamoDb) {
    let aws = Recorded::new(exchanges);
    let client = Client::new(&aws.config());
    (aws, DynamoDb::new(client, "matching".to_owned()))
}

fn of<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn id(name: &str) -> PartnerId {
    of(json!(name))
}

fn nothing(name: &str) -> PartnerChange {
    PartnerChange {
        partner: id(name),
        frees: false,
        claims: None,
        shows: None,
    }
}

fn request() -> Request {
    Request {
        request_id: of(json!("r-1")),
        submission: Submission {
            customer: of(json!({ "id": "c-1" })),
            category: of(json!("cleaning")),
            region: of(json!("KR-11")),
            details_hash: None,
            submitted_at: "2026-11-02T08:59:00Z".parse().unwrap(),
        },
        stage: Stage {
            attempt: 2,
            state: State::Pending(id("p-2")),
        },
        released: BTreeSet::from([1]),
        saved: None,
        expires_at: None,
    }
}

/// A match moves from one partner to another: three items.
fn rematch() -> Transition {
    let before = Stage {
        attempt: 1,
        state: State::Pending(id("p-1")),
    };
    let shows = Shown {
        balance: 5,
        sequence: 7,
    };
    let freed = PartnerChange {
        frees: true,
        shows: Some(shows),
        ..nothing("p-1")
    };
    let claimed = PartnerChange {
        claims: Some(of(json!(4))),
        ..nothing("p-2")
    };
    Transition {
        request: Some(RequestChange {
            before: Some(before),
            after: request(),
        }),
        partners: vec![freed, claimed],
        publication: None,
    }
}

fn only(change: PartnerChange) -> Transition {
    Transition {
        request: None,
        partners: vec![change],
        publication: None,
    }
}

fn partner_key(name: &str) -> Value {
    json!({ "pk": { "S": format!("partner#{name}") }, "sk": { "S": "partner" } })
}

fn registered() -> PartnerRegistered {
    of(json!({
        "partnerId": "p-1", "version": 3, "name": "One", "categories": ["cleaning"], "regions": ["KR-11"],
        "capacity": 3, "fee": { "points": 10 },
    }))
}

fn partner_item(name: &str) -> Value {
    json!({
        "pk": { "S": format!("partner#{name}") }, "sk": { "S": "partner" }, "openMatches": { "N": "2" },
        "shown": { "M": { "balance": { "N": "20" }, "sequence": { "N": "18446744073709551615" } } },
        "registered": { "M": {
            "partnerId": { "S": name }, "version": { "N": "3" }, "name": { "S": "One" },
            "categories": { "L": [{ "S": "cleaning" }] }, "regions": { "L": [{ "S": "KR-11" }] },
            "capacity": { "N": "3" }, "fee": { "M": { "points": { "N": "10" } } }, "active": { "BOOL": true },
        } },
    })
}

fn cancelled(codes: &[&str]) -> Exchange {
    let reasons: Vec<_> = codes.iter().map(|code| json!({ "Code": code })).collect();
    on("TransactWriteItems").json(
        400,
        json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "CancellationReasons": reasons,
        }),
    )
}

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
    let names: serde_json::Map<_, _> = names
        .iter()
        .map(|name| (format!("#{name}"), json!(name)))
        .collect();
    assert_eq!(claimed["ExpressionAttributeNames"], Value::Object(names));
}

#[tokio::test]
async fn a_request_is_put_as_a_whole_if_it_is_still_where_it_was() {
    let (aws, store) = store([on("TransactWriteItems").json(200, json!({}))]);
    store.commit(&rematch()).await.unwrap();
    let put = &aws.finish()[0].body["TransactItems"][2]["Put"];
    assert_eq!(
        put["ConditionExpression"],
        "#attempt = :attempt AND #state = :state"
    );
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
async fn a_new_request_must_not_be_there_yet_and_an_end_has_its_time() {
    let (aws, store) = store([on("PutItem").json(200, json!({}))]);
    let after = Request {
        expires_at: Some(1_800_000_000),
        ..request()
    };
    let transition = Transition {
        request: Some(RequestChange {
            before: None,
            after,
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
        claims: Some(of(json!(4))),
        ..nothing("p-1")
    };
    store.commit(&only(again)).await.unwrap();
    let body = &aws.finish()[0].body;
    assert_eq!(body["Key"], partner_key("p-1"));
    assert_eq!(
        body["ExpressionAttributeValues"][":difference"],
        json!({ "N": "0" })
    );
    let condition = body["ConditionExpression"].as_str().unwrap();
    assert!(
        condition.contains("#openMatches <= #registered.#capacity"),
        "{condition}"
    );
}

#[tokio::test]
async fn a_registration_writes_the_partner_and_the_rows_that_move() {
    let pair = |category: &str| -> (Category, Region) { (of(json!(category)), of(json!("KR-11"))) };
    let registration = Registration {
        before: Some(of(json!(2))),
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
    assert_eq!(
        update["ConditionExpression"],
        "#registered.#version = :version"
    );
    assert_eq!(
        update["ExpressionAttributeValues"][":version"],
        json!({ "N": "2" })
    );
    let row = |pk: &str| json!({ "pk": { "S": pk }, "sk": { "S": "p-1" } });
    assert_eq!(items[1]["Put"]["Item"], row("candidates#cleaning#KR-11"));
    assert_eq!(items[2]["Delete"]["Key"], row("candidates#moving#KR-11"));
}

#[tokio::test]
async fn a_first_registration_must_not_be_there_yet() {
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

#[tokio::test]
async fn a_cancelled_transaction_tells_why_by_the_order_of_its_items() {
    let cases: [(&[&str], &str); 7] = [
        (&["None", "None", "ConditionalCheckFailed"], "changed"),
        (&["ConditionalCheckFailed", "None", "None"], "changed"),
        (
            &["TransactionConflict", "None", "ConditionalCheckFailed"],
            "changed",
        ),
        (&["None", "TransactionConflict", "None"], "contended p-2"),
        (
            &["TransactionConflict", "TransactionConflict", "None"],
            "contended p-1 p-2",
        ),
        (&["None", "None", "TransactionConflict"], "contended"),
        (
            &["ThrottlingError", "TransactionConflict", "None"],
            "unavailable",
        ),
    ];
    for (codes, expected) in cases {
        let (_, store) = store([cancelled(codes)]);
        let error = store.commit(&rematch()).await.unwrap_err();
        assert_eq!(told(&error), expected, "{codes:?}");
    }
}

#[tokio::test]
async fn a_single_write_that_fails_tells_why() {
    for (code, expected) in [
        ("ConditionalCheckFailedException", "changed"),
        ("TransactionConflictException", "contended p-1"),
        ("ThrottlingException", "unavailable"),
        ("AccessDeniedException", "unavailable"),
        ("ResourceNotFoundException", "unavailable"),
    ] {
        let (_, store) = store([on("UpdateItem").refuses(400, code)]);
        let shows = Some(Shown {
            balance: 1,
            sequence: 1,
        });
        let change = PartnerChange {
            shows,
            ..nothing("p-1")
        };
        let error = store.commit(&only(change)).await.unwrap_err();
        assert_eq!(told(&error), expected, "{code}");
    }
    let (_, store) = store([on("TransactWriteItems").connection_error()]);
    let error = store.commit(&rematch()).await.unwrap_err();
    assert_eq!(told(&error), "unavailable");
}

fn told(error: &CommitError) -> String {
    match error {
        CommitError::Changed => "changed".to_owned(),
        CommitError::Unavailable(_) => "unavailable".to_owned(),
        CommitError::Contended(partners) => {
            let names = partners.iter().map(|id| format!(" {id}"));
            format!("contended{}", names.collect::<String>())
        }
    }
}

#[tokio::test]
async fn reads_are_consistent() {
    let key = json!({ "pk": { "S": "request#r-1" }, "sk": { "S": "request" } });
    let consistent = json!({ "ConsistentRead": true, "TableName": "matching" });
    let (aws, store) = store([
        on("GetItem")
            .with(json!({ "Key": key, "ConsistentRead": true }))
            .json(200, json!({})),
        on("GetItem")
            .with(json!({ "Key": partner_key("p-1"), "ConsistentRead": true }))
            .json(200, json!({ "Item": partner_item("p-1") })),
        on("Query").with(consistent.clone()).json(
            200,
            json!({
                "Items": [{ "sk": { "S": "p-1" } }],
                "LastEvaluatedKey": { "pk": { "S": "c" }, "sk": { "S": "p-1" } },
            }),
        ),
        on("Query")
            .with(json!({ "ExclusiveStartKey": { "pk": { "S": "c" }, "sk": { "S": "p-1" } } }))
            .json(200, json!({ "Items": [{ "sk": { "S": "p-2" } }] })),
        on("BatchGetItem")
            .with(json!({ "RequestItems": { "matching": {
                "ConsistentRead": true, "Keys": [partner_key("p-1"), partner_key("p-2")],
            } } }))
            .json(
                200,
                json!({ "Responses": { "matching": [partner_item("p-2")] } }),
            ),
    ]);
    let request: RequestId = of(json!("r-1"));
    assert_eq!(store.request(&request).await.unwrap(), None);
    let partner = store.partner(&id("p-1")).await.unwrap().unwrap();
    assert_eq!(partner.registered, registered());
    assert_eq!(partner.open_matches, 2);
    let shown = Shown {
        balance: 20,
        sequence: u64::MAX,
    };
    assert_eq!(partner.shown, Some(shown));
    let listed = store
        .candidates(&of(json!("cleaning")), &of(json!("KR-11")))
        .await
        .unwrap();
    assert_eq!(listed, [id("p-1"), id("p-2")]);
    let partners = store.partners(&[&id("p-1"), &id("p-2")]).await.unwrap();
    assert_eq!(partners.len(), 1);
    assert_eq!(partners[0].registered.partner_id, id("p-2"));
    aws.finish();
}

#[tokio::test]
async fn partners_left_out_of_an_answer_are_not_taken_for_unknown() {
    let unprocessed = json!({ "matching": { "Keys": [partner_key("p-2")] } });
    let (_, store) = store([on("BatchGetItem").json(
        200,
        json!({ "Responses": { "matching": [] }, "UnprocessedKeys": unprocessed }),
    )]);
    assert!(store.partners(&[&id("p-1"), &id("p-2")]).await.is_err());
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_without_values() {
    let mut item = partner_item("p-1");
    item["registered"]["M"]["name"] = json!({ "N": "12345" });
    let (_, store) = store([on("GetItem").json(200, json!({ "Item": item }))]);
    let error = store.partner(&id("p-1")).await.unwrap_err();
    assert!(!error.to_string().contains("12345"), "{error}");
}
