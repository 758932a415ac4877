"""A trace of one request through all functions, as an X-Ray daemon gets it."""

import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from devstack.clients.stack import Stack
from devstack.events import envelope
from devstack.function_settings import with_variables
from devstack.waiting import until
from sandbox import Sandbox

FUNCTIONS = ("matching", "points", "notification", "statistics")
ENTERS = {"matching": "request.submitted", "points": "request.matched", "notification": "request.matched", "statistics": "request.matched"}


class Daemon:
    """What Lambda runs beside a function with active tracing; the local engine does not."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.segments: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        host, port = self.socket.getsockname()
        return f"{host}:{port}"

    def received(self) -> list[dict[str, Any]]:
        """All segments so far."""
        while True:
            try:
                header, segment = self.socket.recv(65_536).split(b"\n")
            except BlockingIOError:
                return self.segments
            assert json.loads(header) == {"format": "json", "version": 1}
            self.segments.append(json.loads(segment))


@contextmanager
def daemon_of(stack: Stack, tracing: str) -> Iterator[Daemon]:
    daemon = Daemon()
    variables = {"TRACING": tracing, "AWS_XRAY_DAEMON_ADDRESS": daemon.address}
    with closing(daemon.socket), with_variables(stack, dict.fromkeys(FUNCTIONS, variables)):
        yield daemon


@pytest.fixture
def daemon(stack: Stack) -> Iterator[Daemon]:
    with daemon_of(stack, "xray") as daemon:
        yield daemon


def test_by_default_a_daemon_gets_nothing(stack: Stack, sandbox: Sandbox, partner: str, once: None) -> None:
    deployed = stack.client("lambda").get_function_configuration(FunctionName=stack.function("points"))
    assert (deployed["Environment"]["Variables"]["TRACING"], deployed["TracingConfig"]["Mode"]) == ("off", "PassThrough")
    request = f"r-{sandbox.tag}"
    with daemon_of(stack, "off") as daemon:
        sandbox.together(envelope("request.submitted", sandbox.submission(request), traceparent=f"00-{'1' * 32}-{'1' * 16}-01"))
        sandbox.one("notification.sent", requestId=request)
        assert daemon.received() == []


def test_one_request_is_one_trace_through_all_functions_and_another_that_is_not_sampled_is_none(
    stack: Stack, sandbox: Sandbox, partner: str, daemon: Daemon
) -> None:
    trace, span, unsampled = secrets.token_hex(16), secrets.token_hex(8), secrets.token_hex(16)
    request, other = f"r-{sandbox.tag}", f"other-{sandbox.tag}"
    sandbox.together(
        envelope("request.submitted", sandbox.submission(other), traceparent=f"00-{unsampled}-{span}-00"),
        envelope("request.submitted", sandbox.submission(request), traceparent=f"00-{trace}-{span}-01"),
    )
    entered = {(stack.function(function), event_type) for function, event_type in ENTERS.items()}
    told = {(stack.function("statistics"), "notification.sent")}
    until(lambda: entered | told <= {of_what(s) for s in daemon.received()}, "a segment of each function")
    for name in (request, other):
        sandbox.one("notification.sent", requestId=name)

    received = daemon.received()
    assert unsampled[8:] not in json.dumps(received)
    segments = [segment for segment in received if segment["trace_id"] == f"1-{trace[:8]}-{trace[8:]}"]
    assert {segment["parent_id"] for segment in segments} == {span}
    assert {segment["annotations"]["correlationId"] for segment in segments} == {request}
    assert {segment["annotations"]["status"] for segment in segments} == {"handled"}
    assert all(0 < segment["start_time"] <= segment["end_time"] for segment in segments)
    assert len({segment["id"] for segment in segments}) == len(segments)
    shown = json.dumps(segments)
    assert sandbox.phone not in shown and f"secret-{sandbox.tag}" not in shown


def of_what(segment: dict[str, Any]) -> tuple[str, str]:
    return segment["name"], segment["annotations"]["eventType"]
