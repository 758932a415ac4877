"""A real browser, and the dashboard that it looks at."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from devstack.local.functions import program
from devstack.project import ROOT
from operating import FOLDER

ENVIRONMENT = ROOT / ".venv-browser"
CHROMIUM = ENVIRONMENT / "browser/chromium"
LIBRARIES = ENVIRONMENT / "browser/al2023/lib"
AXE = ENVIRONMENT / "node_modules/axe-core/axe.min.js"
LIMIT = 15_000  # milliseconds
OFFLINE = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

sys.path.extend(str(folder) for folder in ENVIRONMENT.glob("lib/python3.*/site-packages"))  # last: it adds Playwright and hides nothing


@contextmanager
def browser() -> Iterator[Any]:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the tests' browser is for Linux on x86-64")
    from playwright.sync_api import sync_playwright

    environment = {"LD_LIBRARY_PATH": str(LIBRARIES), "PATH": os.environ["PATH"]}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OFFLINE, env=environment)
        yield chromium
        chromium.close()


@contextmanager
def dashboard(*options: str) -> Iterator[str]:
    """Runs `matchflow dashboard`; its address, with the token."""
    running = subprocess.Popen([program(), "dashboard", *options], cwd=FOLDER, stdout=subprocess.PIPE, text=True)
    try:
        yield running.stdout.readline().strip() if running.stdout else ""
    finally:
        running.terminate()
        running.wait()


def findings(page: Any) -> list[str]:
    """What axe finds wrong with a page. It is put in behind the page's back, since the page's policy refuses it."""
    page.evaluate(Path(AXE).read_text() + "; undefined")
    violations = page.evaluate("axe.run()")["violations"]
    return [f"{violation['id']}: {node['html']}" for violation in violations for node in violation["nodes"]]
