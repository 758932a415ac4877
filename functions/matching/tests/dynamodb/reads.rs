//! Reads.

use contract::RequestId;
use matching::domain::KnownBalance;
use matching::store::Store;
use recorded::on;
use serde_json::json;

use crate::{from_json, id, partner_item, partner_key, registered, store};

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
            .json(200, json!({ "Responses": { "matching": [partner_item("p-2")] } })),
    ]);
    let request: RequestId = from_json(json!("r-1"));
    assert_eq!(store.request(&request).await.unwrap(), None);
    let partner = store.partner(&id("p-1")).await.unwrap().unwrap();
    assert_eq!(partner.registered, registered());
    assert_eq!(partner.open_matches, 2);
    let known_balance = KnownBalance {
        balance: 20,
        sequence: u64::MAX,
    };
    assert_eq!(partner.known_balance, Some(known_balance));
    let listed = store
        .candidates(&from_json(json!("cleaning")), &from_json(json!("KR-11")))
        .await
        .unwrap();
    assert_eq!(listed, [id("p-1"), id("p-2")]);
    let partners = store.partners(&[&id("p-1"), &id("p-2")]).await.unwrap();
    assert_eq!(partners.len(), 1);
    assert_eq!(partners[0].registered.partner_id, id("p-2"));
    aws.finish();
}

#[tokio::test]
async fn unprocessed_partners_are_an_error_and_not_unknown() {
    let unprocessed = json!({ "matching": { "Keys": [partner_key("p-2")] } });
    let (_, store) = store([on("BatchGetItem").json(
        200,
        json!({ "Responses": { "matching": [] }, "UnprocessedKeys": unprocessed }),
    )]);
    assert!(store.partners(&[&id("p-1"), &id("p-2")]).await.is_err());
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_an_error_without_values() {
    let mut item = partner_item("p-1");
    item["registered"]["M"]["name"] = json!({ "N": "12345" });
    let (_, store) = store([on("GetItem").json(200, json!({ "Item": item }))]);
    let error = store.partner(&id("p-1")).await.unwrap_err();
    assert!(!error.to_string().contains("12345"), "{error}");
}
