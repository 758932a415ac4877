"""The generated parts of the documentation: reference pages from schemas, template and Makefile, and the recorded run's picture."""

from functools import partial
from pathlib import Path

from devstack.project import ROOT
from devstack.reference import alarms, answers, commands, events, operating, quotations, recording, settings

# Each file's contents are made by a function without arguments.
GENERATED = {
    "docs/reference/events.md": events.page,
    "docs/reference/settings.md": settings.page,
    "docs/reference/alarms.md": alarms.page,
    "docs/reference/commands.md": commands.page,
    "docs/reference/matchflow.md": operating.page,
    "docs/reference/json.md": answers.answers,
    "docs/images/make-local.svg": recording.picture,
    **{page: partial(quotations.quoting, page) for page in quotations.QUOTING},
}


def generated() -> dict[Path, str]:
    """Every generated file with the contents it must have."""
    return {ROOT / path: make() for path, make in GENERATED.items()}
