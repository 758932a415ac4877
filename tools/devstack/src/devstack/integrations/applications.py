"""The two integrations in examples/: how each is built, tested and started, as its README says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from devstack.clients.stack import Stack
from devstack.console import log
from devstack.local.stack import LocalStack
from devstack.processes import answers, finished, free_port, prints, running
from devstack.project import ROOT

DJANGO = ROOT / "examples/django-intake"
SPRING = ROOT / "examples/spring-listener"
PYTHON = ROOT / ".venv-django/bin/python"
MAVEN = ["mvn", "--batch-mode", "--no-transfer-progress"]
JAVA = [shutil.which("java", path=f"{os.environ.get('JAVA_HOME', '')}/bin") or "java", "-Xmx192m", "-XX:+UseSerialGC", "-jar"]
OWN = ("DJANGO_", "OUTBOX_", "GUNICORN_", "SPRING_", "SERVER_", "DATABASE_", "ALLOWED_HOSTS")  # settings of the user's


@dataclass(frozen=True)
class Testbed:
    """The stack that both work with, and a folder for their databases and what they print."""

    stack: LocalStack
    deployed: Stack
    folder: Path

    def environment(self, **own: str) -> dict[str, str]:
        matchflow = {
            "EVENTS_TOPIC_ARN": self.deployed.topic,
            "INTAKE_QUEUE_URL": self.deployed.queue("Intake"),
            "PARTNERS_QUEUE_URL": self.deployed.queue("Partners"),
            "POINTS_QUEUE_URL": self.deployed.queue("Points"),
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        return inherited | self.stack.aws() | matchflow | own


def left_out(folder: Path) -> list[str]:
    """The event types that an integration has no use for."""
    return (folder / "left-out.txt").read_text().strip().split(",")


def test_spring(testbed: Testbed) -> None:
    log("spring-listener: mvn verify, its tests against the stack (minutes the first time)")
    check([*MAVEN, "clean", "verify"], SPRING, testbed.environment())


def test_django(testbed: Testbed, queue_url: str) -> None:
    log("django-intake: its tests against the stack (about a minute)")
    check([PYTHON, "-B", "manage.py", "test", "--tag", "stack"], DJANGO, testbed.environment(EVENTS_QUEUE_URL=queue_url))


def check(argv: list[str | Path], folder: Path, environment: dict[str, str]) -> None:
    if not finished(argv, folder, environment):
        sys.exit(f"The tests of {folder.name} failed: what they said is above.")


@contextmanager
def django(testbed: Testbed, queue_url: str) -> Iterator[str]:
    """Web server, relay and listener; yields the web server's address."""
    url = f"http://127.0.0.1:{free_port()}"
    database = testbed.folder / "django.sqlite3"
    environment = testbed.environment(EVENTS_QUEUE_URL=queue_url, DATABASE_PATH=str(database))
    manage = [PYTHON, "-B", "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=DJANGO, env=environment, check=True)
    web = [PYTHON.parent / "gunicorn", "--bind", url.removeprefix("http://"), "config.wsgi"]
    with ExitStack() as processes:
        for name, argv, ready in (
            ("django-web", web, answers(f"{url}/health")),
            ("django-relay", [*manage, "relay"], prints("relay is ready")),
            ("django-listen", [*manage, "listen"], prints("listen is ready")),
        ):
            processes.enter_context(running(argv, DJANGO, environment, testbed.folder / f"{name}.log", ready))
        yield url


@contextmanager
def spring(testbed: Testbed, queue_url: str) -> Iterator[str]:
    """The listener; yields its address."""
    port = free_port()
    environment = testbed.environment(
        EVENTS_QUEUE_URL=queue_url,
        SERVER_PORT=str(port),
        SPRING_DATASOURCE_URL=f"jdbc:sqlite:{testbed.folder / 'spring.sqlite3'}?journal_mode=WAL",
    )
    (jar,) = (SPRING / "target").glob("spring-listener-*.jar")
    url = f"http://127.0.0.1:{port}"
    ready = answers(f"{url}/actuator/health/readiness")
    with running([*JAVA, jar], SPRING, environment, testbed.folder / "spring.log", ready):
        yield url
