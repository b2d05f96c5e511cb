"""The simulation's tables and plots. They are made from docs/measurements/simulation.json alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bench.plots import Plot, Series, svg
from tools.simulation.quotas import PARTITION_READS
from tools.simulation.walls import SIZES, WALLS, binds_at

Found = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By `before` and `after`, and by players a day, a Peak."""

DRAWN = ("leases", "queue", "draws", "starts", "lambda", "writes")
"""As many as the plots have colours."""
SHORT = {
    "leases": "leases",
    "queue": "queue",
    "draws": "codes",
    "starts": "StartExecution",
    "lambda": "Lambda",
}
SHORT |= {"writes": "writes of the table"}


JOINS = "joins a second, in the middle of the hour"
QUEUE_ROWS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    JOINS: lambda queue: f"{queue['joins']:,}",
    "a join takes, on average": lambda queue: f"{queue['lasts'] * 1000:.0f} ms",
    "shards used": lambda queue: str(queue["shards"]),
    "until the match, half of the players": lambda queue: f"{queue['p50'] * 1000:.0f} ms",
    "until the match, 99 of 100 players": lambda queue: f"{queue['p99'] * 1000:.0f} ms",
    "matches made while a ticket over 0.3 s older waited": lambda queue: f"{queue['overtaking']:.2%}",
    "tickets that moved to the first shard": lambda queue: f"{queue['moved']:.1%}",
    "requests refused by a hot partition": lambda queue: f"{queue['refused']:.1%}",
}


def table(found: Found) -> str:
    """The walls: use in the busiest second, and the number of players at which each binds."""
    return "\n".join([*_walls(found), "", *_queue(found), ""])


def _walls(found: Found) -> Iterator[str]:
    sizes = " | ".join(f"{players:,}" for players in SIZES)
    yield f"| wall | limit | {sizes} players a day | binds at | what to do |"
    yield "| --- | ---: |" + " ---: |" * len(SIZES) + " ---: | --- |"
    for name, wall in sorted(WALLS.items(), key=lambda one: _binding(found["after"], one[0])):
        cells = [_change([found[when][str(size)]["use"][name] for when in found]) for size in SIZES]
        binding = _change([_binding(found[when], name) for when in found], digits=2)
        yield f"| {wall.name} | {wall.limit:,.0f} {wall.unit} | {' | '.join(cells)} | {binding} | {wall.what_to_do} |"


def _binding(peaks: Mapping[str, Mapping[str, Any]], name: str) -> float:
    """The players a day at which a wall binds: by the smallest size that passes it, else by the largest."""
    passed = [size for size in SIZES if peaks[str(size)]["use"][name] > WALLS[name].limit]
    size = passed[0] if passed else SIZES[-1]
    return binds_at(name, size, peaks[str(size)]["use"][name])


def _change(values: Sequence[float], digits: int = 3) -> str:
    return _arrow([_number(value, digits) for value in values])


def _arrow(texts: Sequence[str]) -> str:
    return " → ".join(dict.fromkeys(texts))


def _number(value: float, digits: int) -> str:
    if value > 100 * SIZES[-1]:
        return "never"
    rounded = float(f"{value:.{digits}g}")
    return (
        f"{rounded / 1e6:g} million"
        if rounded >= 1e6
        else f"{rounded:,g}"
        if rounded < 1000
        else f"{rounded:,.0f}"
    )


def _queue(found: Found) -> Iterator[str]:
    yield "| duel queue | " + " | ".join(f"{players:,}" for players in SIZES) + " players a day |"
    yield "| --- |" + " ---: |" * len(SIZES)
    for name, shown in QUEUE_ROWS.items():
        cells = []
        for size in SIZES:
            queues = [found[when][str(size)]["queue"] for when in found]
            cells.append(
                _arrow(
                    [
                        "collapses" if queue["collapsed"] and name != JOINS else shown(queue)
                        for queue in queues
                    ]
                )
            )
        yield f"| {name} | " + " | ".join(cells) + " |"


def picture(found: Found) -> str:
    """The plots."""
    largest = str(SIZES[-1])
    plots = [
        Plot(
            f"Use of the walls in the busiest second, {when}",
            "players a day",
            "% of the limit",
            [Series(SHORT[name], _shares(found[when], name)) for name in DRAWN],
            log_x=True,
            log_y=True,
            goals=[("the limit", 100.0)],
        )
        for when in found
    ]
    reads = [Series(when, list(enumerate(found[when][largest]["minutes"]["leases"]))) for when in found]
    title = f"Reads of the leases' item, {SIZES[-1]:,} players a day"
    plots.append(Plot(title, "minute", "units/s", reads, goals=[("the limit", PARTITION_READS)]))
    waits = [
        Series(f"{name}, {when}", _waits(found[when], percent))
        for when in found
        for percent, name in (("p50", "half"), ("p99", "99 of 100"))
    ]
    title = "From joining the duel queue to the match (before, it collapses at ten million)"
    plots.append(Plot(title, "players a day", "ms", waits, log_x=True, log_y=True))
    return svg(plots)


def _shares(peaks: Mapping[str, Mapping[str, Any]], name: str) -> list[tuple[float, float]]:
    limit = WALLS[name].limit
    return [(size, max(0.01, 100 * peaks[str(size)]["use"][name] / limit)) for size in SIZES]


def _waits(peaks: Mapping[str, Mapping[str, Any]], percent: str) -> list[tuple[float, float]]:
    queues = {size: peaks[str(size)]["queue"] for size in SIZES}
    return [(size, 1000 * queue[percent]) for size, queue in queues.items() if not queue["collapsed"]]
