"""The goals, and the figures of a conventional server."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import measurement
from bench.depth import BY_WRITERS, DEEPEST, NEWEST, WRITERS
from bench.routes import title

MIB = 1024 * 1024

CONVENTIONAL = "Django + PostgreSQL + Redis"
"""A conventional implementation of the same API in its production set-up on the same two cores."""
CONVENTIONAL_PER_SECOND = {
    (title("get_me"), 1): 18, (title("get_me"), 16): 26, (title("log_in"), 4): 4, (title("create_guest"), 16): 20,
    (title("list_stats"), 16): 49, (title("list_matches"), 16): 5,
}  # fmt: skip
CONVENTIONAL_EVENT_MS = 48
CONVENTIONAL_IDLE_MIB = 524
CONVENTIONAL_CONNECTION_KIB = 1.9 * 1024

GOAL_PER_SECOND = {
    **{(title(name), connections): rate for name, (connections, rate) in measurement.GOAL_PER_SECOND.items()},
    (NEWEST, 16): 550,
    (DEEPEST, 16): 550,
    (BY_WRITERS, WRITERS): 150,
}
"""By what the tables call a request, and the number of connections."""
GOAL_ROUTES = set(measurement.GOAL_PER_SECOND)

GOAL_EVENT_MS = {"p50": 50, "p99": 200}
GOAL_IDLE_MIB = 300
GOAL_SSE_MIB = 300
"""Of the SSE process with 10,000 streams."""
GOAL_SLOWDOWN = 2.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal and its measured value."""

    name: str
    wanted: str
    found: str
    met: bool


def goals(findings: dict[str, Any]) -> list[Goal]:
    """The goals that this run measured."""
    return [
        *_rates([*findings.get("requests", []), *findings.get("depth", {}).get("requests", [])]),
        *_logins(findings.get("beside_logins", [])),
        *_events(findings.get("events", [])),
        *_memory(findings.get("memory", [])),
        *_depth(findings.get("depth")),
        *_idle(findings.get("idle")),
    ]


def _rates(rows: list[dict[str, Any]]) -> Iterator[Goal]:
    for row in rows:
        wanted = GOAL_PER_SECOND.get((row["name"], row["connections"]))
        if wanted is not None:
            rate = row["per_second"]
            name = f"{row['name']} at {row['connections']} connections"
            yield Goal(name, f"≥ {wanted}/s", f"{rate:.0f}/s", rate >= wanted)
            if row["name"] == BY_WRITERS:
                throttled = row["throttled"]
                yield Goal(f"{row['name']}, answers 429", "none", str(throttled), throttled == 0)


def _slowdown(name: str, than: str, row: dict[str, Any], other: dict[str, Any]) -> Goal:
    slower = row["ms"]["p50"] / other["ms"]["p50"]
    return Goal(f"{name} (p50)", f"≤ {GOAL_SLOWDOWN:g} × {than}", f"{slower:.2f} ×", slower <= GOAL_SLOWDOWN)


def _logins(rows: list[dict[str, Any]]) -> Iterator[Goal]:
    if rows:
        alone, beside, _ = rows
        yield _slowdown("GET /users/me/ beside logins at 4 connections", "alone", beside, alone)


def _events(rows: list[dict[str, Any]]) -> Iterator[Goal]:
    for row in rows:
        if row["judged"]:
            for share, limit in GOAL_EVENT_MS.items():
                ms = row["since_sent_ms"][share]
                name = f"event delay {share}, {row['name']}, since the request"
                yield Goal(name, f"< {limit} ms", f"{ms:.0f} ms", ms < limit)


def _memory(rows: list[dict[str, Any]]) -> Iterator[Goal]:
    if rows:
        pss = sum(row["pss"] for row in rows) / MIB
        yield Goal(
            "whole stack at idle (PSS)", f"≤ {GOAL_IDLE_MIB} MiB", f"{pss:.0f} MiB", pss <= GOAL_IDLE_MIB
        )


def _depth(depth: dict[str, Any] | None) -> Iterator[Goal]:
    if depth is not None:
        at_one = {row["name"]: row for row in depth["requests"] if row["connections"] == 1}
        newest, deepest, first, last = (at_one[name] for name in depth["compared"])
        yield _slowdown(f"the deepest page of {depth['messages']} messages", "the newest", deepest, newest)
        yield _slowdown(f"sending message {depth['messages'] + 1}", "the sixth", last, first)


def _idle(idle: dict[str, Any] | None) -> Iterator[Goal]:
    if idle is not None:
        held, mib = idle["connections"], idle["sse_rss"][1] / MIB
        yield Goal(f"the SSE process with {held} idle streams (RSS)", f"< {GOAL_SSE_MIB} MiB", f"{mib:.0f} MiB",
                   mib < GOAL_SSE_MIB)  # fmt: skip
        before, beside = idle["requests"]
        yield _slowdown(f"GET /users/me/ beside {held} idle streams", "before", beside, before)
