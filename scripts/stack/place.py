"""Where one local stack lives: everything follows from its port, so that several stand side by side."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
REGION = "ap-northeast-2"
STACK = "matchflow"  # stack_name of [local] in samconfig.toml
FUNCTIONS = ("matching", "points", "notification")


def say(text: str) -> None:
    """Progress goes to stderr: stdout is for results."""
    print(f"── {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Place:
    port: int

    @property
    def folder(self) -> Path:
        return ROOT / ".local" / str(self.port)

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
    def deployed_file(self) -> Path:
        return self.folder / "deployed"

    @property
    def outputs_file(self) -> Path:
        return self.folder / "outputs.json"

    def environment(self) -> dict[str, str]:
        """For every program that talks to the engine: made-up keys, and nothing of the user's own AWS settings."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "SAM_CLI_TELEMETRY": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
