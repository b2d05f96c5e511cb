"""A match from its beginning to its end (docs/contract/queues-and-matches.md#points)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import Conflict, Forbidden
from shared.domain.play.matches import NORMAL_END, PLAYER_DISCONNECT, Match, Side, other, team_of
from shared.store.play.matches import MatchRow
from tests.support.stored_values import reloaded

BEGAN = datetime(2026, 11, 23, 18, 30, 0, 123456, UTC)
ENDED = BEGAN + timedelta(seconds=72)


def duel() -> Match:
    return Match(id=7, code="0042", game_mode="duel", created_at=BEGAN, a=team_of((1,)), b=team_of((2,)))


def clash() -> Match:
    a, b = team_of((1, 2, 3)), team_of((4, 5, 6))
    return Match(id=7, code="0042", game_mode="clash", created_at=BEGAN, a=a, b=b)


def score(match: Match, user_id: int, *, own_goal: bool = False) -> Match:
    return match.score(user_id, own_goal=own_goal, points_to_win=3, now=ENDED)


def scores(match: Match) -> tuple[int, int]:
    return match.a.score, match.b.score


def test_a_match_begins_at_nil_all_running_and_without_connections() -> None:
    match = duel()
    assert scores(match) == (0, 0)
    assert (match.winner, match.looser, match.finish_reason, match.leading) == (None, None, None, None)
    assert not match.anybody_connected
    assert (match.match_type, clash().match_type) == ("1v1", "3v3")
    assert clash().user_ids == (1, 2, 3, 4, 5, 6)


def test_a_point_counts_for_the_player_and_the_side() -> None:
    match = score(clash(), 5)
    assert scores(match) == (0, 1)
    assert match.find(5)[1].score == 1
    assert sum(player.score for player in (*match.a.players, *match.b.players)) == 1
    assert match.leading == "b"


def test_an_own_goal_counts_for_the_other_side_and_in_the_players_own_goals() -> None:
    match = score(clash(), 5, own_goal=True)
    assert scores(match) == (1, 0)
    assert (match.find(5)[1].score, match.find(5)[1].own_goal) == (0, 1)


def test_the_first_side_with_three_points_wins() -> None:
    match = duel()
    for scorer in (1, 2, 1, 2):
        match = score(match, scorer)
        assert match.winner is None
    match = score(match, 2)
    assert (match.winner, match.looser, scores(match)) == ("b", "a", (2, 3))
    assert (match.finish_reason, match.finished_at) == (NORMAL_END, ENDED)


def test_three_own_goals_lose_a_match() -> None:
    match = duel()
    for _ in range(3):
        match = score(match, 1, own_goal=True)
    assert (match.winner, scores(match)) == ("b", (0, 3))


@pytest.mark.parametrize("points", [1, 5])
def test_the_points_to_win_are_a_setting(points: int) -> None:
    match = duel()
    for _ in range(points):
        assert match.winner is None
        match = match.score(1, own_goal=False, points_to_win=points, now=ENDED)
    assert match.winner == "a"


@pytest.mark.parametrize(("gone", "winner", "result"), [(1, "b", (0, 3)), (2, "a", (3, 0))])
def test_a_player_who_goes_away_loses_0_to_3_from_any_score(
    gone: int, winner: Side, result: tuple[int, int]
) -> None:
    match = score(score(score(score(duel(), 1), 1), 2), 2)
    match = match.forfeit(gone, reason=PLAYER_DISCONNECT, points_to_win=3, now=ENDED)
    assert (match.winner, scores(match)) == (winner, result)
    assert (match.finish_reason, match.finished_at) == (PLAYER_DISCONNECT, ENDED)


def test_players_keep_their_goals_when_a_match_is_forfeited() -> None:
    match = score(duel(), 1).forfeit(1, reason=PLAYER_DISCONNECT, points_to_win=3, now=ENDED)
    assert match.find(1)[1].score == 1


def test_a_finished_match_accepts_no_change() -> None:
    match = duel().won_by("a", NORMAL_END, ENDED)
    changes: list[Callable[[], object]] = [
        lambda: score(match, 1),
        lambda: score(match, 1, own_goal=True),
        lambda: match.forfeit(1, reason=PLAYER_DISCONNECT, points_to_win=3, now=ENDED),
        lambda: match.won_by("b", NORMAL_END, ENDED),
        match.require_running,
    ]
    for change in changes:
        with pytest.raises(Conflict) as refusal:
            change()
        assert refusal.value.code == "match_finished"


def test_a_user_outside_the_match_takes_no_part() -> None:
    changes: list[Callable[[], object]] = [
        lambda: score(duel(), 3),
        lambda: duel().connect(3),
        lambda: duel().forfeit(3, reason=PLAYER_DISCONNECT, points_to_win=3, now=ENDED),
    ]
    for change in changes:
        with pytest.raises(Forbidden) as refusal:
            change()
        assert refusal.value.code == "not_in_match"


def test_only_the_player_who_connects_is_connected() -> None:
    match = clash().connect(5)
    assert match.anybody_connected
    assert [player.id for team in (match.a, match.b) for player in team.players if player.connected] == [5]
    assert match.connect(5) == match


def test_a_match_is_immutable() -> None:
    match = duel()
    score(match, 1)
    match.connect(2)
    assert match == duel()


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=12))
def test_points_always_add_up_and_end_the_match_at_three(shots: list[tuple[int, bool]]) -> None:
    match, taken = clash(), 0
    for user_id, own_goal in shots:
        if match.winner:
            break
        match = score(match, user_id, own_goal=own_goal)
        taken += 1
    players = {"a": match.a.players, "b": match.b.players}
    for side, team in (("a", match.a), ("b", match.b)):
        opposite = players["b" if side == "a" else "a"]
        assert team.score == sum(p.score for p in players[side]) + sum(p.own_goal for p in opposite)
    assert sum(scores(match)) == taken
    assert max(scores(match)) <= 3
    assert (match.winner is not None) == (3 in scores(match))
    assert reloaded(MatchRow.state, match) == match


def test_a_match_of_a_tournament_survives_being_stored() -> None:
    match = replace(duel(), game_mode="tournament", tournament_id=3, tournament_stage_id=2, tournament_n=1)
    assert reloaded(MatchRow.state, match) == match


def test_the_opposite_of_the_opposite_is_the_side_itself() -> None:
    assert (other("a"), other("b")) == ("b", "a")


@pytest.mark.parametrize("own_goal", [False, True])
def test_a_player_who_scores_counts_as_connected(own_goal: bool) -> None:
    assert score(duel(), 1, own_goal=own_goal).anybody_connected
