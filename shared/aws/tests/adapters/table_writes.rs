//! Writes of a table as the real client sends them, and what is made of the answers.

use aws::{Conflict, FailedCondition, Item, Table, Updated, Write, WriteError, key};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure as OnFailure};
use recorded::{Exchange, Recorded, on};
use serde_json::{Value, json};

fn table(aws: &Recorded) -> Table {
    Table::new(Client::new(&aws.config()), "t")
}

/// So many puts of new items.
fn puts(table: &Table, count: usize) -> Vec<Write> {
    let put = |n| Write::Put(table.put_new(key("p", format!("s{n}"))));
    (1..=count).map(put).collect()
}

/// The request of such a put.
fn put(n: usize) -> Value {
    json!({
        "TableName": "t",
        "Item": { "pk": { "S": "p" }, "sk": { "S": format!("s{n}") } },
        "ConditionExpression": "attribute_not_exists(pk)",
    })
}

/// The error of so many puts that get this answer.
async fn refused(exchange: Exchange, count: usize) -> WriteError {
    let aws = Recorded::new([exchange]);
    let table = table(&aws);
    let error = table.write(puts(&table, count)).await;
    aws.finish();
    error.unwrap_err()
}

async fn cancelled(codes: [&str; 3]) -> WriteError {
    let reasons = codes.map(|code| json!({ "Code": code }));
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled", "CancellationReasons": reasons,
    });
    refused(on("TransactWriteItems").json(400, body), 3).await
}

fn conflict(error: WriteError) -> Conflict {
    match error {
        WriteError::Conflict(conflict) => conflict,
        WriteError::Failed(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn several_writes_are_one_transaction() {
    let aws = Recorded::new([on("TransactWriteItems").json(200, json!({}))]);
    let table = table(&aws);
    let mut writes = puts(&table, 1);
    writes.push(Write::Delete(table.delete(key("p", "s2"))));
    writes.push(Write::Check(table.check_absent(key("p", "s3"))));
    table.write(writes).await.unwrap();
    let sent = aws.finish().remove(0).body["TransactItems"].clone();
    let key = |sk: &str| json!({ "pk": { "S": "p" }, "sk": { "S": sk } });
    let delete = json!({ "TableName": "t", "Key": key("s2") });
    let check = json!({ "TableName": "t", "Key": key("s3"), "ConditionExpression": "attribute_not_exists(pk)" });
    let expected = json!([{ "Put": put(1) }, { "Delete": delete }, { "ConditionCheck": check }]);
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn one_write_needs_no_transaction_and_none_no_request() {
    let aws = Recorded::new([
        on("PutItem").json(200, json!({})),
        on("UpdateItem").json(200, json!({})),
        on("TransactWriteItems").json(200, json!({})),
    ]);
    let table = table(&aws);
    let update = table
        .update(key("p", "s2"))
        .update_expression("SET #a = :a")
        .condition_expression("#a < :a")
        .expression_attribute_names("#a", "a")
        .expression_attribute_values(":a", AttributeValue::N("1".to_owned()));
    let update = Write::Update(update);
    let delete = Write::Delete(table.delete(key("p", "s3")));
    for writes in [puts(&table, 1), vec![update], vec![delete], vec![]] {
        table.write(writes).await.unwrap();
    }
    let requests = aws.finish();
    assert_eq!(requests[0].body, put(1));
    let expected = json!({
        "TableName": "t", "Key": { "pk": { "S": "p" }, "sk": { "S": "s2" } },
        "UpdateExpression": "SET #a = :a", "ConditionExpression": "#a < :a",
        "ExpressionAttributeNames": { "#a": "a" }, "ExpressionAttributeValues": { ":a": { "N": "1" } },
    });
    assert_eq!(requests[1].body, expected);
    assert_eq!(requests.len(), 3, "a single deletion is a transaction");
}

#[tokio::test]
async fn behaviour_27_conditions_and_conflicts_are_told_from_all_else() {
    // What other transactions hold counts only where no condition failed: then what was read is out of date either way.
    for (codes, contended) in [
        (["ConditionalCheckFailed", "None", "None"], vec![]),
        (["None", "ConditionalCheckFailed", "None"], vec![]),
        (["None", "TransactionConflict", "None"], vec![1]),
        (["TransactionConflict", "None", "TransactionConflict"], vec![0, 2]),
        (["TransactionConflict", "None", "ConditionalCheckFailed"], vec![]),
    ] {
        let conflict = conflict(cancelled(codes).await);
        assert_eq!(conflict.contended, contended, "{codes:?}");
        assert_eq!(conflict.failed.is_empty(), !contended.is_empty(), "{codes:?}");
        let reasons = format!("[{}]", codes.join(", "));
        assert!(conflict.cause.to_string().contains(&reasons), "{conflict:?}");
    }
    // Throttling beside a failed condition is throttling: to decide again at once would add to it.
    for codes in [
        ["None", "ThrottlingError", "None"],
        ["None", "ProvisionedThroughputExceeded", "None"],
        ["None", "ItemCollectionSizeLimitExceeded", "None"],
        ["None", "ValidationError", "None"],
        ["None", "ThrottlingError", "ConditionalCheckFailed"],
        ["TransactionConflict", "ThrottlingError", "None"],
        ["None", "None", "None"],
    ] {
        let error = cancelled(codes).await;
        assert!(matches!(error, WriteError::Failed(_)), "{codes:?}: {error:?}");
        let reasons = format!("[{}]", codes.join(", "));
        assert!(error.to_string().contains(&reasons), "{}", error.to_string());
    }
}

#[tokio::test]
async fn failed_conditions_are_told_with_the_items_that_were_asked_for() {
    let item = json!({ "a": { "S": "secret" } });
    let found = || Some(Item::from([("a".to_owned(), AttributeValue::S("secret".to_owned()))]));
    let reasons = json!([{ "Code": "None" }, { "Code": "ConditionalCheckFailed", "Item": item }, { "Code": "ConditionalCheckFailed" }]);
    let cancelled = json!({ "__type": "TransactionCanceledException", "CancellationReasons": reasons });
    let single = json!({ "__type": "ConditionalCheckFailedException", "Item": item });
    let failed = |position, item| FailedCondition { position, item };
    let aws = Recorded::new([
        on("TransactWriteItems").json(400, cancelled),
        on("PutItem").json(400, single.clone()),
        on("UpdateItem").json(400, single),
    ]);
    let table = table(&aws);
    let asked = |sk: &str| {
        let put = table.put_new(key("p", sk));
        Write::Put(put.return_values_on_condition_check_failure(OnFailure::AllOld))
    };
    let update = table.update(key("p", "s")).update_expression("REMOVE a");
    let update = update.return_values_on_condition_check_failure(OnFailure::AllOld);
    let several = [puts(&table, 1), vec![asked("s2")], puts(&table, 1)].concat();
    for (writes, expected) in [
        (several, vec![failed(1, found()), failed(2, None)]),
        (vec![asked("s1")], vec![failed(0, found())]),
        (vec![Write::Update(update)], vec![failed(0, found())]),
    ] {
        let error = table.write(writes).await.unwrap_err();
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        assert_eq!(conflict(error).failed, expected);
    }
    for request in aws.finish() {
        let asks = request
            .body
            .to_string()
            .matches(r#""ReturnValuesOnConditionCheckFailure":"ALL_OLD""#)
            .count();
        assert_eq!(asks, 1, "{}", request.body);
    }
}

#[tokio::test]
async fn every_other_failure_is_no_conflict() {
    for exchange in [
        on("TransactWriteItems").refuses(400, "ProvisionedThroughputExceededException"),
        on("TransactWriteItems").refuses(400, "TransactionInProgressException"),
        on("TransactWriteItems").refuses(400, "AccessDeniedException"),
        on("TransactWriteItems").refuses(400, "ResourceNotFoundException"),
        on("TransactWriteItems").refuses(500, "InternalServerError"),
        on("TransactWriteItems").connection_error(),
    ] {
        let error = refused(exchange, 2).await;
        assert!(matches!(error, WriteError::Failed(_)), "{error:?}");
        assert!(!error.to_string().contains('['), "{}", error.to_string());
    }
}

#[tokio::test]
async fn a_single_write_fails_as_a_transaction_of_one_does() {
    for (code, contended) in [
        ("ConditionalCheckFailedException", vec![]),
        ("TransactionConflictException", vec![0]),
    ] {
        let conflict = conflict(refused(on("PutItem").refuses(400, code), 1).await);
        assert_eq!(conflict.contended, contended, "{code}");
    }
    for code in ["ThrottlingException", "AccessDeniedException"] {
        let error = refused(on("PutItem").refuses(400, code), 1).await;
        assert!(matches!(error, WriteError::Failed(_)), "{error:?}");
        assert!(error.to_string().starts_with("dynamodb:PutItem: "), "{error:?}");
    }
}

#[tokio::test]
async fn an_operator_reads_what_the_conflict_was() {
    let changed = cancelled(["ConditionalCheckFailed", "None", "None"]).await;
    let expected = "write conflict: an item changed since it was read";
    assert_eq!(changed.to_string(), expected);
    let contended = cancelled(["None", "TransactionConflict", "None"]).await;
    let expected = "write conflict: an item is in another transaction";
    assert_eq!(contended.to_string(), expected);
}

#[tokio::test]
async fn an_update_brings_the_item_back() {
    let item = json!({ "a": { "N": "1" } });
    let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
    let failed = json!({ "__type": kind, "message": "no", "Item": item });
    let found = || Some(Item::from([("a".to_owned(), AttributeValue::N("1".to_owned()))]));
    for (status, answer, returned, expected) in [
        (
            200,
            json!({ "Attributes": item }),
            Some("ALL_OLD"),
            Updated::Yes(found()),
        ),
        (200, json!({}), None, Updated::Yes(None)),
        (400, failed, None, Updated::ConditionFailed(found())),
    ] {
        let aws = Recorded::new([on("UpdateItem").json(status, answer)]);
        let table = table(&aws);
        let update = table.update(key("p", "s")).update_expression("REMOVE a");
        let updated = match returned {
            None => table.send_update(update).await,
            Some(_) => table.send_update_returning_old(update).await,
        };
        assert_eq!(updated.unwrap(), expected);
        let body = aws.finish().remove(0).body;
        assert_eq!(body["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
        assert_eq!(body["ReturnValues"].as_str(), returned);
    }
    let aws = Recorded::new([on("UpdateItem").refuses(400, "AccessDeniedException")]);
    let table = table(&aws);
    let update = table.update(key("p", "s")).update_expression("REMOVE a");
    let error = table.send_update(update).await.unwrap_err();
    assert_eq!(error.code, "AccessDeniedException");
}
