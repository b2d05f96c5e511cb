"""Clocks that are lost: nothing here runs a clock, and the sweep does what it should have done, within a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from functions.play.sweep_overdue import sweep_overdue
from shared.settings import settings
from shared.store import keys
from shared.store.base import utc_now
from shared.usecases.play.sweep import GRACE, sweep
from tests.support.calls import call
from tests.support.database import items_of, kinds, raw_items, store
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import in_duel, running_match, score
from tests.support.players import Player, players_online
from tests.support.tournaments import gather, state_of, step, verdicts, win_stage

pytestmark = pytest.mark.usefixtures("table", "large_transactions")

SECOND = timedelta(seconds=1)
EVERY = timedelta(seconds=30)
"""Between two sweeps (infra/cloud/static/schedules.yaml)."""


def after(seconds: float) -> datetime:
    """The first sweep that comes, at the latest, when something was due so many seconds from now."""
    assert timedelta(minutes=1) > GRACE + EVERY
    return utc_now() + timedelta(seconds=seconds) + GRACE + EVERY


def is_free(player: Player) -> bool:
    return call("POST", "/play/duel/", player.access).status == 201


def test_a_match_to_which_no_player_comes_is_void_and_its_players_are_free() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    due = settings().connect_timeout_seconds
    sweep(utc_now() + timedelta(seconds=due))
    assert running_match(alice)["id"] == match_id
    sweep(after(due))
    assert [data["id"] for _, _, data in sent_events("game-void")] == [match_id]
    assert_whole(raw_items())
    assert is_free(alice)
    sweep(after(due))
    assert len(sent_events("game-void")) == 1


def test_a_match_with_a_player_goes_on_to_its_longest_time_and_the_leading_side_wins() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    assert score(bobby).status == 200
    sweep(after(settings().match_max_seconds) - GRACE - EVERY)
    assert running_match(alice)["id"] == match_id
    sweep(after(settings().match_max_seconds))
    (end,) = call("GET", f"/game/matches/{bobby.id}/", bobby.access).body["results"]
    assert (end["id"], end["winner"]) == (match_id, "b")
    assert_whole(raw_items())
    assert is_free(alice)


def test_a_countdown_that_is_over_starts_its_tournament() -> None:
    _, made = gather(8, 7)
    due = settings().tournament_countdown_seconds
    sweep(utc_now() + timedelta(seconds=due))
    assert not state_of(made["id"]).is_started
    sweep(after(due))
    assert state_of(made["id"]).is_started
    assert len(sent_events("tournament-start")) == 1
    assert_whole(raw_items())


def test_a_countdown_that_was_cancelled_starts_nothing() -> None:
    players, made = gather(8, 7)
    call("DELETE", f"/play/tournament/{made['code']}/", players[6].access)
    sweep(after(settings().tournament_countdown_seconds))
    assert not state_of(made["id"]).is_started
    assert "due" not in kinds()


@pytest.mark.parametrize("size", [4, 8])
def test_a_tournament_without_any_clock_is_played_to_its_end(size: int) -> None:
    players, made = gather(size, size)
    pause = settings().tournament_pause_seconds
    while not state_of(made["id"]).is_decided:
        sweep(utc_now())
        assert not state_of(made["id"]).drawn.running()
        sweep(after(pause))
        assert_whole(raw_items())
        win_stage(made["id"])
        assert_whole(raw_items())
    sweep(after(0))
    assert state_of(made["id"]).finish_at
    assert_whole(raw_items())
    assert all(is_free(player) for player in players[1:])
    winner = next(player for player in players if player.id == state_of(made["id"]).winner)
    assert call("GET", "/users/me/stats/", winner.access).body[-1]["tournament_wins"] == 1
    assert len(sent_events("tournament-finish")) == 1


def test_matches_of_a_tournament_are_swept_and_the_execution_that_waits_hears_of_it() -> None:
    _, made = gather(4, 4)
    step("play-stage", made["id"], stage=3, token="semi")
    sweep(after(settings().connect_timeout_seconds))
    assert state_of(made["id"]).drawn.is_decided(3)
    assert verdicts("semi") == ["pause"]
    assert_whole(raw_items())


def test_an_execution_that_comes_late_finds_what_the_sweep_has_done_and_goes_on() -> None:
    _, made = gather(8, 7)
    id_, run = made["id"], state_of(made["id"]).run
    sweep(after(settings().tournament_countdown_seconds))
    sweep(after(settings().tournament_pause_seconds))
    assert step("start", id_, run) == {"verdict": "pause", "stage": 2}
    step("play-stage", id_, run, stage=2, token="late")
    assert len(sent_events("tournament-start")) == 1
    win_stage(id_)
    assert verdicts("late") == ["pause"]
    assert_whole(raw_items())


def test_what_fails_is_told_and_holds_up_nothing_else() -> None:
    pairs = [players_online(2, f"pair-{n}") for n in range(3)]
    for pair in pairs:
        in_duel(*pair)
    store(keys.user(pairs[0][0].id), stats="no JSON")
    with pytest.raises(ExceptionGroup) as caught:
        sweep(after(settings().connect_timeout_seconds))
    assert len(caught.value.exceptions) == 1
    assert len(items_of("match")) == 1
    assert len(sent_events("game-void")) == 2


def test_a_match_that_cannot_be_read_holds_up_no_other_one_and_no_tournament() -> None:
    _, made = gather(8, 7)
    matches = [in_duel(*players_online(2, f"pair-{n}")) for n in range(2 * keys.MATCH_SHARDS)]
    for match_id in matches[::2]:
        store(keys.match(match_id), state="no JSON")
    with pytest.raises(ExceptionGroup) as caught:
        sweep(after(settings().tournament_countdown_seconds))
    assert len(caught.value.exceptions) == len(matches[::2])
    assert {data["id"] for _, _, data in sent_events("game-void")} == set(matches[1::2])
    assert state_of(made["id"]).is_started


def test_a_list_that_cannot_be_read_holds_up_no_other_one() -> None:
    _, made = gather(8, 7)
    matches = [in_duel(*players_online(2, f"pair-{n}")) for n in range(2 * keys.MATCH_SHARDS)]
    broken = min(keys.running_match(match_id) for match_id in matches)
    store(broken, players="no set")
    with pytest.raises(ExceptionGroup) as caught:
        sweep(after(settings().tournament_countdown_seconds))
    assert len(caught.value.exceptions) == 1
    readable = {match_id for match_id in matches if keys.running_match(match_id)[0] != broken[0]}
    assert {data["id"] for _, _, data in sent_events("game-void")} == readable
    assert state_of(made["id"]).is_started


def test_a_sweep_that_fails_does_not_hold_up_the_next_one_of_its_minute() -> None:
    store(keys.running_match(1), kind="running", players="no set")
    with pytest.raises(ExceptionGroup) as caught:
        sweep_overdue({"sweeps": 2, "every_seconds": 0}, None)
    assert len(caught.value.exceptions) == 2
