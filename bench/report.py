"""The findings of a run as Markdown tables; `python -m bench.document` writes them into docs/measurements.md."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bench.goals import (
    CONVENTIONAL,
    CONVENTIONAL_CONNECTION_KIB,
    CONVENTIONAL_EVENT_MS,
    CONVENTIONAL_IDLE_MIB,
    CONVENTIONAL_PER_SECOND,
    MIB,
    goals,
)

KIB = 1024
CPU_REQUESTS = 200

Row = dict[str, Any]
Section = tuple[str, str]
"""A heading, and what stands under it."""


def markdown(findings: Row) -> str:
    """All tables, ready for the terminal and for a document."""
    parts = [f"Measured on {findings['machine']}."]
    parts += [f"### {heading}\n\n{text}" for heading, text in sections(findings)]
    parts += [f"Could not be measured: {failure}" for failure in findings["failures"]]
    return "\n\n".join(parts)


def sections(findings: Row) -> Iterator[Section]:
    """What was measured; parts that weren't are left out."""
    if found := goals(findings):
        lines = [[goal.name, goal.wanted, goal.found, "met" if goal.met else "MISSED"] for goal in found]
        yield "Goals", table(["goal", "wanted", "found", ""], lines)
    if rows := findings.get("requests"):
        yield "Requests", _by_route(rows)
        yield "CPU per request, in ms", _cpu(rows)
    yield from _sections_of_parts(findings)


def _sections_of_parts(findings: Row) -> Iterator[Section]:
    """The parts after the requests."""
    if profile := findings.get("profile"):
        yield "CPU time by part of the code, at 16 connections", profile_table(profile)
    if both := findings.get("beside_logins"):
        yield "Others while 4 connections log in", _requests(both)
    if depth := findings.get("depth"):
        yield f"A conversation of {depth['messages']} messages", _requests(depth["requests"])
    if events := findings.get("events"):
        yield f"Delay of events ({CONVENTIONAL}: p50 {CONVENTIONAL_EVENT_MS} ms)", _events(events)
    if memory := findings.get("memory"):
        times = CONVENTIONAL_IDLE_MIB * MIB / sum(row["pss"] for row in memory)
        heading = f"Memory at idle ({CONVENTIONAL}: {CONVENTIONAL_IDLE_MIB} MiB, {times:.1f} times as much)"
        yield heading, _memory(memory)
    if growth := findings.get("growth"):
        yield "Pages of growing lists", _growth(growth)
    if idle := findings.get("idle"):
        yield f"Idle SSE connections ({CONVENTIONAL}: 1.9 MiB each)", _idle(idle)
    if rush := findings.get("rush"):
        yield f"{rush['streams']} streams reconnect at once", _rush(rush)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that also reads well as text: the first column flush left, the others flush right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
        return f"| {' | '.join(cells)} |"

    rule = f"|{'-' * (widths[0] + 2)}|" + "".join(f"{'-' * (width + 1)}:|" for width in widths[1:])
    return "\n".join([line(head), rule, *(line(row) for row in rows)])


def _by_route(rows: Sequence[Row]) -> str:
    """A line for each request, with the numbers of connections beside each other; the others have a table of theirs."""
    counts = Counter(row["connections"] for row in rows)
    usual = sorted(count for count, times in counts.items() if times > 1 or len(rows) == 1)
    head = ["request"]
    for count in usual:
        head += [f"{count}: /s", "p50 ms", "p99 ms"]
    found = {(row["name"], row["connections"]): row for row in rows}
    lines = []
    for name in dict.fromkeys(row["name"] for row in rows):
        line = [name]
        for count in usual:
            row = found.get((name, count))
            line += (
                [_rate(row["per_second"]), _ms(row["ms"]["p50"]), _ms(row["ms"]["p99"])] if row else [""] * 3
            )
        conventional = [
            f"{found[name, count]['per_second'] / CONVENTIONAL_PER_SECOND[name, count]:.0f} at {count}"
            for count in usual
            if (name, count) in CONVENTIONAL_PER_SECOND and (name, count) in found
        ]
        lines.append(
            [
                *line,
                str(sum(row["throttled"] for row in rows if row["name"] == name)),
                ", ".join(conventional),
            ]
        )
    text = table([*head, "429", "× conventional"], lines)
    others = [row for row in rows if row["connections"] not in usual]
    return text + (f"\n\n{_requests(others)}" if others else "")


def profile_table(rows: Sequence[Row]) -> str:
    """A line for each request and process: which parts of the code took its CPU time."""
    parts = list(dict.fromkeys(part for row in rows for part in row["shares"]))
    lines = [
        [f"{row['request']}, {row['process']}"]
        + [f"{row['shares'][part]:.0%}" if part in row["shares"] else "" for part in parts]
        for row in rows
    ]
    return table(["request, process", *parts], lines)


def _requests(rows: Sequence[Row]) -> str:
    """A line for each request and number of connections; `×` is the multiple of the conventional rate."""
    head = ["request", "conn.", "requests/s", "p50 ms", "p95 ms", "p99 ms", "n", "429", "conventional", "×"]
    lines = []
    for row in rows:
        conventional = CONVENTIONAL_PER_SECOND.get((row["name"], row["connections"]))
        lines.append(
            [row["name"], str(row["connections"]), _rate(row["per_second"]),
             *(_ms(row["ms"][share]) for share in ("p50", "p95", "p99")), str(row["requests"]),
             str(row["throttled"]),
             *([f"{conventional}/s", f"{row['per_second'] / conventional:.0f}"] if conventional else ["", ""])]
        )  # fmt: skip
    return table(head, lines)


def _cpu(rows: Sequence[Row]) -> str:
    """Of requests that were sent often enough: the kernel counts in ticks of 10 ms."""
    rows = [row for row in rows if row["cpu_ms"] and row["requests"] >= CPU_REQUESTS]
    names = list(dict.fromkeys(name for row in rows for name in row["cpu_ms"]))
    names = [name for name in names if any(row["cpu_ms"].get(name, 0) >= 0.05 for row in rows)]
    lines = [
        [row["name"], str(row["connections"]), *(f"{row['cpu_ms'].get(name, 0):.2f}" for name in names)]
        for row in rows
    ]
    return table(["request", "conn.", *names], lines)


def _events(rows: Sequence[Row]) -> str:
    head = [
        "event",
        "deliveries",
        "sent → received p50 ms",
        "p95",
        "p99",
        "answered → received p50 ms",
        "p95",
        "p99",
        "SSE's CPU ms each",
    ]
    lines = [
        [row["name"], str(row["deliveries"])]
        + [
            _ms(row[since][share])
            for since in ("since_sent_ms", "since_answered_ms")
            for share in ("p50", "p95", "p99")
        ]
        + [f"{row['sse_cpu_ms']:.2f}" if row.get("sse_cpu_ms") else ""]
        for row in rows
    ]
    return table(head, lines)


def _memory(rows: Sequence[Row]) -> str:
    total = {"name": "all", **{each: sum(row[each] for row in rows) for each in ("processes", "rss", "pss")}}
    lines = [
        [row["name"], str(row["processes"]), f"{row['rss'] / MIB:.1f}", f"{row['pss'] / MIB:.1f}"]
        for row in (*rows, total)
    ]
    return table(["process", "processes", "RSS MiB", "PSS MiB"], lines)


def _idle(idle: Row) -> str:
    held = idle["connections"]
    lines = []
    for name, key in (("SSE process", "sse_rss"), ("edge", "edge_rss")):
        before, after = idle[key]
        each = (after - before) / KIB / held
        times = f"{CONVENTIONAL_CONNECTION_KIB / each:.0f}" if each > 0 else ""
        lines.append([name, f"{before / MIB:.1f}", f"{after / MIB:.1f}", f"{each:.1f}", times])
    head = [f"{held} connections", "RSS before MiB", "while held MiB", "KiB per connection", "conventional ×"]
    return table(head, lines) + "\n\n" + _idle_cpu(idle) + "\n\n" + _requests(idle["requests"])


def _idle_cpu(idle: Row) -> str:
    head = ["CPU of", "opening a stream, ms", "holding all of them, of a core"]
    names = [name for name, spent in idle["opening_cpu_ms"].items() if spent >= 0.01]
    lines = [
        [name, f"{idle['opening_cpu_ms'][name]:.2f}", f"{idle['holding_cpu'].get(name, 0.0):.1%}"]
        for name in names
    ]
    return table(head, lines)


def _rush(rush: Row) -> str:
    seconds = {
        "until the first stream is back, s": f"{rush['first_seconds']:.2f}",
        "until half of them are back, s": f"{rush['half_seconds']:.2f}",
        "until all are back, s": f"{rush['all_seconds']:.2f}",
        "attempts that failed": str(sum(rush["failed_attempts"].values())),
        "slowest request of others meanwhile, ms": f"{rush['slowest_ms']:.0f}",
    }
    head = [f"since the SSE process was killed under {rush['streams']} streams", ""]
    return table(head, [list(line) for line in seconds.items()]) + "\n\n" + _requests(rush["requests"])


def _growth(rows: Sequence[Row]) -> str:
    """Calls and read units of a page, for each length of the list."""
    sizes = sorted({row["size"] for row in rows})
    found = {(row["list"], row["page"], row["size"]): row for row in rows}
    lines = []
    for name, page in dict.fromkeys((row["list"], row["page"]) for row in rows):
        cells = [found.get((name, page, size)) for size in sizes]
        lines.append(
            [f"{name}, the {page} page", *(f"{c['calls']}, {c['read_units']:g}" if c else "" for c in cells)]
        )
    return table(["calls, read units of a page", *(f"of {size}" for size in sizes)], lines)


def _rate(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
