"""The ranked queue under any race: each ticket used once, whoever may meet does, timers and requests at once."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from functions.play.widen_window import widen_window
from shared.domain.play.matchmaking import RANKED
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.users import read_accounts
from shared.store.base import utc_now
from shared.usecases.accounts import presence
from shared.usecases.play import matchmaking
from tests.support.calls import CONTAINER, Player, call, made_player, open_streams, service
from tests.support.concurrency import at_once
from tests.support.database import raw_items
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole

pytestmark = pytest.mark.usefixtures("account")


def players_with(*trophies: int) -> list[Player]:
    """Players who are online, with so many trophies each."""
    players = [made_player(f"player-{number}") for number in range(len(trophies))]
    open_streams(*players)
    for player, total in zip(players, trophies, strict=True):
        if total:
            share = {"score": 3, "players": [{"id": player.id, "score": 3, "trophies": total}]}
            nobody = {"score": 0, "players": [{"id": 1, "score": 0}]}
            result = {"game_mode": "ranked", "teams": {"a": share, "b": nobody}, "winner": "a", "looser": "b"}
            assert call("POST", "/private/users/result-match/", service(), result).status == 201
    return players


def join(player: Player, queue: str = "ranked") -> int:
    return call("POST", f"/play/{queue}/", player.access).status


def leave(player: Player) -> int:
    return call("DELETE", "/play/ranked/", player.access).status


def of_kind(kind: str) -> list[dict[str, dict[str, str]]]:
    return [item for item in raw_items() if item["kind"]["S"] == kind]


def opponents() -> list[set[int]]:
    states = [json.loads(item["state"]["S"]) for item in of_kind("match")]
    assert {state["game_mode"] for state in states} <= {"ranked"}
    return [{player["id"] for side in "ab" for player in state[side]["players"]} for state in states]


def timers() -> list[dict[str, Any]]:
    """What the state machine gets for every ticket that there ever was."""
    return [
        json.loads(item["input"]["S"]) for item in of_kind("timer") if item["machine"]["S"] == "ranked-window"
    ]


def whole(players: list[Player]) -> None:
    """The table is whole; `players` have results from elsewhere, which leave no history."""
    assert_whole(raw_items(), [player.id for player in players])


@pytest.fixture
def widening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets how many seconds a widening takes."""

    def after(seconds: int) -> None:
        monkeypatch.setenv("RANKED_WIDEN_SECONDS", str(seconds))
        settings.cache_clear()

    yield after
    monkeypatch.undo()
    settings.cache_clear()


def test_of_64_players_who_join_at_the_same_instant_all_who_may_meet_play_and_nobody_twice(
    monkeypatch: pytest.MonkeyPatch, widening: Any
) -> None:
    # However long this machine takes for all of them at once: the window must not widen, nor a request end early.
    widening(3600)
    monkeypatch.setattr(matchmaking, "PAIRING_SECONDS", 60.0)
    draw = random.Random(7)
    # Eight of about the same strength at each of seven levels far apart, and eight whom nobody is near to.
    totals = [level * 1000 + draw.randrange(25) for level in range(7) for _ in range(8)]
    totals += [500 + level * 1000 for level in range(8)]
    players = players_with(*totals)
    strength = dict(zip((player.id for player in players), totals, strict=True))
    statuses = at_once(*[partial(join, player) for player in draw.sample(players, len(players))])
    assert Counter(statuses) == {201: 64}
    assert len(opponents()) == 28
    assert Counter(user_id for pair in opponents() for user_id in pair) == {p.id: 1 for p in players[:56]}
    assert all(abs(strength[a] - strength[b]) < 25 for a, b in opponents())
    assert {int(ticket["user_id"]["N"]) for ticket in of_kind("ticket")} == {p.id for p in players[56:]}
    whole(players)


def test_64_players_who_only_wait_are_all_paired_by_their_timers(
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
    assert not of_kind("ticket")
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
        presence.go_offline(player.id, CONTAINER)
        return 0

    def look(timer: dict[str, Any]) -> int:
        widen_window(timer, None)
        return 0

    widening(0)
    actions = [partial(look, timer) for timer in timers() * 2]
    actions += [partial(join, player) for player in players]
    actions += [partial(leave, player) for player in players[:4]]
    actions += [partial(close, player) for player in players[4:]]
    statuses = at_once(*actions)
    assert set(statuses) <= {0, 201, 204, 401, 404, 409, 429}
    whole(players)


@pytest.mark.parametrize("attempt", range(3))
def test_who_joins_ranked_and_duel_at_once_is_in_one_place(attempt: int) -> None:
    players = players_with(0, 1000, 2000)
    actions = [partial(join, player, queue) for player in players for queue in ("ranked", "duel", "ranked")]
    statuses = at_once(*actions)
    assert set(statuses) <= {201, 409, 429}
    tickets = Counter(int(ticket["user_id"]["N"]) for ticket in of_kind("ticket"))
    playing = Counter(
        player["id"]
        for item in of_kind("match")
        for side in "ab"
        for player in json.loads(item["state"]["S"])[side]["players"]
    )
    assert max((tickets + playing).values()) == 1
    whole(players)


def test_who_moves_to_the_duel_queue_while_a_ranked_match_is_made_plays_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    players = players_with(0, 0)
    assert join(players[0]) == 201
    moved: list[int] = []

    def read_after_the_move(*arguments: Any) -> Any:
        if not moved:
            moved.append(join(players[0], "duel"))
        return read_accounts(*arguments)

    monkeypatch.setattr(matchmaking, "read_accounts", read_after_the_move)
    assert join(players[1]) == 201
    assert moved == [201]
    assert opponents() == []
    queues = {int(item["user_id"]["N"]): item["pk"]["S"] for item in of_kind("ticket")}
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


def test_a_timer_that_finds_a_block_since_the_tickets_were_taken_goes_on(widening: Any) -> None:
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
    assert len(of_kind("ticket")) == 2
    whole(players)


def test_two_who_end_their_matches_at_once_get_their_trophies_once_each() -> None:
    players = players_with(0, 0)
    for player in players:
        assert join(player) == 201
    ((match_id, state),) = [
        (state["id"], state) for item in of_kind("match") for state in [json.loads(item["state"]["S"])]
    ]
    lost = {"user_id": state["a"]["players"][0]["id"], "finish_reason": "player-disconnect"}
    finish = partial(call, "PATCH", f"/private/match/finish/{match_id}/", service(), lost)
    statuses = Counter(answer.status for answer in at_once(*itertools.repeat(finish, 8)))
    assert statuses[200] == 1
    assert set(statuses) <= {200, 409, 429}
    totals = read_accounts([player.id for player in players], utc_now())
    assert sorted(account.user.trophies for account in totals.values()) == [0, 36]
    assert_whole(raw_items())


def test_the_queue_is_called_as_the_mode_is() -> None:
    (player,) = players_with(0)
    assert join(player) == 201
    assert [item["pk"]["S"] for item in of_kind("ticket")] == [keys.queue(RANKED)]
