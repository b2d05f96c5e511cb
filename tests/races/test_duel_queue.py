"""Joining the queue for duels at once: each ticket is used once, no user plays twice, blocked pairs never meet."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from shared.usecases.accounts import presence
from shared.usecases.play import match_start, matchmaking
from tests.support.concurrency import at_once
from tests.support.database import items_of, raw_items
from tests.support.events import sent_events
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import create_match, match_players
from tests.support.players import CONTAINER, Player, go_offline, players_online
from tests.support.queues import join_queue, leave_queue

pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine ends no request early: all that can be paired are."""
    monkeypatch.setattr(matchmaking, "PAIRING_SECONDS", 60.0)


def opponents() -> list[set[int]]:
    return [set(players) for players in match_players()]


@pytest.mark.usefixtures("patient")
def test_100_users_who_join_at_the_same_instant_play_exactly_50_matches() -> None:
    players = players_online(100)
    statuses = at_once(*[partial(join_queue, player) for player in players])
    assert Counter(statuses) == {201: 100}
    assert Counter(user_id for pair in opponents() for user_id in pair) == {p.id: 1 for p in players}
    assert len(opponents()) == 50
    assert not items_of("ticket")
    starts = Counter(user_id for _, to, _ in sent_events("game-start") for user_id in to)
    assert starts == {player.id: 1 for player in players}
    assert_whole(raw_items())


@pytest.mark.usefixtures("patient")
def test_of_an_odd_number_of_users_one_waits_and_plays_the_next_who_joins() -> None:
    players = players_online(8)
    at_once(*[partial(join_queue, player) for player in players[:7]])
    assert len(opponents()) == 3
    (ticket,) = items_of("ticket")
    assert join_queue(players[7]) == 201
    assert {int(ticket["user_id"]["N"]), players[7].id} in opponents()
    assert_whole(raw_items())


def test_one_user_who_joins_many_times_at_once_holds_one_ticket() -> None:
    (player,) = players_online(1)
    statuses = at_once(*[partial(join_queue, player)] * 8)
    assert set(statuses) <= {201, 429}
    assert len(items_of("ticket")) == 1
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(4))
def test_joining_leaving_and_going_offline_at_once_leaves_no_orphan(attempt: int) -> None:
    players = players_online(6)
    actions = [partial(join_queue, player) for player in players]
    actions += [partial(leave_queue, player) for player in players[:4]]

    def close(player: Player) -> int:
        go_offline(player)
        return 0

    statuses = at_once(*actions, *[partial(close, player) for player in players[2:]])
    assert set(statuses) <= {0, 201, 204, 401, 404, 409, 429}
    assert_whole(raw_items())


def test_the_ticket_that_a_dead_container_leaves_is_taken_while_its_owner_joins_again() -> None:
    players = players_online(2)
    assert join_queue(players[0]) == 201

    def reap() -> int:
        presence.reap(CONTAINER)
        return 0

    at_once(partial(join_queue, players[0]), reap, reap, partial(join_queue, players[1]))
    assert_whole(raw_items())


@pytest.mark.usefixtures("patient")
def test_blocked_pairs_never_meet_when_many_join_at_once() -> None:
    players = players_online(12)
    group, others = players[:6], players[6:]
    for blocker in group:
        for blocked in others:
            block(blocker, blocked)
    at_once(*[partial(join_queue, player) for player in players])
    ids = {player.id for player in group}
    assert len(opponents()) == 6
    assert all(len(pair & ids) in (0, 2) for pair in opponents())
    assert_whole(raw_items())


@pytest.mark.parametrize("blocker", [0, 1])
def test_a_block_that_lands_between_ticket_and_pairing_keeps_the_two_apart(
    blocker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    players = players_online(2)
    assert join_queue(players[0]) == 201
    landed: list[bool] = []

    def start_after_the_block(*arguments: Any) -> object:
        block(players[blocker], players[1 - blocker])
        landed.append(True)
        return match_start.start_match(*arguments)

    monkeypatch.setattr(matchmaking, "start_match", start_after_the_block)
    assert join_queue(players[1]) == 201
    assert landed
    assert not opponents()
    assert len(items_of("ticket")) == 2
    assert_whole(raw_items())


def test_a_match_that_a_service_creates_while_its_players_join_the_queue_is_their_only_one() -> None:
    players = players_online(4)

    def create() -> int:
        return create_match("duel", players[:1], players[1:2]).status

    statuses = at_once(create, create, *[partial(join_queue, player) for player in players])
    assert set(statuses) <= {201, 409, 429}
    assert max(Counter(user_id for pair in opponents() for user_id in pair).values()) == 1
    assert_whole(raw_items())
