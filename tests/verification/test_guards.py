"""Every guard that `make guards` takes out is marked in the sources, and the other way round."""

from collections import Counter

import pytest
from devstack.project import ROOT
from devstack.verification.breaks import BREAKS
from devstack.verification.breaks.guard import Break, marked, markers_in


def test_every_marker_is_that_of_a_guard_and_every_guard_is_marked_once() -> None:
    marked = Counter(marker for markers in markers_in(ROOT).values() for marker in markers)
    assert marked == Counter({guard.marker for guard in BREAKS})


@pytest.mark.parametrize("guard", BREAKS, ids=lambda guard: guard.name)
def test_a_guard_can_be_taken_out_and_nothing_else_changes(guard: Break) -> None:
    (file,) = [file for file, markers in markers_in(ROOT).items() if guard.marker in markers]
    before = file.read_text()
    after = guard.broken(before)
    marker = f"// guard: {guard.marker}\n"
    start = before.index(marker) + len(marker)
    end = start + len(marked(before[start:]))
    assert after != before
    assert after.startswith(before[:start]) and after.endswith(before[end:])
    assert len(set(before[start:end].splitlines()) - set(after[start:].splitlines())) <= 3
