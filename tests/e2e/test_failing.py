"""Processes are killed and the engine fails while requests come in: begun before all other tests, as it takes minutes until all
requests are settled. Their outcome is checked by test_wholeness. Alone: `make local`, then `.venv-sam/bin/python
-m devstack.local run .venv-sam/bin/python -m pytest tests/e2e/test_failing.py tests/e2e/test_wholeness.py`."""

from devstack.project import FUNCTIONS
from fault_runs import ALL_FAULTS, FaultRun


def test_processes_of_every_function_are_killed_during_a_batch(killed: FaultRun) -> None:
    assert killed.faults.keys() == set(FUNCTIONS)


def test_every_operation_fails_in_every_way(failed: FaultRun) -> None:
    print(failed.faults)
    assert failed.faults.keys() == ALL_FAULTS
