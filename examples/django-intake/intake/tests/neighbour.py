"""The neighbour as it runs: its processes, on a database of their own."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from .harness import ask

LIMIT = 60.0  # seconds that a condition may take before the test fails


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """The condition's value, once it is true."""
    end = time.monotonic() + LIMIT
    while not (value := condition()):
        assert time.monotonic() < end, f"no {what} within {LIMIT:.0f} s"
        time.sleep(0.05)
    return value


class Neighbour:
    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = Path(self.folder.name, "db.sqlite3")
        self.processes: list[subprocess.Popen[bytes]] = []
        self.url = ""
        subprocess.run(self.command("migrate", "-v0"), env=self.environment(), cwd=settings.BASE_DIR, check=True)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {"DATABASE_PATH": str(self.database)} | more

    def start(self, name: str, arguments: list[str], **environment: str) -> subprocess.Popen[bytes]:
        """In a process group of its own, so that a kill takes all of it; its log goes into a file."""
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                arguments,
                env=self.environment(**environment),
                cwd=settings.BASE_DIR,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def web(self) -> subprocess.Popen[bytes]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            host = f"127.0.0.1:{free.getsockname()[1]}"
        process = self.start("web", [sys.executable, "-m", "gunicorn", "--bind", host, "config.wsgi"])
        self.url = f"http://{host}"
        wait_for(self.healthy, "web server")
        return process

    def healthy(self) -> bool:
        try:
            with ask(f"{self.url}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def run(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """`relay` or `listen`, once it is ready."""
        before = self.logged(name).count("is ready")
        process = self.start(name, self.command(name), **environment)
        wait_for(lambda: self.logged(name).count("is ready") > before, name)
        return process

    def log(self, name: str) -> Path:
        return Path(self.folder.name, f"{name}.log")

    def logged(self, name: str) -> str:
        return self.log(name).read_text() if self.log(name).exists() else ""

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, process: subprocess.Popen[bytes]) -> int:
        process.terminate()
        return process.wait(LIMIT)

    def post(self, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        request = urllib.request.Request(f"{self.url}/requests", json.dumps(body).encode(), headers)
        try:
            with ask(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def state(self, request_id: str) -> dict[str, Any]:
        with ask(f"{self.url}/requests/{request_id}.json", timeout=30) as answer:
            return json.load(answer)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.database, timeout=20)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
        self.folder.cleanup()
