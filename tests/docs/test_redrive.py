"""What putting failures back takes from the code."""

import re

from devstack.project import ROOT


def test_the_program_knows_what_could_not_be_quarantined_by_the_words_of_the_code() -> None:
    """These words keep a forged event from the queues that matching trusts."""
    (words,) = re.findall(r'format!\("(\w+ \w+) as ', (ROOT / "shared/batch/src/settle.rs").read_text())
    destination = (ROOT / "tools/matchflow/src/redrive/destination.rs").read_text()
    assert f'failure.starts_with("{words}")' in destination
