"""Deploys template.yaml onto the engine with `sam deploy`, exactly as onto AWS, and writes outputs.json."""

import contextlib
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from stack import differences, engine
from stack.client import client, stack_outputs
from stack.place import FUNCTIONS, REGION, ROOT, Place, say

BUCKET = "matchflow-local"


def deploy(place: Place, began: float, template: Path) -> None:
    """Deploys, unless the engine that began then already runs exactly this."""
    wanted = fingerprint(place, began, template)
    if place.deployed_file.exists() and place.deployed_file.read_text() == wanted:
        say("stack: unchanged since the last deploy")
        return
    place.deployed_file.unlink(missing_ok=True)
    make_bucket(place)
    run_sam(place, template)
    differences.mend(place)
    write_outputs(place)
    place.deployed_file.write_text(wanted)


def fingerprint(place: Place, began: float, template: Path) -> str:
    """Changes with everything that a deploy depends on."""
    digest = hashlib.sha256(f"{began}".encode())
    bootstraps = [place.folder / "build" / function / "bootstrap" for function in FUNCTIONS]
    for file in (template, ROOT / "samconfig.toml", *bootstraps):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def make_bucket(place: Place) -> None:
    s3 = client(place, "s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})


def run_sam(place: Place, template: Path) -> None:
    say("stack: sam deploy --config-env local (some 10 seconds)")
    environment = ["--config-file", ROOT / "samconfig.toml", "--config-env", "local"]
    sam(place, "deploy", "--template-file", template, "--s3-bucket", BUCKET, "--no-progressbar", *environment)


def sam(place: Place, command: str, *arguments: str | Path) -> None:
    """What sam says is kept, and shown if it fails."""
    log = place.folder / f"{command}.log"
    with log.open("w") as output:
        ended = subprocess.run(
            [ROOT / ".venv-sam/bin/sam", command, *arguments],
            cwd=place.folder,
            env=place.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        tail = "\n".join(log.read_text().splitlines()[-15:])
        sys.exit(f"{tail}\nsam {command} failed: all it said is in {log}")


def outputs(place: Place) -> dict[str, str]:
    """What stands on this port, as the last deploy wrote it down."""
    if not (engine.running(place) and place.outputs_file.exists()):
        sys.exit(f"No stack stands on port {place.port}. `make local PORT={place.port}` starts one.")
    written: dict[str, str] = json.loads(place.outputs_file.read_text())
    return written


def write_outputs(place: Place) -> None:
    """The stack's outputs, and where the engine is: all that a client of the local stack has to know."""
    outputs = {"Endpoint": place.endpoint, "Region": REGION} | stack_outputs(place)
    place.outputs_file.write_text(json.dumps(outputs, indent=2) + "\n")
