"""An HTTP proxy in front of SQS that never answers one action: the request, or its answer, is lost on the network."""

import os
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .support import urlopen


class BlockingProxy:
    def __init__(self, action: str, *, forwards: bool) -> None:
        """Blocks this action before it reaches SQS or, if it `forwards`, after SQS has carried it out."""
        self.action, self.forwards = action, forwards
        self.blocked, self.closed = threading.Event(), threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    proxy: BlockingProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        blocks = self.headers["X-Amz-Target"] == f"AmazonSQS.{self.proxy.action}"
        answer = None if blocks and not self.proxy.forwards else self.forward(body)
        if blocks:
            self.proxy.blocked.set()
            self.proxy.closed.wait()
        elif answer:
            self.reply(*answer)

    def reply(self, status: int, answer: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def forward(self, body: bytes) -> tuple[int, bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], body, headers)
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def log_message(self, *_: object) -> None:
        pass
