"""Ending matches, stages and tournaments at once: one result per match, and one answer per execution."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from shared.auth.tokens import new_token
from shared.store.play.clock_queue import CLOSE, CONNECT, Step
from tests.support.calls import call
from tests.support.database import raw_items
from tests.support.deletion import delete
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import clock_arrives, finish
from tests.support.players import go_offline
from tests.support.tournament_races import (
    Action,
    before_the_finish,
    count_sent,
    create_tournament,
    first_stage,
    match_of,
    queue_for_duel,
    running_pairings,
    statuses,
)
from tests.support.tournaments import (
    TOURNAMENT,
    gather,
    leave,
    point,
    state_of,
    step,
    verdicts,
    win,
    win_stage,
)

pytestmark = pytest.mark.usefixtures("account")


def last_points(id_: int) -> list[Action]:
    """The winning points of the first users of all matches that run."""
    actions: list[Action] = []
    for pairing in running_pairings(id_):
        assert pairing.user_1
        for _ in range(2):
            assert point(pairing.user_1).status == 200
        actions.append(partial(point, pairing.user_1))
    return actions


def run_clocks(step_: Step, id_: int) -> list[Action]:
    return [partial(clock_arrives, step_, match_of(pairing)) for pairing in running_pairings(id_)]


connect_clocks = partial(run_clocks, CONNECT)
match_clocks = partial(run_clocks, CLOSE)


def departures(id_: int) -> list[Action]:
    code = state_of(id_).code
    second = [pairing.user_2 for pairing in running_pairings(id_) if pairing.user_2]
    return [partial(call, "DELETE", f"{TOURNAMENT}{code}/", new_token("access", user)) for user in second]


@pytest.mark.parametrize(
    "ends",
    [last_points, connect_clocks, match_clocks, departures],
    ids=["last_points", "connect_clocks", "match_clocks", "departures"],
)
def test_matches_that_all_end_at_the_same_instant_count_once_each_and_the_execution_is_answered_once(
    ends: Callable[[int], list[Action]],
) -> None:
    _, made = first_stage(8)
    actions = ends(made["id"])
    assert set(statuses(actions)) <= {200, 204}
    assert state_of(made["id"]).drawn.is_decided(2)
    assert verdicts("first") == ["pause"]
    assert count_sent("tournament-match-finish") == 4
    assert_whole(raw_items())
    step("play-stage", made["id"], stage=3, token="semi")
    assert len(running_pairings(made["id"])) == 2
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(4))
def test_a_match_that_ends_in_every_way_at_once_ends_once(attempt: int) -> None:
    players, made = first_stage()
    other, last = running_pairings(made["id"])
    assert other.user_1
    win(other.user_1)
    one, two = (next(player for player in players if player.id == user) for user in last.users)
    for _ in range(2):
        point(one.id)
        point(two.id)
    match_id = match_of(last)
    found = statuses(
        [
            partial(point, one.id),
            partial(point, two.id),
            partial(finish, match_id, one),
            partial(leave, two, made["code"]),
            partial(clock_arrives, CONNECT, match_id),
            partial(clock_arrives, CLOSE, match_id),
        ]
    )
    assert set(found[:3]) <= {200, 404, 409}
    assert found[:3].count(200) <= 1
    assert found[3] == 204
    assert not state_of(made["id"]).has(two.id)
    assert verdicts("first") == ["pause"]
    assert count_sent("tournament-match-finish") == 2
    assert_whole(raw_items())
    step("play-stage", made["id"], stage=4, token="final")
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(4))
def test_a_stage_that_is_begun_twice_as_players_leave_begins_once(attempt: int) -> None:
    players, made = gather(8, 8)
    id_, run = made["id"], state_of(made["id"]).run
    leaver, sleeper, restless, deleted = players[1:5]
    beginning = [partial(step, "play-stage", id_, run, stage=2, token=token) for token in ("one", "two")]
    found = statuses(
        [
            *beginning,
            partial(leave, leaver, made["code"]),
            partial(go_offline, sleeper),
            partial(queue_for_duel, restless),
            partial(delete, deleted),
            partial(step, "start", id_, run),
        ]
    )
    assert found == [200, 200, 204, 200, 409, found[5], 200]
    assert found[5] in {200, 403}
    tournament = state_of(id_)
    assert tournament.stage == 2
    assert not tournament.has(leaver.id)
    assert {sleeper.id, restless.id} <= set(tournament.present)
    assert tournament.has(deleted.id) is (found[5] == 403)
    # Only the token of the latest attempt of a task waits.
    latest = [tournament.callback.token] if tournament.callback else []
    assert verdicts("one") + verdicts("two") == ["pause"] * (1 - len(latest))
    assert_whole(raw_items())
    win_stage(id_)
    assert verdicts("one") + verdicts("two") == ["pause"]
    assert not latest or verdicts(latest[0]) == ["pause"]
    assert count_sent("tournament-match-finish") == 4
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(4))
def test_a_tournament_that_is_finished_twice_as_players_leave_is_won_once(attempt: int) -> None:
    players, made, winner = before_the_finish()
    id_, run = made["id"], state_of(made["id"]).run
    losers = [player for player in players if player != winner]
    of_winner: list[Action] = [
        partial(delete, winner),
        partial(queue_for_duel, winner),
        partial(leave, winner, made["code"]),
        partial(create_tournament, winner),
    ]
    found = statuses(
        [
            partial(step, "finish", id_, run),
            partial(step, "finish", id_, run),
            of_winner[attempt],
            partial(leave, losers[0], made["code"]),
            partial(create_tournament, losers[1]),
            partial(go_offline, losers[2]),
        ]
    )
    assert found[:2] == [200, 200]
    assert set(found[2:]) <= {200, 201, 204, 403, 409}
    assert state_of(id_).finish_at
    assert count_sent("tournament-finish") == 1
    assert state_of(id_).winner == winner.id
    assert_whole(raw_items())
