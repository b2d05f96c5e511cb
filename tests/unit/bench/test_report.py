"""Goals, tables, the comparison of two commits; and that every route is measured."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from bench import compare
from bench.depth import BEGUN, BY_WRITERS, DEEPEST, LONG, NEWEST, WRITERS
from bench.goals import goals
from bench.load import Result
from bench.people import Person
from bench.players import rounds
from bench.report import markdown, table
from bench.routes import BY_NAME, title
from bench.throughput import MEASURED
from shared.http.registry import ROUTES


def row(name: str, connections: int, each: float, per_second: int, throttled: int = 0) -> dict[str, Any]:
    return Result(name, connections, [each] * per_second, 1.0, throttled, {}).row()


def found(**parts: Any) -> dict[str, Any]:
    return {"machine": "here", "commit": "abc", "failures": [], **parts}


def judged(findings: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(goal.wanted, goal.found, goal.met) for goal in goals(findings)]


def test_every_route_is_measured() -> None:
    assert len(BY_NAME) == len(ROUTES), "two routes have one name"
    assert set(BY_NAME) == MEASURED


def test_only_measured_goals_are_judged() -> None:
    fast, slow = row(title("get_me"), 16, 0.001, 500), row(title("log_in"), 4, 0.1, 49)
    other = row(title("get_me"), 1, 0.001, 1)
    assert judged(found(requests=[fast, slow, other])) == [
        ("≥ 400/s", "500/s", True),
        ("≥ 50/s", "49/s", False),
    ]


def test_a_fast_conversation_in_which_a_writer_is_refused_misses_its_goal() -> None:
    writers = row(BY_WRITERS, WRITERS, 0.01, 200, throttled=1)
    pages = [row(name, 1, 0.01, 100) for name in (NEWEST, DEEPEST, BEGUN, LONG)]
    depth = {"messages": 500, "compared": [NEWEST, DEEPEST, BEGUN, LONG], "requests": [*pages, writers]}
    assert judged(found(depth=depth))[:2] == [("≥ 150/s", "200/s", True), ("none", "1", False)]


def test_a_list_is_flat_if_its_deepest_page_takes_no_more_than_twice_the_newest() -> None:
    pages = [
        row(name, 1, ms / 1000, 1) for name, ms in ((NEWEST, 10), (DEEPEST, 21), (BEGUN, 20), (LONG, 22))
    ]
    findings = found(depth={"messages": 5000, "compared": [NEWEST, DEEPEST, BEGUN, LONG], "requests": pages})
    assert [(goal.name, goal.found, goal.met) for goal in goals(findings)] == [
        ("the deepest page of 5000 messages (p50)", "2.10 ×", False),
        ("sending message 5001 (p50)", "1.10 ×", True),
    ]
    assert "A conversation of 5000 messages" in markdown(findings)


def test_tables_are_markdown_with_straight_columns() -> None:
    assert table(["a", "long"], [["bcd", "1"]]) == "| a   | long |\n|-----|-----:|\n| bcd |    1 |"


def test_two_commits_are_compared_by_the_medians_of_their_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for commit, rates in (("old", (100, 300, 200)), ("new", (500, 300, 400))):
        for rate in rates:
            files.append(str(tmp_path / f"{commit}-{rate}.json"))
            both = [row(title("list_matches"), 16, 0.01, rate), row(f"only {commit}", 1, 0.01, 1)]
            Path(files[-1]).write_text(json.dumps(found(requests=both) | {"commit": commit}))
    compare.main(files)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| GET")]
    assert [cell.strip() for cell in line.split("|")[2:]] == [
        "16", "200", "400", "10.0", "10.0", "10.0", "10.0", "2.00", "0, 0", "350 met", "",
    ]  # fmt: skip


def test_findings_of_one_commit_are_no_comparison(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(found()))
    with pytest.raises(SystemExit, match="findings of two commits are needed"):
        compare.main([str(tmp_path / "a.json")])


def test_the_rounds_of_pairs_have_every_pair_once_and_a_player_once_a_round() -> None:
    players = [Person(n, "") for n in range(6)]
    pairs = [tuple(sorted((one.id, other.id))) for one, other in rounds(players)]
    assert sorted(pairs) == list(combinations(range(6), 2))
    for first in range(0, len(pairs), 3):
        assert len({player for pair in pairs[first : first + 3] for player in pair}) == 6
