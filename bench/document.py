"""Writes findings into docs/measurements.md: its tables and plots are never typed by hand.

    python -m bench --own --json bench.json
    python -m bench.document bench.json

It takes measurements of a commit without changes only. Parts that the files don't have stay as they are. What is in
the document is kept beside it as JSON (docs/measurements/findings.json), with the machine and the commit of each part.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.findings import CHANGED
from bench.plots import Plot, Series, svg
from bench.report import sections
from bench.routes import title
from infra.local.settings import ROOT

DOCUMENT = ROOT / "docs" / "measurements.md"
BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->\n"
ABOUT = ("machine", "commit", "measured_at", "failures")

DRAWN = ("get_me", "list_friends", "list_matches", "list_chats", "score_point", "join_duel")


def merged(kept: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The kept findings with the newer ones in their place; `about` says where and when each part was measured."""
    parts = {name: part for name, part in found.items() if name not in ABOUT}
    about = {name: found[name] for name in ABOUT if name in found and name != "failures"}
    return {**kept, **parts, "about": {**kept.get("about", {}), **dict.fromkeys(parts, about)}}


def text(findings: dict[str, Any]) -> str:
    """What stands between the marks."""
    parts = [f"### {heading}\n\n{body}" for heading, body in sections(findings)]
    pictures = [f"![{name}](measurements/{name}.svg)" for name, _ in plots(findings)]
    return "\n\n".join([_measured(findings["about"]), *pictures, *parts]) + "\n"


def _measured(about: dict[str, dict[str, str]]) -> str:
    lines: dict[str, list[str]] = {}
    for part, at in about.items():
        if at:
            lines.setdefault(f"{at['measured_at']}, commit {at['commit']}: {at['machine']}", []).append(part)
    return "\n".join(f"- {', '.join(parts).replace('_', ' ')}: {at}" for at, parts in lines.items())


def plots(findings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and content of the pictures."""
    if rows := findings.get("requests"):
        yield "throughput", svg([_by_connections(rows, "requests/s"), _by_connections(rows, "p99 ms")])
    if events := findings.get("events"):
        series = [Series(row["name"], row["curve"]) for row in events]
        yield "events", svg([Plot("Delay of events", "percentile", "ms since the request", series)])
    if growth := findings.get("growth"):
        yield "growth", svg([_grown(growth, "calls"), _grown(growth, "read_units")])
    if rush := findings.get("rush"):
        back = Series("streams that are back", rush["curve"])
        heading = f"{rush['streams']} streams reconnect at once"
        yield "rush", svg([Plot(heading, "s since the SSE process was killed", "streams", [back])])


def _by_connections(rows: Sequence[dict[str, Any]], unit: str) -> Plot:
    series = []
    for name in DRAWN:
        mine = [row for row in rows if row["name"] == title(name)]
        values = [
            (row["connections"], row["per_second"] if unit == "requests/s" else row["ms"]["p99"])
            for row in mine
        ]
        if points := [(connections, value) for connections, value in values if value is not None]:
            series.append(Series(name, points))
    heading = "Throughput" if unit == "requests/s" else "Latency"
    return Plot(heading, "connections", unit, series, log_x=True)


def _grown(rows: Sequence[dict[str, Any]], unit: str) -> Plot:
    deepest = [row for row in rows if row["page"] == "deepest"]
    series = [
        Series(name, [(row["size"], row[unit]) for row in deepest if row["list"] == name])
        for name in dict.fromkeys(row["list"] for row in deepest)
    ]
    return Plot(f"The deepest page: {unit.replace('_', ' ')}", "entries of the list", "", series, log_x=True)


def write(files: Sequence[Path], document: Path) -> None:
    """Take the findings of the files into the document."""
    folder = document.with_suffix("")
    folder.mkdir(exist_ok=True)
    kept = folder / "findings.json"
    findings = json.loads(kept.read_text()) if kept.exists() else {}
    for file in files:
        found = json.loads(file.read_text())
        if found.get("failures"):
            sys.exit(f"{file} has measurements that failed: {'; '.join(found['failures'])}")
        if found["commit"].endswith(CHANGED):
            sys.exit(
                f"{file} was measured with changes that {found['commit']} doesn't have: measure a commit"
            )
        findings = merged(findings, found)
    kept.write_text(json.dumps(findings, indent=1) + "\n")
    for name, picture in plots(findings):
        (folder / f"{name}.svg").write_text(picture)
    before, _, rest = document.read_text().partition(BEGIN)
    document.write_text(f"{before}{BEGIN}{text(findings)}{END}{rest.partition(END)[2]}")


def main(argv: list[str] | None = None) -> None:
    """The program."""
    parser = argparse.ArgumentParser(
        "document", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "files", type=Path, nargs="+", help="findings, as `python -m bench --json` writes them"
    )
    parser.add_argument("--document", type=Path, default=DOCUMENT, help="the page (docs/measurements.md)")
    options = parser.parse_args(argv)
    write(options.files, options.document)


if __name__ == "__main__":
    main()
