"""As much of an HTTP/1.1 server as the functions' clients need, on an event loop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Respond = Callable[[int, dict[str, str], bytes], None]  # status, headers, body


@dataclass
class Request:
    arrived: float  # by the loop's clock
    method: str
    path: str
    headers: dict[str, str] = field(repr=False)  # by lower-case names
    body: bytes = field(repr=False)


class Connection(asyncio.Protocol):
    """One request at a time, with its length, as these clients send them."""

    def __init__(self, handle: Callable[[Request, Respond], None]) -> None:
        self.handle = handle
        self.buffer = b""
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Only takes note: whatever arrived at the same time is read before the first request is looked at."""
        self.buffer += data
        if request := parse(self.buffer, self.loop.time()):
            self.buffer = b""
            self.loop.call_soon(self.handle, request, self.respond)

    def respond(self, status: int, headers: dict[str, str], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items()), f"Content-Length: {len(body)}", "", ""]
        self.transport.write("\r\n".join(lines).encode() + body)


def parse(buffer: bytes, now: float) -> Request | None:
    """The request, once all of it is there."""
    head, end, body = buffer.partition(b"\r\n\r\n")
    if not end:
        return None
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "transfer-encoding" in headers or "expect" in headers:
        raise ValueError(f"a request in a form that no client here sends: {first}")
    if len(body) < int(headers.get("content-length", "0")):
        return None
    method, path, _ = first.split(" ")
    return Request(now, method, path, headers, body)


async def serve(handle: Callable[[Request, Respond], None]) -> tuple[asyncio.Server, str]:
    """Listens on a free port of loopback; the server and its address."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(handle), "127.0.0.1", 0)
    return server, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
