"""Requests and timers of the ranked queue at once: each ticket is used once, and all who may meet play."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from functions.play.widen_window import widen_window
from shared.domain.play.matchmaking import RANKED
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.users import read_accounts
from shared.store.base import utc_now
from shared.usecases.play import matchmaking
from tests.support.calls import call, service
from tests.support.concurrency import at_once
from tests.support.database import items_of, raw_items
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import finish, match_players, running_match
from tests.support.players import Player, go_offline, players_online
from tests.support.queues import join_queue, leave_queue

pytestmark = pytest.mark.usefixtures("account")


def players_with(*trophies: int) -> list[Player]:
    """Players with open streams and so many trophies each."""
    players = players_online(len(trophies))
    for player, total in zip(players, trophies, strict=True):
        if total:
            share = {"score": 3, "players": [{"id": player.id, "score": 3, "trophies": total}]}
            opponent = {"score": 0, "players": [{"id": 1, "score": 0}]}
            result = {
                "game_mode": "ranked",
                "teams": {"a": share, "b": opponent},
                "winner": "a",
                "looser": "b",
            }
            assert call("POST", "/private/users/result-match/", service(), result).status == 201
    return players


join = partial(join_queue, queue="ranked")
leave = partial(leave_queue, queue="ranked")


def opponents() -> list[set[int]]:
    assert {json.loads(item["state"]["S"])["game_mode"] for item in items_of("match")} <= {"ranked"}
    return [set(players) for players in match_players()]


def timers() -> list[dict[str, Any]]:
    """The timer's input for every ticket so far."""
    return [
        json.loads(item["input"]["S"])
        for item in items_of("timer")
        if item["machine"]["S"] == "ranked-window"
    ]


def whole(players: list[Player]) -> None:
    """The table is whole; `players` have results that leave no history."""
    assert_whole(raw_items(), [player.id for player in players])


@pytest.fixture
def widening(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the seconds between two widenings."""

    def after(seconds: int) -> None:
        # 0 is for tests only: the timers of a running stack would never rest.
        changed = replace(settings(), ranked_widen_seconds=seconds)
        monkeypatch.setattr(matchmaking, "settings", lambda: changed)

    return after


def test_of_64_players_who_join_at_the_same_instant_all_who_may_meet_play_once(
    monkeypatch: pytest.MonkeyPatch, widening: Any
) -> None:
    # A slow machine widens no window and ends no request early.
    widening(3600)
    monkeypatch.setattr(matchmaking, "PAIRING_SECONDS", 60.0)
    draw = random.Random(7)
    # Eight of about the same strength at each of seven levels far apart, and eight far from everyone.
    totals = [level * 1000 + draw.randrange(25) for level in range(7) for _ in range(8)]
    totals += [500 + level * 1000 for level in range(8)]
    players = players_with(*totals)
    strength = dict(zip((player.id for player in players), totals, strict=True))
    statuses = at_once(*[partial(join, player) for player in draw.sample(players, len(players))])
    assert Counter(statuses) == {201: 64}
    assert len(opponents()) == 28
    assert Counter(user_id for pair in opponents() for user_id in pair) == {p.id: 1 for p in players[:56]}
    assert all(abs(strength[a] - strength[b]) < 25 for a, b in opponents())
    assert {int(ticket["user_id"]["N"]) for ticket in items_of("ticket")} == {p.id for p in players[56:]}
    whole(players)


def test_64_waiting_players_are_all_paired_by_their_timers(
    monkeypatch: pytest.MonkeyPatch, widening: Any
) -> None:
    monkeypatch.setattr(matchmaking, "PAIRING_SECONDS", 60.0)
    widening(3600)
    players = players_with(*[100 * n for n in range(64)])
    at_once(*[partial(join, player) for player in players])
    assert opponents() == []
    widening(0)  # all windows are as wide as can be
    answers = at_once(*[partial(widen_window, each, None) for each in timers()])
    assert {answer["waiting"] for answer in answers} == {False}
    assert Counter(user_id for pair in opponents() for user_id in pair) == {p.id: 1 for p in players}
    assert not items_of("ticket")
    whole(players)


@pytest.mark.parametrize("attempt", range(3))
def test_timers_joining_leaving_and_going_offline_at_once_leave_no_orphan(
    attempt: int, widening: Any
) -> None:
    widening(1)
    players = players_with(0, 60, 120, 180, 240, 300)
    for player in players:
        assert join(player) == 201

    def close(player: Player) -> int:
        go_offline(player)
        return 0

    def widen(timer: dict[str, Any]) -> int:
        widen_window(timer, None)
        return 0

    widening(0)
    actions = [partial(widen, timer) for timer in timers() * 2]
    actions += [partial(join, player) for player in players]
    actions += [partial(leave, player) for player in players[:4]]
    actions += [partial(close, player) for player in players[4:]]
    statuses = at_once(*actions)
    assert set(statuses) <= {0, 201, 204, 401, 404, 409, 429}
    whole(players)


@pytest.mark.parametrize("attempt", range(3))
def test_a_user_who_joins_ranked_and_duel_at_once_is_in_one_place(attempt: int) -> None:
    players = players_with(0, 1000, 2000)
    actions = [
        partial(join_queue, player, queue) for player in players for queue in ("ranked", "duel", "ranked")
    ]
    statuses = at_once(*actions)
    assert set(statuses) <= {201, 409, 429}
    tickets = Counter(int(ticket["user_id"]["N"]) for ticket in items_of("ticket"))
    playing = Counter(user_id for players in match_players() for user_id in players)
    assert max((tickets + playing).values()) == 1
    whole(players)


def test_a_user_who_moves_to_the_duel_queue_while_a_ranked_match_is_made_plays_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    players = players_with(0, 0)
    assert join(players[0]) == 201
    moved: list[int] = []

    def read_after_the_move(*arguments: Any) -> Any:
        if not moved:
            moved.append(join_queue(players[0], "duel"))
        return read_accounts(*arguments)

    monkeypatch.setattr(matchmaking, "read_accounts", read_after_the_move)
    assert join(players[1]) == 201
    assert moved == [201]
    assert opponents() == []
    queues = {int(item["user_id"]["N"]): item["pk"]["S"] for item in items_of("ticket")}
    assert queues == {players[0].id: keys.queue("duel"), players[1].id: keys.queue("ranked")}
    whole(players)


def test_a_stale_or_repeated_timer_changes_nothing(widening: Any) -> None:
    players = players_with(0, 1000)
    assert join(players[0]) == 201
    assert leave(players[0]) == 204
    (stale,) = timers()
    assert join(players[0]) == 201
    assert join(players[1]) == 201
    before = raw_items()
    assert widen_window(stale, None)["waiting"] is False
    for timer in timers():
        if timer != stale:
            first, again = widen_window(timer, None), widen_window(timer, None)
            assert first == again
            assert first["waiting"] is True
    assert sorted(map(str, raw_items())) == sorted(map(str, before))
    widening(0)
    for timer in timers() * 2:
        assert widen_window(timer, None)["waiting"] is False
    assert opponents() == [{player.id for player in players}]
    whole(players)


def test_a_timer_that_finds_a_newer_block_goes_on_waiting(widening: Any) -> None:
    widening(3600)
    players = players_with(0, 100)
    for player in players:
        assert join(player) == 201
    assert block(players[0], players[1]).status == 201
    widening(0)
    for timer in timers():
        assert widen_window(timer, None) == {
            **timer,
            "looks": timer["looks"] - 1,
            "seconds": matchmaking.LONGEST_WAIT_SECONDS,
            "waiting": True,
        }
    assert opponents() == []
    assert len(items_of("ticket")) == 2
    whole(players)


def test_many_reports_of_the_end_of_a_ranked_match_give_the_trophies_once() -> None:
    players = players_with(0, 0)
    for player in players:
        assert join(player) == 201
    match = running_match(players[0])
    loser = next(each for each in players if each.id == match["teams"]["a"]["players"][0]["id"])
    answers = at_once(*[partial(finish, match["id"], loser)] * 8)
    statuses = Counter(answer.status for answer in answers)
    assert statuses[200] == 1
    assert set(statuses) <= {200, 409, 429}
    totals = read_accounts([player.id for player in players], utc_now())
    assert sorted(account.user.trophies for account in totals.values()) == [0, 36]
    assert_whole(raw_items())


def test_the_queue_has_the_name_of_the_mode() -> None:
    (player,) = players_with(0)
    assert join(player) == 201
    assert [item["pk"]["S"] for item in items_of("ticket")] == [keys.queue(RANKED)]
