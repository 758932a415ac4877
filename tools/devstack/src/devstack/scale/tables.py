"""The tables of the page that say what came of runs."""

from devstack.counting.prices import HOURS_A_MONTH
from devstack.reference.markdown import table
from devstack.scale import limits, scenarios
from devstack.scale.pollers import provisioned
from devstack.scale.results import Results
from devstack.scale.run import Result
from devstack.scale.wording import span, verdict


def latencies(results: Results) -> str:
    named = {"idle": results.idle} | {f"burst, {name}": one for name, one in results.bursts.items()}
    rows = [
        [name, str(len(one.requests)), *(span(one.quantile(share)) for share in (0.5, 0.95, 0.99, 1)), verdict(one.quantile(0.99))]
        for name, one in named.items()
    ]
    return table(["", "requests", "median", "95 %", "99 %", "slowest", "goal for 99 %"], rows)


def loads(results: Results) -> str:
    rows = [
        [
            f"{rate:g}",
            f"{one.told_between(10, 30) / 20:.0f}",
            span(one.quantile(0.5, 10)),
            span(one.quantile(0.99, 10)),
            one.longest_queue,
        ]
        for rate, one in results.loads.items()
    ]
    return table(["requests a second", "told a second", "median", "99 %", "longest queue"], rows)


def hot(results: Results) -> str:
    named = {f"a partner, {rate:g} a second": one for rate, one in results.partners.items()} | {
        f"a region, {rate:g} a second": one for rate, one in results.regions.items()
    }
    rows = [
        [
            name,
            span(one.quantile(0.5)),
            span(one.quantile(0.99)),
            f"{one.counts['conflicts'] / len(one.requests):.1f}",
            span(one.last_told - 60),
        ]
        for name, one in named.items()
    ]
    return table(["", "median", "99 %", "conflicts a request", "the last is told after the minute"], rows)


def backlogs(results: Results) -> str:
    rows = []
    for name, one in results.backlogs.items():
        waiting = sum(request.submitted < scenarios.HOUR for request in one.requests)
        rows.append(
            [
                name,
                f"{waiting:,}",
                span(one.drained("intake", scenarios.HOUR) - scenarios.HOUR),
                span(one.caught_up(scenarios.HOUR) - scenarios.HOUR),
            ]
        )
    return table(["", "requests that wait", "all are matched after", "new requests are told as ever after"], rows)


def recoveries(results: Results) -> str:
    rows = []
    for one in results.recoveries:
        each = one.result.counts[one.work] / len(one.result.requests)
        last = max(0.0, one.result.last_of(one.end) - one.end)
        rows.append(
            [
                one.trigger,
                span(one.result.quantile(0.99, 0, 60)),
                f"{span(one.after)}, {one.later} later",
                span(last),
                f"{each:.1f} {one.work}",
            ]
        )
    return table(
        ["trigger", "99 % before", "99 % after its end", "the last of those before is told after its end", "a request"], rows
    )


def dead_letters(results: Results) -> str:
    rows = [
        [
            f"{hours:g}",
            f"{len(one.requests):,}",
            f"{one.counts['dead letters']:,}",
            span(one.last_told),
            f"{one.counts['sends'] / len(one.requests):.1f}",
        ]
        for hours, one in results.texts.items()
    ]
    return table(
        [
            "hours that the quota needs for them",
            "texts (simulated with a twentieth of them and of the quota)",
            "dead letters",
            "the last is sent after",
            "attempts of a text",
        ],
        rows,
    )


def provisioned_pollers(results: Results) -> str:
    rows = []
    for (minimum, warm), one in results.provisioned.items():
        name = f"{minimum} a queue ({provisioned(minimum, minimum).first} batches at once)" if minimum else "none"
        dollars = minimum * len(scenarios.TOLD) * limits.POLLER_PRICE.value * HOURS_A_MONTH
        rows.append([name, "warm" if warm else "new", *told_of(one), f"{dollars:.0f}"])
    return table(["pollers", "tables", "median", "99 %", "slowest", "dollars a month"], rows)


def told_of(one: Result) -> list[str]:
    return [span(one.quantile(share)) for share in (0.5, 0.99, 1)]
