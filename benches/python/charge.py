"""One charge, as a record handler does it: the account read, transfer and account written in one transaction, the event published."""

import json
import os

import boto3
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

TABLE, TOPIC = os.environ["TABLE_NAME"], os.environ["TOPIC_ARN"]
dynamodb, sns = boto3.client("dynamodb"), boto3.client("sns")


def charge(record: SQSRecord) -> None:
    matched = record.json_body
    match, partner = matched["data"], matched["data"]["partner"]["id"]
    points = match["fee"]["points"]
    key = {"pk": {"S": f"partner#{partner}"}, "sk": {"S": "account"}}
    account = dynamodb.get_item(TableName=TABLE, Key=key, ConsistentRead=True)["Item"]
    balance, sequence = int(account["balance"]["N"]) - points, int(account["sequence"]["N"]) + 1
    if balance < 0:
        raise ValueError("not enough points")
    after = {"balance": {"N": str(balance)}, "sequence": {"N": str(sequence)}}
    put_account = {
        "TableName": TABLE,
        "Item": key | after,
        "ConditionExpression": "#sequence = :before",
        "ExpressionAttributeNames": {"#sequence": "sequence"},
        "ExpressionAttributeValues": {":before": account["sequence"]},
    }
    transfer = {"pk": {"S": f"match#{match['matchId']}"}, "sk": {"S": "transfer"}, "partner": {"S": partner}, "points": {"N": str(points)}}
    put_transfer = {"TableName": TABLE, "Item": transfer | after, "ConditionExpression": "attribute_not_exists(pk)"}
    dynamodb.transact_write_items(TransactItems=[{"Put": put_account}, {"Put": put_transfer}])
    publish(matched, balance, sequence)


def publish(matched: dict, balance: int, sequence: int) -> None:
    match = matched["data"]
    deduction = {name: match[name] for name in ("requestId", "matchId", "submittedAt", "category", "region")}
    deduction |= {"partnerId": match["partner"]["id"], "points": match["fee"]["points"], "transferId": match["matchId"]}
    event = {
        "specversion": "1.0",
        "id": match["matchId"],
        "source": "/powertools",
        "type": "points.deducted",
        "time": matched["time"],
        "correlationid": matched["correlationid"],
        "causationid": matched["id"],
        "data": deduction | {"balance": balance, "sequence": sequence},
    }
    attributes = {"eventType": event["type"], "correlationId": event["correlationid"]}
    sns.publish(
        TopicArn=TOPIC,
        Message=json.dumps(event, separators=(",", ":")),
        MessageGroupId=match["partner"]["id"],
        MessageDeduplicationId=event["id"],
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )
