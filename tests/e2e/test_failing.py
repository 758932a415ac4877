"""Processes are killed and the engine fails while requests come in: begun before all other tests, as it takes minutes
until all is at rest again. What became of it: test_wholeness. Alone: `make local`, then `.venv-sam/bin/python
-m devstack.local run .venv-sam/bin/python -m pytest tests/e2e/test_failing.py tests/e2e/test_wholeness.py`."""

from ordeals import TO_BE_MET, Ordeal
from processes import FUNCTIONS


def test_processes_of_every_function_are_killed_amid_a_batch(killed: Ordeal) -> None:
    assert killed.met.keys() == set(FUNCTIONS)


def test_every_operation_fails_in_every_way(failed: Ordeal) -> None:
    print(failed.met)
    assert failed.met.keys() == TO_BE_MET
