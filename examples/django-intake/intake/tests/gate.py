"""A loopback endpoint in front of SQS that holds one action for ever: as a network that swallows it, or its answer."""

import os
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .harness import ask


class Gate:
    def __init__(self, action: str, *, passes_on: bool) -> None:
        """Holds this action before it reaches SQS or, if it `passes_on`, after SQS has carried it out."""
        self.action, self.passes_on = action, passes_on
        self.held, self.closed = threading.Event(), threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"gate": self}))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    gate: Gate

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        holds = self.headers["X-Amz-Target"] == f"AmazonSQS.{self.gate.action}"
        answer = None if holds and not self.gate.passes_on else self.pass_on(body)
        if holds:
            self.gate.held.set()
            self.gate.closed.wait()
        elif answer:
            self.reply(*answer)

    def reply(self, status: int, answer: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def pass_on(self, body: bytes) -> tuple[int, bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], body, headers)
        try:
            with ask(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def log_message(self, *_: object) -> None:
        pass
