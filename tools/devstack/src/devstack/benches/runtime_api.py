"""A stand-in for Lambda's runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"""

import asyncio
import time
from typing import NamedTuple

from devstack.benches.server import Request, Respond

INVOCATION = "/2018-06-01/runtime/invocation/"
TIMEOUT = 30.0  # seconds, as the template gives the functions


class Answered(NamedTuple):
    body: bytes
    seconds: float  # from the invocation to the answer


class RuntimeApi:
    """Hands a function one invocation at a time."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.next: asyncio.Future[Respond] = self.loop.create_future()
        self.answer: asyncio.Future[Request] = self.loop.create_future()
        self.invocations = 0

    def handle(self, request: Request, respond: Respond) -> None:
        if request.path == f"{INVOCATION}next":
            self.next.set_result(respond)
            return
        respond(202, {}, b"")
        if request.path.startswith(INVOCATION):
            self.answer.set_result(request)
        else:
            self.next.set_exception(RuntimeError(f"the function did not start: {request.body.decode()}"))

    async def polled(self) -> float:
        """Waits until the function asks for its next invocation: then it did all that it had to do. Returns when that was."""
        await asyncio.wait_for(self.next, TIMEOUT)
        return self.loop.time()

    async def invoke(self, event: bytes) -> Answered:
        respond = await asyncio.wait_for(self.next, TIMEOUT)
        self.next, self.answer = self.loop.create_future(), self.loop.create_future()
        self.invocations += 1
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": f"00000000-0000-4000-8000-{self.invocations:012}",
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + TIMEOUT) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:ap-northeast-2:000000000000:function:measured",
            "Lambda-Runtime-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
        }
        start = self.loop.time()
        respond(200, headers, event)
        request = await asyncio.wait_for(self.answer, TIMEOUT)
        if not request.path.endswith("/response"):
            raise RuntimeError(f"the invocation failed: {request.body.decode()}")
        return Answered(request.body, request.arrived - start)
