"""The floor is built as the pipeline is: of the same versions, with the same features and profile."""

import tomllib
from pathlib import Path
from typing import Any

from devstack.project import ROOT

FLOOR = ROOT / "benches/floor"


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def locked(path: Path) -> set[tuple[str, str]]:
    return {(package["name"], package["version"]) for package in toml(path)["package"] if "source" in package}


def test_its_release_profile_is_the_pipelines() -> None:
    assert toml(FLOOR / "Cargo.toml")["profile"]["release"] == toml(ROOT / "Cargo.toml")["profile"]["release"]


def test_its_dependencies_are_declared_as_the_pipelines() -> None:
    pipelines = toml(ROOT / "Cargo.toml")["workspace"]["dependencies"]
    for name, declared in toml(FLOOR / "Cargo.toml")["dependencies"].items():
        assert declared == pipelines[name], name


def test_it_is_locked_to_the_pipelines_versions() -> None:
    assert locked(FLOOR / "Cargo.lock") - locked(ROOT / "Cargo.lock") == set()
