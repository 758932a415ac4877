"""Starts and stops the local engine of one place, and no process but its own."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import psutil

from stack import family
from stack.place import REGION, ROOT, Place, say

READY_WITHIN = 30.0  # seconds; it takes less than one
GONE_WITHIN = 10.0


def running(place: Place) -> psutil.Process | None:
    """The engine of this place, if it is still that very process: a pid alone may long be somebody else's."""
    if not place.engine_file.exists():
        return None
    saved = json.loads(place.engine_file.read_text())
    try:
        process = psutil.Process(saved["pid"])
        same = abs(process.create_time() - saved["began"]) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same else None


def start(place: Place, auth: bool = False) -> float:
    """Starts the engine unless it runs, and gives back when that was: what tells one engine from the next."""
    if running(place):
        began: float = json.loads(place.engine_file.read_text())["began"]
        return began
    clear(place)
    place.home.mkdir(parents=True)
    refuse_if_taken(place)
    say(f"engine: starting on {place.endpoint}" + (", with the functions' roles enforced" if auth else ""))
    process = launch(place, auth)
    began = process.create_time()
    place.engine_file.write_text(json.dumps({"pid": process.pid, "began": began}))
    wait_until_ready(place)
    return began


def launch(place: Place, auth: bool) -> psutil.Popen:
    """In a session of its own, so that Ctrl-C in the terminal ends what was typed there and not the engine."""
    environment = place.environment() | {
        "BIND_HOST": "127.0.0.1",  # its own default is every interface
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(place.port),
        "IOT_MTLS_PORT": "0",
        "MINISTACK_REGION": REGION,
        "LAMBDA_EXECUTOR": "local",
        "AUTH": str(auth).lower(),
    }
    with place.engine_log.open("w") as log:
        return psutil.Popen(
            [ROOT / ".venv-engine/bin/ministack"],
            cwd=place.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def refuse_if_taken(place: Place) -> None:
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", place.port)) == 0:
            sys.exit(f"Port {place.port} is in use by another program or stack. Choose another: PORT={place.port + 1}")


def wait_until_ready(place: Place) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and running(place):
        try:
            opener.open(f"{place.endpoint}/_ministack/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    stop(place)
    sys.exit(f"The engine did not start within {READY_WITHIN:.0f} s: see {place.engine_log}")


def stop(place: Place) -> None:
    """Ends the engine and the function processes it started."""
    engine = running(place)
    if engine:
        say(f"engine: stopping the one on port {place.port}")
        family.end(engine, GONE_WITHIN)
    clear(place)


def clear(place: Place) -> None:
    """Forgets what stood here; logs and built functions stay."""
    for left in (place.engine_file, place.outputs_file, place.deployed_file):
        left.unlink(missing_ok=True)
    shutil.rmtree(place.home, ignore_errors=True)
