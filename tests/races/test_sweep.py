"""Sweeps, clocks and players at the same instant: whatever is first, each thing ends once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from shared.store.base import utc_now
from shared.store.play.clock_queue import CLOSE, CONNECT
from shared.usecases.play.sweep import GRACE, sweep
from tests.support.calls import call, service
from tests.support.database import raw_items
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import clock_arrives, finish, in_duel, score
from tests.support.players import players_online
from tests.support.tournament_races import before_the_finish, count_sent, first_stage, statuses
from tests.support.tournaments import gather, leave, state_of, step, verdicts, win_stage

pytestmark = pytest.mark.usefixtures("account")


def late_sweep() -> None:
    """A sweep to which all deadlines are past."""
    sweep(utc_now() + timedelta(hours=1))


def connect_sweep() -> None:
    """A sweep to which the time to connect is past, and the longest match isn't."""
    sweep(utc_now() + timedelta(minutes=1))


@pytest.mark.parametrize("attempt", range(3))
def test_a_sweep_and_a_clock_at_once_void_a_match_once(attempt: int) -> None:
    match_id = in_duel(*players_online(2))
    statuses([connect_sweep, partial(clock_arrives, CONNECT, match_id), connect_sweep])
    assert len(sent_events("game-void")) == 1
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_a_sweep_and_the_first_connection_at_once_leave_a_match_or_none(attempt: int) -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    connect = partial(call, "GET", f"/private/match/{match_id}/{alice.id}/", service())
    (connected, _) = statuses([connect, connect_sweep])
    assert (connected, len(sent_events("game-void"))) in {(200, 0), (404, 1)}
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_sweeps_a_clock_and_the_game_server_at_once_end_a_match_once(attempt: int) -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    for _ in range(2):
        score(alice)
    statuses(
        [
            late_sweep,
            late_sweep,
            partial(clock_arrives, CLOSE, match_id),
            partial(score, alice),
            partial(finish, match_id, bobby),
        ]
    )
    assert [
        call("GET", "/users/me/stats/", each.access).body[0]["game_played"] for each in (alice, bobby)
    ] == [1, 1]
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_sweeps_and_an_execution_at_once_start_a_tournament_once(attempt: int) -> None:
    players, made = gather(8, 7)
    id_, run = made["id"], state_of(made["id"]).run
    found = statuses(
        [late_sweep, partial(step, "start", id_, run), late_sweep, partial(leave, players[6], made["code"])]
    )
    assert found == [200, 200, 200, 204]
    started = state_of(id_).is_started
    assert count_sent("tournament-start") == int(started)
    assert started or count_sent("tournament-start-cancel") == 1
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_sweeps_and_an_execution_at_once_begin_a_stage_once_and_the_execution_is_answered(
    attempt: int,
) -> None:
    players, made = gather(8, 8)
    id_, run, due_at = made["id"], state_of(made["id"]).run, state_of(made["id"]).due_at
    assert due_at
    # To this sweep the stage is overdue, and no match of the stage is.
    stage_sweep = partial(sweep, due_at + GRACE + timedelta(seconds=1))
    found = statuses(
        [
            stage_sweep,
            partial(step, "play-stage", id_, run, stage=2, token="first"),
            stage_sweep,
            partial(leave, players[1], made["code"]),
        ]
    )
    assert found == [200, 200, 200, 204]
    assert state_of(id_).stage == 2
    assert_whole(raw_items())
    win_stage(id_)
    assert verdicts("first") == ["pause"]
    assert count_sent("tournament-match-finish") == 4
    assert_whole(raw_items())


def test_a_sweep_that_begins_the_next_stage_and_an_execution_that_asks_anew_at_once_get_on() -> None:
    _, made = first_stage()
    id_, run = made["id"], state_of(made["id"]).run
    win_stage(id_)
    statuses([late_sweep, partial(step, "play-stage", id_, run, stage=3, token="again")])
    assert state_of(id_).stage == 4
    assert verdicts("again") == ["pause"]
    step("play-stage", id_, run, stage=4, token="final")
    win_stage(id_)
    assert verdicts("final") == ["finish"]
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_sweeps_and_an_execution_at_once_finish_a_tournament_once(attempt: int) -> None:
    _, made, winner = before_the_finish()
    id_, run = made["id"], state_of(made["id"]).run
    assert statuses([late_sweep, partial(step, "finish", id_, run), late_sweep]) == [200] * 3
    assert count_sent("tournament-finish") == 1
    assert call("GET", "/users/me/stats/", winner.access).body[-1]["tournament_wins"] == 1
    assert_whole(raw_items())
