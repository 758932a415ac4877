"""A function of the standard library alone, which charges as the peers do: what the harness is tried with. By `MISTAKE` it forgets to
publish, charges twice, or reports a failure."""

import json
import os
import urllib.request
from typing import Any
from urllib.parse import urlencode

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
MISTAKE = os.environ.get("MISTAKE")


def dynamodb(operation: str, **parameters: Any) -> Any:
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], json.dumps(parameters).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def charge(match: Any) -> int:
    """Returns the balance after it."""
    key = {"pk": {"S": f"partner#{match['partner']['id']}"}, "sk": {"S": "account"}}
    points = match["fee"]["points"] * (2 if MISTAKE == "charges twice" else 1)
    updated = dynamodb(
        "UpdateItem",
        TableName=os.environ["TABLE_NAME"],
        Key=key,
        UpdateExpression="SET balance = balance - :points",
        ConditionExpression="balance >= :points",
        ExpressionAttributeValues={":points": {"N": str(points)}},
        ReturnValues="ALL_NEW",
    )
    return int(updated["Attributes"]["balance"]["N"])


def publish(match: Any, balance: int) -> None:
    data = {"requestId": match["requestId"], "partnerId": match["partner"]["id"], "balance": balance}
    form = urlencode({"Action": "Publish", "Message": json.dumps({"data": data})})
    urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"], form.encode()).close()


def handle(event: Any) -> Any:
    for record in event["Records"]:
        match = json.loads(record["body"])["data"]
        balance = charge(match)
        if MISTAKE != "forgets to publish":
            publish(match, balance)
    failures = event["Records"] if MISTAKE == "reports a failure" else []
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failures]}


while True:
    with urllib.request.urlopen(f"{API}/next") as invocation:
        answer, request_id = handle(json.load(invocation)), invocation.headers["Lambda-Runtime-Aws-Request-Id"]
    urllib.request.urlopen(f"{API}/{request_id}/response", json.dumps(answer).encode()).close()
