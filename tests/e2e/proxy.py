"""A proxy between functions and engine that passes everything on, unless it is told to let some calls fail."""

import json
import random
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from devstack.clients.stack import Stack
from devstack.project import FUNCTIONS
from faults import ATTEMPT_SECONDS, SLOW_SECONDS, Answer, Kind, error

KINDS = list(Kind)
_TARGETS = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs"}
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Call:
    service: str
    operation: str
    parameters: dict[str, Any]

    @classmethod
    def read(cls, headers: Mapping[str, str], body: bytes) -> "Call":
        """SNS is asked by a form, the other two in JSON."""
        if target := headers.get("X-Amz-Target"):
            protocol, operation = target.split(".")
            return cls(_TARGETS[protocol], operation, json.loads(body))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return cls("sns", form["Action"], form)


class Proxy(ThreadingHTTPServer):
    """Listens on loopback; `occurred` has every fault in order."""

    daemon_threads = True

    def __init__(self, upstream: str, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = urlsplit(upstream).netloc
        self.chance, self.lock = random.Random(seed), threading.Lock()
        self.shares: dict[str, float] = {}
        self.occurred: list[tuple[Call, Kind]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def failing(self, shares: dict[str, float]) -> Iterator[None]:
        """Lets this share of the calls of each of these operations fail: first once in every way, then at random."""
        self.shares = shares
        try:
            yield
        finally:
            self.shares = {}

    def fault_for(self, call: Call) -> Kind | None:
        with self.lock:
            if self.chance.random() >= self.shares.get(call.operation, 0):
                return None
            known = {kind for other, kind in self.occurred if other.operation == call.operation}
            kind = self.chance.choice([kind for kind in KINDS if kind not in known] or KINDS)
            self.occurred.append((call, kind))
            return kind

    def took(self, call: Call, seconds: float) -> None:
        """On a busy machine a call can be slow by itself."""
        if seconds > ATTEMPT_SECONDS:
            self.occurred.append((call, Kind.SLOW))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        call = Call.read(self.headers, body)
        match self.server.fault_for(call):
            case None:
                began = time.monotonic()
                self.answer(self.passed_on(body))
                self.server.took(call, time.monotonic() - began)
            case Kind.SLOW:
                answer = self.passed_on(body)
                time.sleep(SLOW_SECONDS)
                self.answer(answer)
            case Kind.CUT_BEFORE:
                self.cut()
            case Kind.CUT_AFTER:
                self.passed_on(body)
                self.cut()
            case kind:
                self.answer(error(call.service, kind))

    def passed_on(self, body: bytes) -> Answer:
        connection = HTTPConnection(self.server.upstream, timeout=30)
        connection.request("POST", self.path, body, dict(self.headers))
        with connection.getresponse() as answer:
            return answer.status, dict(answer.headers), answer.read()

    def answer(self, answer: Answer) -> None:
        status, headers, body = answer
        try:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:  # the caller did not wait so long
            self.close_connection = True

    def cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def running(stack: Stack, seed: int) -> Iterator[Proxy]:
    """All calls of this stack's functions to the engine go through the proxy, and no other calls."""
    with Proxy(stack.endpoint, seed) as proxy, ExitStack() as restored:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        restored.callback(proxy.shutdown)
        aws = stack.client("lambda")
        for function in FUNCTIONS:
            name = stack.function(function)
            before = aws.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            urls = {f"AWS_ENDPOINT_URL_{service}": proxy.url for service in ("DYNAMODB", "SNS", "SQS")}
            aws.update_function_configuration(FunctionName=name, Environment={"Variables": before | urls})
            restored.callback(aws.update_function_configuration, FunctionName=name, Environment={"Variables": before})
        yield proxy
