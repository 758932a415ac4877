"""The functions of an earlier commit, built for the local stack."""

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from devstack.console import log
from devstack.local import functions
from devstack.local.stack import LocalStack
from devstack.project import ROOT


def earlier_functions(stack: LocalStack, commit: str) -> Path:
    """The folder of the built functions. The sources have a folder of their own for each commit: cargo goes by a file's path and
    time, and all files of a commit have its time."""
    found = git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    if found.returncode != 0:
        sys.exit("BASE must name a commit: make upgrade-test BASE=<commit>")
    name = found.stdout.decode().strip()
    sources = stack.folder / f"sources-{name}"
    if not sources.exists():
        extract(name, sources)
    log(f"functions: those of {name[:12]}")
    built = stack.folder / "earlier"
    functions.build_into(built, sources, functions.target_folder() / "earlier")
    return built


def extract(commit: str, sources: Path) -> None:
    """Extracts a commit's files in place of another's: aside first, so that an interruption leaves no half folder under this name."""
    for other in sources.parent.glob("sources-*"):
        shutil.rmtree(other)
    aside = sources.with_name("sources-unfinished")
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit).stdout)) as archive:
        archive.extractall(aside, filter="data")
    aside.rename(sources)


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
