//! What a fold reads and writes.

use aws::WriteError;
use recorded::{Recorded, on};
use serde_json::{Value, json};
use statistics::domain::{Counts, FoldState, Positions, Row, RowName, Series, UnderWay, count_events};
use statistics::store::Store;

use crate::events::{deducted, matched};
use crate::{counted, place, store, transaction, written};

fn row(dimension: &str) -> RowName {
    RowName {
        period: "day#2026-03-01".to_owned(),
        dimension: dimension.to_owned(),
    }
}

fn halfway() -> FoldState {
    let positions = |number| Positions::from([(place(1).series, number)]);
    let last_row = row("partner#p1");
    FoldState {
        version: 3,
        folded: positions(4),
        under_way: Some(UnderWay {
            up_to: positions(9),
            last_row,
        }),
    }
}

fn stored_halfway() -> Value {
    let positions = |number| json!({ "M": { "07": { "N": number } } });
    let last_row = json!({ "M": { "period": { "S": "day#2026-03-01" }, "dimension": { "S": "partner#p1" } } });
    json!({
        "pk": { "S": "state" }, "sk": { "S": "fold" }, "version": { "N": "3" }, "folded": positions("4"),
        "underWay": { "M": { "upTo": positions("9"), "lastRow": last_row } },
    })
}

async fn added(rows: &[Row], before: &FoldState, after: &FoldState) -> Vec<Value> {
    let aws = Recorded::new([on("TransactWriteItems").json(200, json!({}))]);
    store(&aws).add(rows, before, after).await.unwrap();
    transaction(&aws)
}

#[tokio::test]
async fn rows_are_added_to_in_the_first_shard_together_with_the_state() {
    let rows = count_events(&counted(&[deducted("r1", "m1", 200)])).rows();
    let before = FoldState {
        version: 2,
        ..FoldState::default()
    };
    let items = added(&rows, &before, &halfway()).await;
    let expected = json!({ "Put": {
        "TableName": "counted", "Item": stored_halfway(), "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": { ":version": { "N": "2" } },
    } });
    assert_eq!(items[0], expected);

    let found: Vec<_> = items[1..].iter().map(|item| added_to(&item["Update"])).collect();
    let expected = ["day#2026-03-01#00", "hour#2026-03-01T09#00"].map(|period| {
        [
            ("category#cleaning", json!({ "charged": "1", "pointsCharged": "200" })),
            ("delay#charge", json!({ "1536": "1" })),
            ("events", json!({ "points.deducted": "1" })),
            ("partner#p1", json!({ "charged": "1", "pointsCharged": "200" })),
            ("region#KR-11", json!({ "charged": "1", "pointsCharged": "200" })),
            ("total", json!({ "charged": "1", "pointsCharged": "200" })),
        ]
        .map(|(sk, columns)| (period.to_owned(), sk.to_owned(), columns))
    });
    assert_eq!(found, expected.concat());
}

/// The key of the counter that an update adds to, and the amounts by column.
pub fn added_to(update: &Value) -> (String, String, Value) {
    assert_eq!(update["TableName"], "counted");
    assert!(update.get("ConditionExpression").is_none());
    let expression = update["UpdateExpression"].as_str().unwrap();
    let terms = expression.strip_prefix("ADD ").unwrap().split(", ");
    let columns = terms.map(|term| {
        let (name, value) = term.split_once(' ').unwrap();
        let name = update["ExpressionAttributeNames"][name].as_str().unwrap();
        (name.to_owned(), update["ExpressionAttributeValues"][value]["N"].clone())
    });
    let key = |name: &str| update["Key"][name]["S"].as_str().unwrap().to_owned();
    (key("pk"), key("sk"), columns.collect())
}

#[tokio::test]
async fn the_first_state_is_put_on_condition_that_there_is_none() {
    let rows = count_events(&counted(&[matched("r1", 1)])).rows();
    let items = added(&rows, &FoldState::default(), &halfway()).await;
    assert_eq!(items[0]["Put"]["ConditionExpression"], "attribute_not_exists(pk)");
}

#[tokio::test]
async fn another_state_is_a_conflict() {
    let cancelled = json!({ "__type": "TransactionCanceledException", "CancellationReasons": [{ "Code": "ConditionalCheckFailed" }, { "Code": "None" }] });
    let aws = Recorded::new([on("TransactWriteItems").json(400, cancelled)]);
    let rows = count_events(&counted(&[matched("r1", 1)])).rows();
    let result = store(&aws).add(&rows, &halfway(), &halfway()).await;
    assert!(matches!(result, Err(WriteError::Conflict(_))), "{result:?}");
}

#[tokio::test]
async fn the_state_is_read_as_it_was_written_or_as_the_first() {
    let get = json!({ "TableName": "counted", "ConsistentRead": true, "Key": { "pk": { "S": "state" }, "sk": { "S": "fold" } } });
    for (answer, state) in [
        (json!({ "Item": stored_halfway() }), halfway()),
        (json!({}), FoldState::default()),
    ] {
        let aws = Recorded::new([on("GetItem").with(get.clone()).json(200, answer)]);
        assert_eq!(store(&aws).load_fold_state().await.unwrap(), state);
        aws.finish();
    }
}

#[tokio::test]
async fn increments_are_read_by_series_and_numbers_to_the_last_page() {
    let received = [matched("r1", 1), deducted("r2", "m1", 200)];
    let counts = count_events(&counted(&received));
    let item = &written(&received).await[2]["Put"]["Item"];
    let mut next = item.clone();
    next["sk"] = json!({ "S": "000000000043" });
    let end = json!({ "pk": item["pk"], "sk": item["sk"] });
    let query = json!({
        "TableName": "counted", "ConsistentRead": true, "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":pk": { "S": "increments#07" }, ":first": { "S": "000000000042" }, ":last": { "S": "000000000541" },
        },
    });
    let mut page_2 = query.clone();
    page_2["ExclusiveStartKey"] = end.clone();
    let aws = Recorded::new([
        on("Query")
            .with(query)
            .json(200, json!({ "Items": [item], "LastEvaluatedKey": end })),
        on("Query").with(page_2).json(200, json!({ "Items": [next] })),
    ]);
    let found = store(&aws)
        .load_increments(&[(place(1).series, 42..=541)])
        .await
        .unwrap();
    aws.finish();
    assert_eq!(found, [(place(42), counts.clone()), (place(43), counts)]);
}

#[tokio::test]
async fn each_series_is_a_query() {
    let numbers: Vec<(Series, _)> = Series::all().take(2).map(|series| (series, 1..=5)).collect();
    let none = || on("Query").json(200, json!({ "Items": [] }));
    let aws = Recorded::new([none(), none()]);
    assert_eq!(
        store(&aws).load_increments(&numbers).await.unwrap(),
        Vec::<(_, Counts)>::new()
    );
    let partitions: Vec<_> = aws
        .finish()
        .into_iter()
        .map(|sent| sent.body["ExpressionAttributeValues"][":pk"].clone())
        .collect();
    assert_eq!(
        partitions,
        [json!({ "S": "increments#00" }), json!({ "S": "increments#01" })]
    );
}
