"""The simulation of peak hours: what the documentation says came out of it, and it plays what the product does."""

from __future__ import annotations

import json
import random

import pytest

from tools.capacity import players_of_a_game_server
from tools.costs import FUNCTION_SECONDS
from tools.marked import with_part
from tools.player_day import PROFILE
from tools.simulation import __main__ as simulation
from tools.simulation import walls
from tools.simulation.codes import failed_draws
from tools.simulation.partitions import AFTER, BEFORE, measured
from tools.simulation.players import SECONDS, hour, rates
from tools.simulation.queue import Queue
from tools.simulation.report import picture, table
from tools.simulation.walls import ALONE, PAIRED, PASSWORDS, SIZES, binds_at

FOUND = json.loads(simulation.RESULT.read_text(encoding="utf-8"))


def test_the_documented_walls_are_what_was_simulated() -> None:
    text = simulation.FILE.read_text(encoding="utf-8")
    assert with_part(text, "walls", table(FOUND)) == text, "run `make simulate`"
    assert simulation.PICTURE.read_text(encoding="utf-8") == picture(FOUND), "run `make simulate`"


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_smallest_hour_comes_out_as_documented(when: str) -> None:
    played = json.loads(json.dumps(simulation.played(SIZES[0], after=when == "after")))
    assert played == FOUND[when][str(SIZES[0])], "run `make simulate`: what requests take has changed"


@pytest.mark.parametrize("file", [BEFORE, AFTER], ids=["before", "after"])
@pytest.mark.parametrize("use", PROFILE, ids=lambda use: f"{use.endpoint} {use.case}")
def test_the_partitions_of_what_a_player_does_are_measured(use: object, file: object) -> None:
    assert (use.endpoint, use.case) in measured(file)  # type: ignore[attr-defined,arg-type]


def test_the_first_wall_is_the_game_server_and_it_binds_where_the_costs_take_a_second_one() -> None:
    first = table(FOUND).splitlines()[2]
    assert first.startswith("| the stack's game server | 200 matches at once |")
    use = FOUND["after"][str(SIZES[0])]["use"]["game"]
    assert binds_at("game", SIZES[0], use) == pytest.approx(players_of_a_game_server(), abs=1)


def test_the_throttle_of_passwords_counts_calls_that_hash_them_and_that_of_the_stage_all() -> None:
    assert {"POST /auth/login/", "POST /auth/register/", "POST /auth/guest/"} <= PASSWORDS
    assert "GET /users/me/" not in PASSWORDS
    a_day = SIZES[0] * 4 * 1.25 / 86_400
    use = FOUND["after"][str(SIZES[0])]["use"]
    assert use["passwords"] == pytest.approx(0.2 * a_day, abs=0.01)
    assert use["calls"] == pytest.approx(12.5 * a_day, abs=0.01)


def test_executions_at_once_count_joins_as_long_as_the_queue_makes_them() -> None:
    counts = {ALONE: 100, PAIRED: 100, ("GET /users/me/", ""): 100}
    assert sum(walls._at_once(counts, 0.5).values()) == pytest.approx(100 * (2 * 0.5 + FUNCTION_SECONDS))


def test_an_hour_has_as_many_requests_as_four_average_ones() -> None:
    made = sum(sum(counts.values()) for counts in hour(20_000, random.Random(1)))
    assert made == pytest.approx(SECONDS * sum(rates(20_000).values()), rel=0.01)


def test_a_quiet_queue_uses_one_shard_and_pairs_all_but_one() -> None:
    outcome = Queue(rate=5, spread=True, seed=1).run()
    assert list(outcome.writes) == [0]
    assert (outcome.refused, outcome.overtaking) == (0, 0)
    assert outcome.left <= 1


def test_a_crowd_that_one_partition_cannot_bear_is_spread_until_each_can() -> None:
    one, spread = (Queue(rate=400, spread=spread, seed=1).run() for spread in (False, True))
    assert one.collapsed or one.refused
    assert spread.hottest(spread.writes) < 1_000
    assert (spread.refused, spread.left) == (0, spread.left % 2)


def test_remembering_that_short_codes_are_taken_saves_draws() -> None:
    assert failed_draws(200, remembers=True, seed=1) < 1 < failed_draws(200, remembers=False, seed=1)
