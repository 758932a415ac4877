"""Deploys template.yaml onto the engine with `sam deploy`, exactly as onto AWS, and writes outputs.json."""

import contextlib
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from devstack.clients.stack import Stack
from devstack.console import log
from devstack.local import engine, workarounds
from devstack.local.stack import REGION, LocalStack
from devstack.project import FUNCTIONS, ROOT

BUCKET = "matchflow-local"


def deploy(stack: LocalStack, began: float, template: Path) -> None:
    """Deploys, unless the engine that started at this time already runs exactly this."""
    wanted = fingerprint(stack, began, template)
    if stack.deployed_file.exists() and stack.deployed_file.read_text() == wanted:
        log("stack: unchanged since the last deploy")
        return
    stack.deployed_file.unlink(missing_ok=True)
    make_bucket(stack)
    run_sam(stack, template)
    workarounds.apply_workarounds(stack)
    write_outputs(stack)
    stack.deployed_file.write_text(wanted)


def fingerprint(stack: LocalStack, began: float, template: Path) -> str:
    """Changes with everything that a deploy depends on."""
    digest = hashlib.sha256(f"{began}".encode())
    bootstraps = [stack.folder / "build" / function / "bootstrap" for function in FUNCTIONS]
    for file in (template, ROOT / "samconfig.toml", *bootstraps):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def make_bucket(stack: LocalStack) -> None:
    s3 = stack.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})


def run_sam(stack: LocalStack, template: Path) -> None:
    log("stack: sam deploy --config-env local (some 10 seconds)")
    environment = ["--config-file", ROOT / "samconfig.toml", "--config-env", "local"]
    sam(stack, "deploy", "--template-file", template, "--s3-bucket", BUCKET, "--no-progressbar", *environment)


def sam(stack: LocalStack, command: str, *arguments: str | Path) -> None:
    """What sam says is kept, and shown if it fails."""
    log_file = stack.folder / f"{command}.log"
    with log_file.open("w") as output:
        ended = subprocess.run(
            [ROOT / ".venv-sam/bin/sam", command, *arguments],
            cwd=stack.folder,
            env=stack.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        tail = "\n".join(log_file.read_text().splitlines()[-15:])
        sys.exit(f"{tail}\nsam {command} failed: all it said is in {log_file}")


def outputs(stack: LocalStack) -> dict[str, str]:
    """The outputs of the stack on this port, as the last deploy wrote them down."""
    if not (engine.running(stack) and stack.outputs_file.exists()):
        sys.exit(f"No stack stands on port {stack.port}. `make local{stack.make_argument}` starts one.")
    written: dict[str, str] = json.loads(stack.outputs_file.read_text())
    return written


def deployed(stack: LocalStack) -> Stack:
    """The stack as its clients see it."""
    return Stack(outputs(stack))


def write_outputs(stack: LocalStack) -> None:
    """The stack's outputs, and where the engine is: all that a client of the local stack has to know."""
    outputs = {"Endpoint": stack.endpoint, "Region": REGION} | stack.outputs_of()
    stack.outputs_file.write_text(json.dumps(outputs, indent=2) + "\n")
