"""How many containers, shards and game servers so many players take, and what the documentation says of a container."""

from __future__ import annotations

import re

import pytest

from infra.cloud import template
from tools import capacity
from tools.marked import DOCS


def test_one_player_more_than_can_be_deployed_takes_one_container_more_than_the_template_allows() -> None:
    tasks = template.whole()["Parameters"]["MaxSseTasks"]["MaxValue"]
    most = capacity.most_players()

    assert capacity.containers(most) == tasks < capacity.containers(most + 1_000)


def test_shards_follow_the_writes_of_the_busiest_hour() -> None:
    assert capacity.shards(1_000) == capacity.FIRST_SHARDS
    assert capacity.shards(10_000_000) == pytest.approx(10 * capacity.shards(1_000_000), rel=0.1)


def test_a_game_server_bears_as_many_players_as_their_matches_at_once_allow() -> None:
    most = capacity.players_of_a_game_server()

    assert capacity.matches_at_once(most) == pytest.approx(200, abs=0.1)
    assert [capacity.game_servers(players) for players in (1, most, most + 100, 100_000)] == [1, 1, 2, 7]


def test_the_documented_rush_takes_the_processor_that_opening_a_stream_was_measured_to_take() -> None:
    measured = re.search(
        r"^\| CPU of \| opening a stream, ms .*?^\| sse +\| +([\d.]+) \|",
        (DOCS / "measurements.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    said = re.search(
        r"20,000 streams take (\d+) s of a processor .*, so (\d+) s with the default `SseCpu=(\d+)`",
        (DOCS / "operations.md").read_text("utf-8"),
    )
    assert measured
    assert said
    seconds = capacity.STREAMS_PER_CONTAINER * float(measured[1]) / 1000

    assert capacity.STREAMS_PER_CONTAINER == 20_000
    assert int(said[3]) == capacity.default("SseCpu")
    assert int(said[1]) == pytest.approx(seconds, rel=0.1)
    assert int(said[2]) == pytest.approx(seconds * 1024 / int(said[3]), rel=0.1)
