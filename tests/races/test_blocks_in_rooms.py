"""A block and a room that change at the same instant: the room knows whom its users block, and no message crosses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.support import lobbies, tournaments
from tests.support.calls import Answer, call
from tests.support.concurrency import commit_after
from tests.support.database import raw_items
from tests.support.events import sent_events
from tests.support.friends import block, unblock
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, players_online

pytestmark = pytest.mark.usefixtures("account")

KINDS = ["lobby", "tournament"]


def make_room(kind: str, creator: Player) -> str:
    made = lobbies.make_lobby(creator) if kind == "lobby" else tournaments.make_tournament(creator, 8)
    return str(made["code"])


def enter(kind: str, player: Player, code: str) -> Answer:
    return lobbies.join(player, code) if kind == "lobby" else tournaments.enter(player, code)


def say(kind: str, player: Player, code: str) -> Answer:
    return call("POST", f"/play/{kind}/{code}/message/", player.access, {"content": "hello"})


def see(kind: str, player: Player) -> dict[str, Any]:
    return lobbies.see(player) if kind == "lobby" else tournaments.see(player)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", [0, 1])
def test_a_block_just_before_a_join_forbids_it(kind: str, who: int) -> None:
    alice, bobby = players_online(2)
    code = make_room(kind, alice)
    blocker, blocked = ((alice, bobby), (bobby, alice))[who]
    answer = commit_after(lambda: block(blocker, blocked), lambda: enter(kind, bobby, code))
    assert answer.status == (404, 403)[who]
    assert len(see(kind, alice)["participants"]) == 1
    assert_whole(raw_items())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", [0, 1])
def test_a_join_just_before_a_block_is_undone_by_it(kind: str, who: int) -> None:
    alice, bobby = players_online(2)
    code = make_room(kind, alice)
    blocker, blocked = ((alice, bobby), (bobby, alice))[who]
    answer = commit_after(lambda: enter(kind, bobby, code), lambda: block(blocker, blocked))
    assert answer.status == 201
    assert len(see(kind, alice)["participants"]) == 1
    assert_whole(raw_items())


@dataclass(frozen=True)
class ThirdUsersRoom:
    """A room with one of two users in it; the other one enters, and Alice blocks Bobby."""

    creator: Player
    alice: Player
    bobby: Player
    code: str
    entering: Callable[[], Answer]
    blocking: Callable[[], Answer]


def third_users_room(kind: str, entering: str) -> ThirdUsersRoom:
    creator, alice, bobby = players_online(3)
    code = make_room(kind, creator)
    first, last = (bobby, alice) if entering == "blocker" else (alice, bobby)
    assert enter(kind, first, code).status == 201
    enters = partial(enter, kind, last, code)
    return ThirdUsersRoom(creator, alice, bobby, code, enters, partial(block, alice, bobby))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("enters_last", ["blocker", "blocked"])
def test_a_user_who_enters_during_a_block_is_kept_apart(kind: str, enters_last: str) -> None:
    room = third_users_room(kind, enters_last)

    assert commit_after(room.blocking, room.entering).status == 201

    assert_whole(raw_items())
    assert say(kind, room.bobby, room.code).status == 201
    assert sent_events(f"{kind}-message")[-1][1] == (room.creator.id,)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("enters", ["blocker", "blocked"])
def test_a_block_while_a_user_enters_keeps_them_apart(kind: str, enters: str) -> None:
    room = third_users_room(kind, enters)

    assert commit_after(room.entering, room.blocking).status == 201

    assert_whole(raw_items())
    assert say(kind, room.alice, room.code).status == 201
    assert sent_events(f"{kind}-message")[-1][1] == (room.creator.id,)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_that_a_block_overtakes_does_not_reach_the_blocker(kind: str) -> None:
    creator, alice, bobby = players_online(3)
    code = make_room(kind, creator)
    for player in (alice, bobby):
        assert enter(kind, player, code).status == 201
    saying: Callable[[], Answer] = partial(say, kind, bobby, code)

    assert commit_after(partial(block, alice, bobby), saying).status == 201

    ((_, receivers, _),) = sent_events(f"{kind}-message")
    assert receivers == (creator.id,)


@pytest.mark.parametrize("kind", KINDS)
def test_a_user_who_enters_while_unblocking_keeps_no_old_block(kind: str) -> None:
    creator, alice, bobby = players_online(3)
    code = make_room(kind, creator)
    block_id = block(alice, bobby).body["id"]

    answer = commit_after(partial(unblock, alice, block_id), partial(enter, kind, alice, code))

    assert answer.status == 201
    assert_whole(raw_items())
