"""A proxy between functions and engine that passes everything on, unless it is told to let some calls fail."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devstack.clients.stack import Stack
from devstack.project import FUNCTIONS
from devstack.proxy import Answer, Call, Proxy, redirected
from faults import ATTEMPT_SECONDS, SLOW_SECONDS, Kind, error

KINDS = list(Kind)


class FaultyProxy(Proxy):
    """`occurred` has every fault in order."""

    def __init__(self, upstream: str, seed: int) -> None:
        super().__init__(upstream)
        self.chance, self.lock = random.Random(seed), threading.Lock()
        self.shares: dict[str, float] = {}
        self.occurred: list[tuple[Call, Kind]] = []

    @contextmanager
    def failing(self, shares: dict[str, float]) -> Iterator[None]:
        """Lets this share of the calls of each of these operations fail: first once in every way, then at random."""
        self.shares = shares
        try:
            yield
        finally:
            self.shares = {}

    def answer(self, call: Call, body: bytes, pass_on: Callable[[bytes], Answer]) -> Answer | None:
        match self.fault_for(call):
            case None:
                began = time.monotonic()
                answer = pass_on(body)
                self.took(call, time.monotonic() - began)
                return answer
            case Kind.SLOW:
                answer = pass_on(body)
                time.sleep(SLOW_SECONDS)
                return answer
            case Kind.CUT_BEFORE:
                return None
            case Kind.CUT_AFTER:
                pass_on(body)
                return None
            case kind:
                return error(call.service, kind)

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


@contextmanager
def running(stack: Stack, seed: int) -> Iterator[FaultyProxy]:
    """All calls of this stack's functions to the engine go through the proxy, and no other calls."""
    assert stack.endpoint
    proxy = FaultyProxy(stack.endpoint, seed)
    with proxy.serving(), redirected(stack, dict.fromkeys(FUNCTIONS, proxy.url)):
        yield proxy
