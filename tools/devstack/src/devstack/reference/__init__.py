"""The generated parts of the documentation: reference pages from schemas, template and Makefile, and the recorded run's picture."""

from pathlib import Path

from devstack.project import ROOT
from devstack.reference import alarms, commands, events, quotations, recording, settings

PAGES = {
    "docs/reference/events.md": events.page,
    "docs/reference/settings.md": settings.page,
    "docs/reference/alarms.md": alarms.page,
    "docs/reference/commands.md": commands.page,
    "docs/images/make-local.svg": recording.picture,
}


def generated() -> dict[Path, str]:
    """Every generated file with the contents it must have."""
    quoting = {ROOT / page: quotations.quoting(page) for page in quotations.QUOTING}
    return {ROOT / path: make() for path, make in PAGES.items()} | quoting
