"""A block and a room that change at the same instant: the room knows whom its users block, and no message crosses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("enters_last", ["blocker", "blocked"])
def test_a_user_who_enters_during_a_block_is_kept_apart(kind: str, enters_last: str) -> None:
    creator, alice, bobby = players_online(3)
    code = make_room(kind, creator)
    first, last = (bobby, alice) if enters_last == "blocker" else (alice, bobby)
    assert enter(kind, first, code).status == 201
    entering, blocking = partial(enter, kind, last, code), partial(block, alice, bobby)

    assert commit_after(blocking, entering).status == 201

    assert_whole(raw_items())
    assert say(kind, bobby, code).status == 201
    assert sent_events(f"{kind}-message")[-1][1] == (creator.id,)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("enters", ["blocker", "blocked"])
def test_a_block_while_a_user_enters_keeps_them_apart(kind: str, enters: str) -> None:
    creator, alice, bobby = players_online(3)
    code = make_room(kind, creator)
    first, last = (bobby, alice) if enters == "blocker" else (alice, bobby)
    assert enter(kind, first, code).status == 201
    entering, blocking = partial(enter, kind, last, code), partial(block, alice, bobby)

    assert commit_after(entering, blocking).status == 201

    assert_whole(raw_items())
    assert say(kind, alice, code).status == 201
    assert sent_events(f"{kind}-message")[-1][1] == (creator.id,)


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
