"""What docs/do/redrive.md takes from the code, and what its commands do with what others wrote."""

import re

from devstack.project import ROOT

PAGE = (ROOT / "docs/do/redrive.md").read_text()


def test_the_program_knows_what_could_not_be_quarantined_by_the_words_of_the_code() -> None:
    """These words keep a forged event from the queues that matching trusts."""
    (words,) = re.findall(r'format!\("(\w+ \w+) as ', (ROOT / "shared/batch/src/settle.rs").read_text())
    assert f'failure.startswith("{words}")' in PAGE


def test_nothing_that_another_wrote_is_pasted_into_json_or_shown_raw() -> None:
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S):
        assert not re.search(r'\\"\$', block), block
    assert "repr(text(message, " in PAGE
