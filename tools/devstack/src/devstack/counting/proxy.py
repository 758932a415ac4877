"""A proxy that counts the calls of one function."""

import json
import threading
from collections.abc import Callable
from typing import Any

from devstack.counting.capacity import WRITES, consumed, refused
from devstack.counting.counts import Counts
from devstack.counting.publications import published
from devstack.proxy import Answer, Call, Proxy

PROJECTION = "ProjectionExpression"


class CountingProxy(Proxy):
    """Counts while it is told to."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.counts, self.lock = Counts(), threading.Lock()

    def answer(self, call: Call, body: bytes, pass_on: Callable[[bytes], Answer]) -> Answer:
        if call.service != "dynamodb":
            answer = pass_on(body)
            with self.lock:
                self.counts.add(call.service, call.operation, len(body))
                if call.service == "sns":
                    self.counts.publish(published(call.parameters))
            return answer
        asked = {**call.parameters, "ReturnConsumedCapacity": "TOTAL"} if call.operation in WRITES else call.parameters
        answer = pass_on(json.dumps(asked).encode())
        whole = self.whole(call, answer, pass_on)
        with self.lock:
            self.count(call, answer[0], json.loads(whole[2]))
        return answer

    def whole(self, call: Call, answer: Answer, pass_on: Callable[[bytes], Answer]) -> Answer:
        """The same read with all that is read: DynamoDB bills items and not what it gives of them."""
        if PROJECTION not in call.parameters:
            return answer
        asked = {name: value for name, value in call.parameters.items() if name != PROJECTION}
        return pass_on(json.dumps(asked).encode())

    def count(self, call: Call, status: int, content: dict[str, Any]) -> None:
        self.counts.add(call.service, call.operation, 0)
        if status == 200:
            self.counts.consume(consumed(call.operation, call.parameters, content))
        elif "ConditionalCheckFailed" in json.dumps(content):
            self.counts.conflicts += 1
            self.counts.consume(refused(call.operation, call.parameters))
