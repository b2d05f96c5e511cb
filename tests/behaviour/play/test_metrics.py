"""The business metrics that a change counts once it is written (shared/metrics.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.metrics import METRICS, MOST_VALUES
from shared.settings import settings
from shared.store import keys
from shared.store.base import utc_now
from shared.store.play.clock_queue import CONNECT
from shared.usecases.play.sweep import sweep
from tests.support.calls import call
from tests.support.database import store
from tests.support.lobbies import all_ready, gather
from tests.support.matches import clock_arrives, create_match, in_duel, score
from tests.support.players import players_online
from tests.support.queues import join_queue
from tests.support.tournaments import gather as gather_tournament
from tests.support.tournaments import step, win_stage

pytestmark = pytest.mark.usefixtures("table")

Counted = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Counted]:
    """Takes the metrics written since the last call: values by name, and the mode if there is one."""
    monkeypatch.setenv("METRICS_STACK", "pong-test")
    settings.cache_clear()

    def take() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
        for line in lines:
            assert_is_embedded_metrics(line)
        return [{key: line[key] for key in line.keys() - {"_aws", "Stack"}} for line in lines]

    yield take
    settings.cache_clear()


def assert_is_embedded_metrics(line: dict[str, Any]) -> None:
    """CloudWatch user guide, embedded metric format specification; and nothing personal is in it."""
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert isinstance(line["_aws"]["Timestamp"], int)
    assert directive["Namespace"] == "Pong"
    for dimension in {name for names in directive["Dimensions"] for name in names}:
        assert isinstance(line[dimension], str)
        assert line[dimension]
    for metric in directive["Metrics"]:
        value = line[metric["Name"]]
        assert metric["Unit"] == METRICS[metric["Name"]].unit
        assert len(value) <= MOST_VALUES if isinstance(value, list) else isinstance(value, int | float)
    names = {metric["Name"] for metric in directive["Metrics"]}
    assert line.keys() == names | {"_aws", "Stack"} | ({"Mode"} if "Mode" in line else set())
    assert line["Stack"] == "pong-test"
    assert "Mode" not in line or re.fullmatch("duel|ranked|clash|custom_game|tournament", line["Mode"])


def test_a_pair_of_a_queue_counts_its_match_and_how_long_both_waited(counted: Counted) -> None:
    alice, bobby = players_online(2)
    join_queue(alice)
    assert counted() == []
    join_queue(bobby)

    waited, started = sorted(counted(), key=lambda line: "MatchesStarted" in line)
    assert started == {"MatchesStarted": 1, "Mode": "duel"}
    assert waited["Mode"] == "duel"
    assert len(waited["QueueWait"]) == 2
    assert all(0 <= milliseconds < 60_000 for milliseconds in waited["QueueWait"])


def test_the_parties_of_a_clash_count_how_long_they_waited(counted: Counted) -> None:
    players = players_online(6)
    for group in (players[:3], players[3:]):
        all_ready(gather("clash", *group), *group)

    lines = counted()
    assert {"MatchesStarted": 1, "Mode": "clash"} in lines
    assert [len(line["QueueWait"]) for line in lines if "QueueWait" in line] == [2]


def test_a_finished_match_and_a_void_one_tell_the_share_of_void_ones(counted: Counted) -> None:
    alice, bobby, carol, david = players_online(4)
    in_duel(alice, bobby)
    void = in_duel(carol, david)
    counted()

    for _ in range(3):
        score(alice)
    assert counted() == [{"MatchVoid": 0, "Mode": "duel"}]
    clock_arrives(CONNECT, void)
    assert counted() == [{"MatchVoid": 1, "Mode": "duel"}]
    clock_arrives(CONNECT, void)
    assert counted() == []


def test_a_tournament_counts_once_when_it_starts_and_once_when_it_ends(counted: Counted) -> None:
    _, made = gather_tournament(4, 4)
    step("start", made["id"])
    step("start", made["id"])
    assert [line for line in counted() if "Mode" not in line] == [{"TournamentsStarted": 1}]
    for stage in (3, 4):
        step("play-stage", made["id"], stage=stage, token=f"stage {stage}")
        win_stage(made["id"])
    assert counted().count({"MatchesStarted": 1, "Mode": "tournament"}) == 3
    step("finish", made["id"])
    assert counted() == [{"TournamentsEnded": 1}]


def test_a_repeated_request_counts_once(counted: Counted) -> None:
    alice, bobby = players_online(2)
    join_queue(alice)
    for _ in range(3):
        call("POST", "/play/duel/", bobby.access, headers={"Idempotency-Key": "join"})

    assert counted().count({"MatchesStarted": 1, "Mode": "duel"}) == 1


def test_a_change_that_fails_counts_nothing(counted: Counted) -> None:
    alice, bobby, carol = players_online(3)
    in_duel(alice, bobby)
    counted()
    assert create_match("duel", [alice], [carol]).status == 409
    assert counted() == []


def test_without_a_stack_no_metric_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert settings().metrics_stack == ""
    alice, bobby = players_online(2)
    in_duel(alice, bobby)

    assert "_aws" not in capsys.readouterr().out


def test_a_sweep_counts_the_running_matches(counted: Counted) -> None:
    matches = [in_duel(*players_online(2, f"pair-{n}")) for n in range(3)]
    clock_arrives(CONNECT, matches[0])
    counted()
    sweep(utc_now())
    assert counted() == [{"MatchesRunning": 2}]


def test_a_sweep_that_cannot_read_all_lists_counts_no_running_matches(counted: Counted) -> None:
    store(keys.running_match(1), kind="running", players="no set")
    with pytest.raises(ExceptionGroup):
        sweep(utc_now())
    assert counted() == []
