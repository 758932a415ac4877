"""A proxy on loopback between functions and engine, which sees every call. By itself it passes all on."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from devstack.clients.stack import Stack
from devstack.function_settings import with_variables

Answer = tuple[int, dict[str, str], bytes]  # status, headers, body
SERVICES = ("DYNAMODB", "SNS", "SQS")
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
    """Listens on loopback. What a subclass does with a call is its `answer`."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = urlsplit(upstream).netloc

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, call: Call, body: bytes, pass_on: Callable[[bytes], Answer]) -> Answer | None:
        """What the caller gets; `None` cuts the connection."""
        return pass_on(body)

    @contextmanager
    def serving(self) -> Iterator[None]:
        with self:
            threading.Thread(target=self.serve_forever, daemon=True).start()
            try:
                yield
            finally:
                self.shutdown()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if answer := self.server.answer(Call.read(self.headers, body), body, self.pass_on):
            self.give(answer)
        else:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def pass_on(self, body: bytes) -> Answer:
        connection = HTTPConnection(self.server.upstream, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        connection.request("POST", self.path, body, headers)
        with connection.getresponse() as answer:
            return answer.status, dict(answer.headers), answer.read()

    def give(self, answer: Answer) -> None:
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

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def redirected(stack: Stack, urls: Mapping[str, str]) -> Iterator[None]:
    """The calls of each of these functions go to its URL instead of the engine, and no other calls."""
    endpoints = {function: {f"AWS_ENDPOINT_URL_{service}": url for service in SERVICES} for function, url in urls.items()}
    with with_variables(stack, endpoints):
        yield
