"""A stand-in for DynamoDB, SNS and SQS: every call is answered after the same time, whatever else goes on, and counted."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qs

from devstack.benches.server import Request, Respond
from devstack.benches.tables import Refused, Tables
from devstack.counting.capacity import refused
from devstack.counting.counts import Counts
from devstack.proxy import Call

ENTRY_ID = re.compile(rb"PublishBatchRequestEntries\.member\.\d+\.Id=([^&]*)")
JSON = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "stand-in"}
XML = {"Content-Type": "text/xml", "x-amzn-RequestId": "stand-in"}


class Backend:
    def __init__(self, tables: Tables, delay: float) -> None:
        self.tables, self.delay = tables, delay
        self.counts = Counts()
        self.published: list[bytes] = []  # the bodies of the calls that publish
        self.late: list[float] = []  # seconds that answers came later than they should have
        self.loop = asyncio.get_running_loop()

    def handle(self, request: Request, respond: Respond) -> None:
        """Works out the answer at once, and gives it when it is due."""
        headers = {"X-Amz-Target": request.headers.get("x-amz-target", "")}
        answer = self.answer(Call.read(headers, request.body), request.body)
        due = request.arrived + self.delay

        def give() -> None:
            respond(*answer)
            self.late.append(self.loop.time() - due)

        self.loop.call_at(due, give)

    def answer(self, call: Call, body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.counts.add(call.service, call.operation, len(body))
        if call.service == "dynamodb":
            return self.of_dynamodb(call)
        if call.service == "sns":
            self.published.append(body)
            return 200, XML, publish_answer(call.operation, body)
        return 400, JSON, b'{"__type": "InvalidAction"}'  # SQS is called for records that failed, and here none may

    def of_dynamodb(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        try:
            content, units = self.tables.call(call.operation, call.parameters)
        except Refused as error:
            self.counts.conflicts += 1
            self.counts.consume(refused(call.operation, call.parameters))
            content = {"__type": f"com.amazonaws.dynamodb.v20120810#{error.code}", "message": "refused", **error.content}
            return 400, JSON, json.dumps(content).encode()
        self.counts.consume(units)
        return 200, JSON, json.dumps(content).encode()

    def events(self) -> list[dict[str, Any]]:
        """The events that were published."""
        return [json.loads(message) for body in self.published for message in messages(body)]


def messages(body: bytes) -> list[str]:
    form = parse_qs(body.decode())
    return [values[0] for name, values in form.items() if name == "Message" or name.endswith(".Message")]


def publish_answer(operation: str, body: bytes) -> bytes:
    result = "<MessageId>m</MessageId>"
    if operation == "PublishBatch":
        members = (f"<member><Id>{entry.decode()}</Id>{result}</member>" for entry in ENTRY_ID.findall(body))
        result = f"<Successful>{''.join(members)}</Successful><Failed/>"
    return (
        f'<{operation}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><{operation}Result>{result}</{operation}Result>'
        f"<ResponseMetadata><RequestId>stand-in</RequestId></ResponseMetadata></{operation}Response>"
    ).encode()
