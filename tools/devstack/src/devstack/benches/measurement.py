"""One run of a function: started, fed with batches, looked at."""

import copy
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from devstack.benches.backend import Backend
from devstack.benches.process import cpu_seconds, function, peak_bytes
from devstack.benches.runtime_api import RuntimeApi
from devstack.benches.server import serve
from devstack.benches.tables import Tables
from devstack.benches.variants import LEDGER, Variant
from devstack.benches.workloads import FEE, PARTNERS, POINTS, TEN, Requests, Scenario
from devstack.counting.counts import Counts


@dataclass(frozen=True)
class Settings:
    """How much is measured."""

    rounds: int
    starts: int  # in each round
    warm_up: int  # batches of each kind before those that are measured
    batches: int
    delay: float = 0.003  # seconds until a call is answered


@dataclass
class Series:
    """The batches of one scenario."""

    seconds: list[float]
    cpu: float  # seconds
    records: int
    counts: Counts


@dataclass
class Run:
    """A start of a function, and what it did."""

    init: float  # seconds
    init_cpu: float
    first: float
    peak: int = 0  # bytes
    series: dict[Scenario, Series] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)  # how many seconds too late each call was answered


@dataclass
class Started:
    """A function that waits for its first invocation."""

    variant: Variant
    api: RuntimeApi
    backend: Backend
    process: psutil.Process
    init: float
    init_cpu: float
    requests: Requests

    async def handle(self, batch: bytes) -> float:
        answered = await self.api.invoke(batch)
        if json.loads(answered.body).get("batchItemFailures"):
            raise RuntimeError(f"{self.variant.name} reported failures: {answered.body.decode()}")
        return answered.seconds

    async def handle_series(self, scenario: Scenario, batches: int) -> Series:
        made = [self.variant.feed(self.requests, scenario) for _ in range(batches)]
        await self.api.polled()
        self.backend.counts, cpu = Counts(), cpu_seconds(self.process)
        seconds = [await self.handle(batch) for batch in made]
        await self.api.polled()
        return Series(seconds, cpu_seconds(self.process) - cpu, batches * scenario.records, self.backend.counts)


@asynccontextmanager
async def started(variant: Variant, tables: Tables, settings: Settings, log: Path) -> AsyncIterator[Started]:
    api, backend = RuntimeApi(), Backend(tables, settings.delay)
    api_server, api_address = await serve(api.handle)
    backend_server, backend_address = await serve(backend.handle)
    try:
        begin = api.loop.time()
        with function(variant, api_address, backend_address, log) as process:
            init = await api.polled() - begin
            yield Started(variant, api, backend, process, init, cpu_seconds(process), Requests())
    except (RuntimeError, TimeoutError) as error:
        raise SystemExit(f"{log.read_text()[-2000:]}\n{variant.name}: {error or 'no answer in time'}") from error
    finally:
        api_server.close()
        backend_server.close()


async def prepared(variant: Variant, settings: Settings, log: Path) -> Tables:
    """The variant's tables with the partners in them. Only a function of the pipeline knows how its own are laid out."""
    tables = Tables()
    if variant.prepare:
        async with started(variant, tables, settings, log) as function:
            await function.handle(variant.prepare())
            await function.api.polled()
    else:
        for partner in PARTNERS:
            key = {"pk": {"S": f"partner#{partner.id}"}, "sk": {"S": "account"}}
            tables.put(LEDGER, key | {"balance": {"N": str(POINTS)}, "sequence": {"N": "1"}})
    return tables


async def run(variant: Variant, tables: Tables, scenarios: list[Scenario], settings: Settings, log: Path) -> Run:
    """Starts the function, and gives it a first batch, then those of each scenario."""
    async with started(variant, copy.deepcopy(tables), settings, log) as function:
        first = await function.handle(variant.feed(function.requests, TEN))
        result, records = Run(function.init, function.init_cpu, first), TEN.records
        for scenario in scenarios:
            warm_up = await function.handle_series(scenario, settings.warm_up)
            result.series[scenario] = await function.handle_series(scenario, settings.batches)
            records += warm_up.records + result.series[scenario].records
        await function.api.polled()
        result.peak, result.late = peak_bytes(function.process), function.backend.late
        check(variant, function.backend, records)
    return result


def check(variant: Variant, backend: Backend, records: int) -> None:
    """Every record had its event, and was charged once: what fails or is left out is quickly done."""
    events = [event["data"] for event in backend.events()]
    requests = {event["requestId"] for event in events}
    if variant.publishes and not len(events) == len(requests) == records:
        raise RuntimeError(f"{len(events)} events of {len(requests)} requests for {records} records")
    if variant.charges:
        balances: dict[str, int] = {}
        for event in events:
            balances[event["partnerId"]] = min(event["balance"], balances.get(event["partnerId"], POINTS))
        charged = sum(POINTS - balance for balance in balances.values())
        if charged != FEE * records:
            raise RuntimeError(f"{charged} points were charged for {records} records")
