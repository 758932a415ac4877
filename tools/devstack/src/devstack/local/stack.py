"""A local stack's folder, address and environment: everything follows from its port, so that several run side by side."""

import fcntl
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from devstack.clients.stack import client
from devstack.project import ROOT

REGION = "ap-northeast-2"
STACK = "matchflow"  # stack_name of [local] in samconfig.toml
# Without these, the files in the user's home directory would count.
NO_AWS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def clear_aws_environment() -> None:
    """From here on no AWS setting of the user's counts, nor a proxy on the way to this machine itself. Other proxies
    stay: cargo may need one for its crates."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1"]))
    os.environ.update(NO_AWS)


def port(text: str) -> int:
    """The command line's port; argparse would answer with its usage, which is not what the user typed."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        sys.exit(f"PORT must be a number from 1 to 65535, and is {text!r}.")
    return int(text)


def exit_on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    sys.exit("interrupted")  # by way of every `finally`


@dataclass(frozen=True)
class LocalStack:
    port: int
    prefix: str = ""  # of the folder's name: the tests' stacks are apart from the user's, even on the same port

    @property
    def folder(self) -> Path:
        return ROOT / ".local" / f"{self.prefix}{self.port}"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        """HOME and TMPDIR of the engine and of sam: what they write stays in here."""
        return self.folder / "home"

    @property
    def engine_file(self) -> Path:
        return self.folder / "engine.json"

    @property
    def engine_log(self) -> Path:
        return self.folder / "engine.log"

    @property
    def dashboard_file(self) -> Path:
        return self.folder / "dashboard.json"

    @property
    def dashboard_log(self) -> Path:
        """Its first line is the address, with the token in it."""
        return self.folder / "dashboard.log"

    @property
    def deployed_file(self) -> Path:
        return self.folder / "deployed"

    @property
    def outputs_file(self) -> Path:
        return self.folder / "outputs.json"

    @property
    def make_argument(self) -> str:
        """What a command of the Makefile is given to use this stack."""
        return "" if self.port == 4566 else f" PORT={self.port}"

    def aws(self) -> dict[str, str]:
        """Variables for every program that talks to the engine: its address, and made-up keys."""
        return NO_AWS | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def environment(self) -> dict[str, str]:
        """The whole environment of the engine, which hands it to the functions, and of sam: nothing of the user's."""
        return self.aws() | {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "SAM_CLI_TELEMETRY": "0",
        }

    def client(self, service: str) -> Any:
        return client(service, self.endpoint, REGION)

    def outputs_of(self, name: str = STACK) -> dict[str, str]:
        """The outputs of a CloudFormation stack on the engine."""
        stacks = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}

    def lock(self) -> TextIO:
        """Held until this process ends, however it ends: two runs on one port would stop each other's engine."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"This runs on port {self.port} already. Choose another: PORT={self.port + 1}")
        return lock
