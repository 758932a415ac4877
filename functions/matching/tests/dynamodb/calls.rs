//! The calls that a matched and charged request takes, and what the units that they are billed for depend on.

use std::slice::from_ref;
use std::time::{Duration, SystemTime};

use batch::{Handler, SystemClock};
use builders::events;
use contract::Received;
use matching::domain::MatchingPolicy;
use matching::handler::Matching;
use recorded::on;
use serde_json::{Value, json};

use crate::{partner_item, partner_key, store};

const POLICY: MatchingPolicy = MatchingPolicy {
    max_attempts: 60,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(400 * 24),
};
/// What a write unit covers, in bytes.
const UNIT: usize = 1_024;
const CUSTOMER: &str = "6f1c1e0a-7f0b-4a35-9d0c-3b8a6a0d2f11";

fn request_id(n: u32) -> String {
    format!("0e9a4c58-2b7d-4f63-8a55-6c1f0d7e3b{n:02}")
}

/// A request as many customers send it: UUIDs, a phone, details, a trace.
fn submitted(n: u32) -> Received {
    let mut submitted = events::request_submitted(&request_id(n))
        .with(
            "customer",
            json!({ "id": CUSTOMER, "phone": "+821012345678", "locale": "ko-KR" }),
        )
        .json();
    submitted["id"] = json!("b0a7a2b8-96a5-4c3c-8b0e-1d2f3a4b5c6d");
    submitted["traceparent"] = json!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    events::received(&submitted)
}

#[tokio::test]
async fn a_request_takes_a_transaction_to_match_and_a_read_and_an_update_to_confirm() {
    let partner = "3d5b9c7e-1a2f-4e8d-b6c0-9f8e7d6c5b4a";
    let mut partner_item = partner_item(partner);
    partner_item["openMatches"]["N"] = json!("0");
    let request_key = |n| json!({ "pk": { "S": format!("request#{}", request_id(n)) }, "sk": { "S": "request" } });
    let (aws, store) = store([
        on("GetItem")
            .with(json!({ "Key": request_key(1) }))
            .json(200, json!({})),
        on("Query").json(200, json!({ "Items": [{ "sk": { "S": partner } }] })),
        on("BatchGetItem").json(200, json!({ "Responses": { "matching": [partner_item] } })),
        on("TransactWriteItems").json(200, json!({})),
        on("TransactWriteItems").json(200, json!({})),
        on("GetItem")
            .with(json!({ "Key": partner_key(partner) }))
            .json(200, json!({ "Item": partner_item })),
        on("UpdateItem").json(200, json!({})),
    ]);
    let matching = Matching::new(store, POLICY, SystemClock);
    let charged = events::points_deducted(&request_id(2), 1, partner).with("balance", 10);
    for event in [submitted(1), submitted(2), charged.received()] {
        let outcomes = matching.handle(from_ref(&event), SystemTime::now()).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    }
    let requests = aws.finish();
    let [.., matched, _, confirmed] = &*requests else {
        panic!("{} requests", requests.len());
    };
    let [claim, put] = [0, 1].map(|n| &matched.body["TransactItems"][n]);
    assert_eq!(claim["Update"]["Key"], partner_key(partner));
    let condition = claim["Update"]["ConditionExpression"].as_str().unwrap();
    assert!(
        condition.contains("#openMatches < #registered.#capacity"),
        "{condition}"
    );
    let put = &put["Put"];
    assert_eq!(put["ConditionExpression"], "attribute_not_exists(pk)");
    let size = size_of_item(&put["Item"]);
    assert!(size < UNIT, "the request's item has {size} bytes: {}", put["Item"]);

    let update = &confirmed.body;
    assert_eq!(update["Key"], request_key(2));
    assert_eq!(update["UpdateExpression"], "SET #state = :confirmed REMOVE #saved");
    assert_eq!(
        update["ConditionExpression"],
        "#attempt = :attempt AND #state = :state AND #partner = :partner"
    );
    assert_eq!(
        update["ExpressionAttributeValues"],
        json!({
            ":attempt": { "N": "1" }, ":state": { "S": "pending" }, ":partner": { "S": partner },
            ":confirmed": { "S": "confirmed" },
        })
    );
}

/// The size by which `DynamoDB` bills an item: names and values in UTF-8, and the overhead that its documentation gives.
fn size_of_item(item: &Value) -> usize {
    let attributes = item.as_object().unwrap();
    attributes.iter().map(|(name, value)| name.len() + size(value)).sum()
}

fn size(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "S" => value.as_str().unwrap().len(),
        "B" => value.as_str().unwrap().len() / 4 * 3, // in base64
        "N" => value.as_str().unwrap().len().div_ceil(2) + 1,
        "BOOL" | "NULL" => 1,
        "L" => {
            3 + value
                .as_array()
                .unwrap()
                .iter()
                .map(|element| 1 + size(element))
                .sum::<usize>()
        }
        "M" => 3 + value.as_object().unwrap().len() + size_of_item(value),
        other => panic!("{other}"),
    }
}
