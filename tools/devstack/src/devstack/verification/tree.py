"""A copy of the sources that lasts, to be changed and built while the work tree stays as it is."""

import shutil
from pathlib import Path

from devstack.project import ROOT

COPIED = ["Cargo.toml", "Cargo.lock", ".cargo", "functions", "shared", "tests", "tools/matchflow", "events", "docs"]


def files(folder: Path) -> set[Path]:
    paths = {path for name in COPIED for path in [folder / name, *folder.joinpath(name).rglob("*")]}
    return {path.relative_to(folder) for path in paths if path.is_file() and "__pycache__" not in path.parts}


def refresh(copy: Path) -> None:
    """Brings the copy up to date. Only what differs is written, with a new time, so that cargo builds just that again."""
    wanted = files(ROOT)
    for path in files(copy) - wanted:
        (copy / path).unlink()
    for path in wanted:
        there = copy / path
        if not there.exists() or there.read_bytes() != (ROOT / path).read_bytes():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, there)
