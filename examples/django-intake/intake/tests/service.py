"""This service as it runs in production: its processes, on a database of the test's own."""

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

from .support import urlopen

LIMIT = 60.0  # seconds that a condition may take before the test fails


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Waits until the condition is true, and returns its value."""
    end = time.monotonic() + LIMIT
    while not (value := condition()):
        assert time.monotonic() < end, f"no {what} within {LIMIT:.0f} s"
        time.sleep(0.05)
    return value


class Service:
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

    def start_process(self, name: str, arguments: list[str], **environment: str) -> subprocess.Popen[bytes]:
        """Starts a process group, so that a kill takes its children, too; its log goes into a file."""
        with self.log_file(name).open("ab") as log:
            process = subprocess.Popen(
                arguments,
                env=self.environment(**environment),
                cwd=settings.BASE_DIR,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_web_server(self) -> subprocess.Popen[bytes]:
        with socket.socket() as free_port:
            free_port.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free_port.getsockname()[1]}"
        process = self.start_process("web", [sys.executable, "-m", "gunicorn", "--bind", address, "config.wsgi"])
        self.url = f"http://{address}"
        wait_for(self.healthy, "web server")
        return process

    def healthy(self) -> bool:
        try:
            with urlopen(f"{self.url}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def start_command(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """Starts `relay` or `listen`; returns once it is ready."""
        before = self.log_text(name).count("is ready")
        process = self.start_process(name, self.command(name), **environment)
        wait_for(lambda: self.log_text(name).count("is ready") > before, name)
        return process

    def log_file(self, name: str) -> Path:
        return Path(self.folder.name, f"{name}.log")

    def log_text(self, name: str) -> str:
        return self.log_file(name).read_text() if self.log_file(name).exists() else ""

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def terminate(self, process: subprocess.Popen[bytes]) -> int:
        process.terminate()
        return process.wait(LIMIT)

    def post(self, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        request = urllib.request.Request(f"{self.url}/requests", json.dumps(body).encode(), headers)
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def state(self, request_id: str) -> dict[str, Any]:
        with urlopen(f"{self.url}/requests/{request_id}.json", timeout=30) as answer:
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
