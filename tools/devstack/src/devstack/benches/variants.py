"""What is measured: how each function is started, and how large its package is."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devstack.benches.workloads import Requests, Scenario, purchases, registrations
from devstack.generators.samples.sqs import ACCOUNT, REGION, STACK, TOPIC
from devstack.project import ROOT
from devstack.template import consumers, resources, target
from devstack.wiring import name, resolved

PEERS = ROOT / "benches"
BUILT = ROOT / "target/benches"  # what is made of the peers
LEDGER = "Ledger"  # the peers' table
PEER = {"TABLE_NAME": LEDGER, "IDEMPOTENCY_TABLE_NAME": "Idempotency", "TOPIC_ARN": TOPIC}  # their environment


@dataclass(frozen=True, eq=False)
class Variant:
    name: str
    command: tuple[str | Path, ...]
    environment: Mapping[str, str] = field(repr=False)
    package: Path  # the zip file that would be uploaded
    folder: Path = ROOT
    feed: Callable[[Requests, Scenario], bytes] = Requests.matches
    prepare: Callable[[], bytes] | None = None  # the batch that fills its tables; a peer's are filled for it
    publishes: bool = True
    charges: bool = True


def points(binaries: Path) -> Variant:
    return Variant("points", (binaries / "points",), deployed("points"), BUILT / "points.zip", prepare=purchases)


def matching(binaries: Path) -> Variant:
    package, feed = BUILT / "matching.zip", Requests.submissions
    return Variant("matching", (binaries / "matching",), deployed("matching"), package, feed=feed, prepare=registrations, charges=False)


def deployed(function: str) -> dict[str, str]:
    """The environment that the template gives a function."""
    (consumer,) = (consumer for consumer in consumers() if consumer.folder == function)
    return {variable: setting(value) for variable, value in consumer.variables.items()}


def setting(value: Any) -> str:
    """A variable's value, as the deployed template has it."""
    if not isinstance(value, dict):
        return str(value)
    resource = target(value)
    if resource in resources("SQS::Queue"):
        return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{STACK}-{name(resource)}"
    if resource in resources("SNS::Topic"):
        return TOPIC
    return resource if resource in resources("DynamoDB::Table") else str(resolved(value))


def floor(binaries: Path) -> Variant:
    return Variant("floor", (binaries / "floor",), PEER, BUILT / "floor.zip")


def empty(binaries: Path) -> Variant:
    return Variant("empty", (binaries / "empty",), {}, BUILT / "empty.zip", publishes=False, charges=False)


def python(module: str, title: str) -> Variant:
    command = (ROOT / ".venv-benches/bin/python", "-m", "awslambdaric", f"{module}.handler")
    return Variant(title, command, PEER, BUILT / f"python-{module}.zip", folder=PEERS / "python")


def node(module: str, title: str) -> Variant:
    bundle = BUILT / f"node-{module}/index.cjs"
    return Variant(title, (shutil.which("node") or "node", PEERS / "node/runtime.mjs", bundle), PEER, BUILT / f"node-{module}.zip")
