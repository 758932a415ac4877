"""Builds what is measured, and zips it as it would be uploaded."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

from devstack.benches.variants import BUILT, PEERS
from devstack.console import log
from devstack.local.functions import target_folder
from devstack.project import ROOT

PACKAGED = {"aws_lambda_powertools", "jmespath", "typing_extensions"}  # the rest is part of Lambda's Python runtime
ESBUILD = ["--bundle", "--minify", "--platform=node", "--target=node20", "--format=cjs", "--log-level=error"]


def build() -> Path:
    """Builds everything; the folder of the Rust functions' binaries."""
    log("functions: cargo build --release (10 minutes the first time on 2 cores)")
    run(["cargo", "build", "--release", "--locked", "--quiet", "--package", "points", "--package", "matching"], ROOT)
    run(["cargo", "build", "--release", "--locked", "--quiet"], PEERS / "floor")
    binaries = target_folder() / "release"
    BUILT.mkdir(parents=True, exist_ok=True)
    for name in ("points", "matching", "floor", "empty"):
        archive(BUILT / f"{name}.zip", {"bootstrap": binaries / name})
    build_node()
    for module in ("batch", "idempotent"):
        archive(BUILT / f"python-{module}.zip", {f"{module}.py": PEERS / f"python/{module}.py", "charge.py": PEERS / "python/charge.py"} | libraries())
    return binaries


def build_node() -> None:
    folder = BUILT / "node"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PEERS / "node", folder)
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], folder)
    for module in ("batch", "idempotent"):
        bundle = BUILT / f"node-{module}/index.cjs"
        run(["npx", "esbuild", f"{module}.mjs", *ESBUILD, f"--outfile={bundle}"], folder)
        archive(BUILT / f"node-{module}.zip", {"index.js": bundle})


def libraries() -> dict[str, Path]:
    """The files that a Python package brings, by their names in it."""
    (site,) = (ROOT / ".venv-benches/lib").glob("python3.*/site-packages")
    brought = [found for found in distributions(path=[str(site)]) if found.metadata["Name"] in PACKAGED]
    files = [Path(str(file)) for distribution in brought for file in distribution.files or []]
    return {str(file): site / file for file in files if file.suffix != ".pyc"}


def archive(package: Path, files: dict[str, Path]) -> None:
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name, file in files.items():
            zipped.write(file, name)


def run(command: list[str | Path], folder: Path) -> None:
    environment = dict(os.environ) | {"CARGO_TARGET_DIR": str(target_folder())}
    if subprocess.run(command, cwd=folder, env=environment, stdout=sys.stderr, check=False).returncode != 0:
        sys.exit(f"`{' '.join(map(str, command))}` failed: its own message is above.")
