"""A crowded queue in several shards: it pairs as one queue does, and nobody stays behind in a shard."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from functions.play.widen_window import widen_window
from shared.domain.play.matchmaking import DUEL, RANKED
from shared.store import keys
from shared.store.accounts.users import read_accounts
from shared.store.base import utc_now
from shared.usecases.play import matchmaking, queues
from tests.support.concurrency import at_once
from tests.support.database import items_of, raw_items
from tests.support.events import sent_events
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import match_players
from tests.support.players import Player, go_offline, players_online
from tests.support.queues import join_queue, leave_queue

pytestmark = pytest.mark.usefixtures("account")

SHARDS = 4


@pytest.fixture(autouse=True)
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request finds the queue crowded; a slow machine ends none early."""
    monkeypatch.setattr(queues, "draw_shard", lambda _: random.randrange(SHARDS))
    monkeypatch.setattr(matchmaking, "PAIRING_SECONDS", 60.0)


@pytest.fixture
def shards(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the shards of the next tickets, one after the other and again."""

    def set_(*numbers: int) -> None:
        endless = itertools.cycle(numbers)
        monkeypatch.setattr(queues, "draw_shard", lambda _: next(endless))

    return set_


def opponents() -> list[set[int]]:
    return [set(players) for players in match_players()]


def partitions() -> list[str]:
    return [item["pk"]["S"] for item in items_of("ticket")]


def assert_at_rest() -> None:
    """The table is whole, and all tickets wait in the first shard."""
    assert_whole(raw_items())
    assert set(partitions()) <= {keys.queue(DUEL), keys.queue(RANKED)}


@pytest.mark.parametrize("queue", ["duel", "ranked"])
def test_60_users_who_join_at_the_same_instant_play_exactly_30_matches(queue: str) -> None:
    players = players_online(60)
    statuses = at_once(*[partial(join_queue, player, queue) for player in players])
    assert Counter(statuses) == {201: 60}
    assert Counter(user_id for pair in opponents() for user_id in pair) == {p.id: 1 for p in players}
    assert not items_of("ticket")
    starts = Counter(user_id for _, to, _ in sent_events("game-start") for user_id in to)
    assert starts == {player.id: 1 for player in players}
    assert_at_rest()


def test_two_who_join_at_once_in_different_shards_play_each_other(shards: Callable[..., None]) -> None:
    shards(1, 2)
    for n in range(4):
        players = players_online(2, f"round-{n}")
        assert at_once(*[partial(join_queue, player) for player in players]) == [201, 201]
        assert {player.id for player in players} in opponents()
    assert_at_rest()


def test_of_an_odd_number_of_users_one_waits_in_the_first_shard_and_plays_the_next_who_joins(
    shards: Callable[..., None],
) -> None:
    players = players_online(8)
    at_once(*[partial(join_queue, player) for player in players[:7]])
    assert len(opponents()) == 3
    assert partitions() == [keys.queue(DUEL)]
    (ticket,) = items_of("ticket")
    shards(3)
    assert join_queue(players[7]) == 201
    assert {int(ticket["user_id"]["N"]), players[7].id} in opponents()
    assert_at_rest()


def test_one_after_the_other_play_as_in_one_queue_whatever_their_shards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nobody comes while one looks for an opponent in another shard, so looking longer finds nobody.
    monkeypatch.setattr(matchmaking, "MEETING_SECONDS", 0.0)
    players = players_online(10)
    for one, other in itertools.combinations(players[:4], 2):
        block(one, other)
    for player in players:
        assert join_queue(player) == 201
    # The first four may not meet each other: each of them gets the first of the next ones.
    met = [{players[n].id, players[n + 4].id} for n in range(4)] + [{players[8].id, players[9].id}]
    assert sorted(map(sorted, opponents())) == sorted(map(sorted, met))
    assert_at_rest()


def test_a_ticket_that_moves_keeps_its_place_in_the_order(shards: Callable[..., None]) -> None:
    first, second, third = players_online(3)
    block(first, second)
    shards(2, 0)
    assert join_queue(first) == 201
    assert join_queue(second) == 201
    assert partitions() == [keys.queue(DUEL)] * 2
    shards(1)
    assert join_queue(third) == 201
    assert opponents() == [{first.id, third.id}]
    assert_at_rest()


def test_a_request_that_is_killed_in_its_shard_is_made_good_by_its_repetition(
    shards: Callable[..., None],
) -> None:
    shards(3)
    killed, other = players_online(2)
    queues.join_queue(read_accounts([killed.id], utc_now())[killed.id], DUEL)  # and pairs no more
    assert partitions() == [f"{keys.queue(DUEL)}#3"]
    shards(1)
    assert join_queue(other) == 201
    assert join_queue(killed) == 201
    assert opponents() == [{killed.id, other.id}]
    assert_at_rest()


def test_the_next_request_in_a_shard_plays_the_ticket_that_a_killed_one_left_there(
    shards: Callable[..., None],
) -> None:
    shards(3)
    killed, other = players_online(2)
    queues.join_queue(read_accounts([killed.id], utc_now())[killed.id], DUEL)
    assert join_queue(other) == 201
    assert opponents() == [{killed.id, other.id}]
    assert_at_rest()


def test_the_timer_of_a_ranked_ticket_moves_it_out_of_the_shard_in_which_its_request_was_killed(
    shards: Callable[..., None],
) -> None:
    shards(3)
    killed, other = players_online(2)
    queues.join_queue(read_accounts([killed.id], utc_now())[killed.id], RANKED)
    assert partitions() == [f"{keys.queue(RANKED)}#3"]
    (timer,) = [json.loads(item["input"]["S"]) for item in items_of("timer")]
    again = widen_window(timer, None)
    assert partitions() == [keys.queue(RANKED)]
    assert again["waiting"] is True
    assert widen_window(again, None) == {**again, "looks": again["looks"] - 1}
    shards(1)
    assert join_queue(other, RANKED) == 201
    assert opponents() == [{killed.id, other.id}]
    assert widen_window(again, None)["waiting"] is False
    assert_at_rest()


def test_tickets_and_timers_of_a_release_without_shards_are_found(shards: Callable[..., None]) -> None:
    shards(0)
    first, second = players_online(2)
    assert join_queue(first, RANKED) == 201
    (item,) = items_of("ticket")
    joined, number = item["joined_at"]["S"], int(item["id"]["N"])
    assert item["pk"]["S"] == "QUEUE#ranked"
    assert item["sk"]["S"] == f"{datetime.fromisoformat(joined).isoformat()}#{number:016d}"
    old_timer = {"ticket": item["sk"]["S"], "seconds": 1, "looks": 9}
    assert widen_window(old_timer, None)["waiting"] is True
    shards(2)
    assert join_queue(second, RANKED) == 201
    assert opponents() == [{first.id, second.id}]
    assert_at_rest()


def test_a_user_whose_request_was_killed_can_leave_the_queue(shards: Callable[..., None]) -> None:
    shards(3)
    (killed,) = players_online(1)
    queues.join_queue(read_accounts([killed.id], utc_now())[killed.id], DUEL)
    assert leave_queue(killed) == 204
    assert partitions() == []
    assert_at_rest()


@pytest.mark.parametrize("queue", ["duel", "ranked"])
def test_joining_leaving_and_going_offline_at_once_leaves_no_orphan(queue: str) -> None:
    players = players_online(8)
    actions = [partial(join_queue, player, queue) for player in players]
    actions += [partial(leave_queue, player, queue) for player in players[:4]]

    def close(player: Player) -> int:
        go_offline(player)
        return 0

    statuses = at_once(*actions, *[partial(close, player) for player in players[3:6]])
    assert set(statuses) <= {0, 201, 204, 401, 404, 409, 429}
    assert_at_rest()
