"""The functions for the local stack: plain `cargo build` for this machine, each as a folder with a `bootstrap`. The operator's program is built
with them."""

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_dump

from devstack.console import log
from devstack.local.stack import LocalStack
from devstack.project import FUNCTIONS, ROOT
from devstack.template import template as deployed_template

PROGRAM = "matchflow"
PROFILE = os.environ.get("MATCHFLOW_PROFILE", "dev")  # `release` to try what AWS gets


def build(stack: LocalStack) -> Path:
    """Builds all functions and gives back a template that points to them."""
    template = derive_template(stack)
    build_into(stack.folder / "build", ROOT, target_folder(), PROGRAM)
    return template


def program() -> Path:
    """The operator's program, as it was built with the functions."""
    return binaries(target_folder()) / PROGRAM


def build_into(folder: Path, source: Path, target: Path, *others: str) -> None:
    """Builds the functions of these sources and these other packages, with cargo's output in the target folder. Two copies of the project need two: cargo
    names a crate of theirs by its place in the workspace, and would take one's for the other's."""
    compile_all(source, target, *FUNCTIONS, *others)
    for function in FUNCTIONS:
        bootstrap = folder / function / "bootstrap"
        bootstrap.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(binaries(target) / function, bootstrap)
        if shutil.which("strip"):  # symbols are half of what would be zipped and uploaded
            subprocess.run(["strip", "-S", bootstrap], check=True)


def binaries(target: Path) -> Path:
    return target / ("debug" if PROFILE == "dev" else PROFILE)


def compile_all(source: Path, target: Path, *names: str) -> None:
    log(f"functions: cargo build --profile {PROFILE} (minutes the first time, seconds after it)")
    packages = [option for name in names for option in ("--package", name)]
    build = ["cargo", "build", "--locked", "--profile", PROFILE, "--bins", *packages]
    environment = dict(os.environ) | {"CARGO_TARGET_DIR": str(target)}
    if subprocess.run(build, cwd=source, env=environment, stdout=sys.stderr, check=False).returncode != 0:
        sys.exit("The functions do not compile: cargo's own message is above.")


def target_folder() -> Path:
    """Where cargo builds to: a setting or a variable of the user's may have moved it."""
    ask = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    answer = subprocess.run(ask, cwd=ROOT, capture_output=True, check=True)
    return Path(json.loads(answer.stdout)["target_directory"])


def derive_template(stack: LocalStack) -> Path:
    """template.yaml with each function's code replaced by its prebuilt folder, and without versions and alias: the engine makes
    them without the parameters' values, and what the tests change in a function would not reach a version."""
    template = copy.deepcopy(deployed_template())
    template["Conditions"] = without_joins(template["Conditions"])
    for name in ("AutoPublishAlias", "DeploymentPreference"):
        del template["Globals"]["Function"][name]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            binary = resource.pop("Metadata")["BuildProperties"]["Binary"]
            if binary not in FUNCTIONS:
                sys.exit(f"template.yaml deploys the function {binary}, which nothing implements: add functions/{binary}/Cargo.toml.")
            for name in ("AutoPublishCodeSha256", "DeploymentPreference"):
                del resource["Properties"][name]
            resource["Properties"]["CodeUri"] = str(stack.folder / "build" / binary)
    derived = stack.folder / "template.yaml"
    stack.folder.mkdir(parents=True, exist_ok=True)
    derived.write_text(yaml_dump(template))
    return derived


def without_joins(conditions: dict[str, Any]) -> dict[str, Any]:
    """A list is empty if its first value is: the engine knows no Fn::Join in a condition, and would take each to hold."""
    return dict(json.loads(json.dumps(conditions).replace('"Fn::Join": ["",', '"Fn::Select": [0,')))
