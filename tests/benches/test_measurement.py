"""The harness of `make bench`, with a small function in place of those that it measures."""

import asyncio
import sys
from pathlib import Path

import pytest
from devstack.benches.figures import quantile
from devstack.benches.measurement import Run, Settings, prepared, run
from devstack.benches.page import Measured, page, short
from devstack.benches.variants import PEER, Variant
from devstack.benches.workloads import HOT, ONE, TEN

SETTINGS = Settings(rounds=1, starts=1, warm_up=1, batches=2)


def charging(folder: Path, mistake: str = "") -> Variant:
    (folder / "package.zip").write_bytes(b"")
    command = (sys.executable, Path(__file__).with_name("charging.py"))
    return Variant("floor", command, PEER | {"MISTAKE": mistake}, folder / "package.zip")


def measured(variant: Variant, folder: Path) -> Run:
    async def measure() -> Run:
        tables = await prepared(variant, SETTINGS, folder / "log")
        return await run(variant, tables, [TEN, HOT, ONE], SETTINGS, folder / "log")

    return asyncio.run(measure())


def test_a_function_is_started_fed_and_looked_at(tmp_path: Path) -> None:
    variant = charging(tmp_path)
    result = measured(variant, tmp_path)
    assert 0 < result.init_cpu < result.init
    assert result.peak > 2**20
    for scenario, series in result.series.items():
        assert len(series.seconds) == 2
        assert series.records == 2 * scenario.records
        assert series.counts.calls == {"dynamodb.UpdateItem": series.records, "sns.Publish": series.records}
        assert (series.counts.write, series.counts.read) == (series.records, 0)
        assert min(series.seconds) > 2 * scenario.records * SETTINGS.delay  # two calls a record, one after the other
        assert 0 < series.cpu < sum(series.seconds)
    assert min(result.late) >= 0

    found = Measured({variant: [[result]]}, {}, [[result]])
    text = page(found, SETTINGS, "a machine")
    assert text.count("| floor | ") == 5  # what it is, three kinds of batches, the start
    assert "| 20 | 1.00 | 0.00 |" in text and "| 2 | 1.00 | 0.00 |" in text
    assert [line.split()[0] for line in short(found).splitlines()] == ["ten", "floor", "One"]


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("forgets to publish", "0 events of 0 requests for 73 records"),
        ("charges twice", "14600 points were charged for 73 records"),
        ("reports a failure", "reported failures"),
    ],
)
def test_a_function_that_does_less_or_more_than_it_should_is_not_measured(mistake: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=said):
        measured(charging(tmp_path, mistake), tmp_path)


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([float(n) for n in range(1, 101)], 0.99) == 99.0
    assert quantile([1.0], 0.99) == 1.0
