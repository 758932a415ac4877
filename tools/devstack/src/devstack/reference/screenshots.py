"""docs/images/dashboard*.png: the dashboard of a running local stack, in the browser of the tests.

    make local && .venv-sam/bin/python -m devstack.reference.screenshots .local/4566/dashboard.log REQUEST
"""

import sys
from pathlib import Path
from typing import Any

from devstack.project import ROOT

sys.path.append(str(ROOT / "tests/e2e"))  # whose browser it is

FOLDER = ROOT / "docs/images"
WINDOW = {"width": 1080, "height": 780}


def main(log: Path, request: str) -> None:
    from browser import browser

    address = log.read_text().splitlines()[0]
    with browser() as chromium:
        page = chromium.new_page(viewport=WINDOW, color_scheme="light")
        page.goto(address)
        shoot(page, "dashboard")
        page.get_by_role("link", name="Failures").first.click()
        shoot(page, "dashboard-failures")
        page.get_by_role("searchbox").fill(request)
        page.get_by_role("button", name="Find").click()
        page.wait_for_url(f"**/follow/{request}")
        shoot(page, "dashboard-request")
        page.locator("dd a[href^='/partner/']").click()
        page.wait_for_url("**/partner/**")
        shoot(page, "dashboard-partner")


def shoot(page: Any, name: str) -> None:
    page.wait_for_load_state()
    page.screenshot(path=FOLDER / f"{name}.png", full_page=False)
    print(FOLDER / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
