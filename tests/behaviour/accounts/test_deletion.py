"""What a deletion takes along: friendships, requests and blocks end, at once or right after it, and others are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from shared.store import keys
from shared.store.accounts.users import read_accounts
from shared.store.base import read_items, utc_now
from shared.store.social.relations import Relations
from shared.usecases.accounts import cleanup
from shared.usecases.accounts.deletion import delete_account
from tests.support.calls import Player, call, made_player
from tests.support.chats import chats, fill, hide, notified, say, see, talk
from tests.support.database import raw_items
from tests.support.friends import accept, ask, befriend, block, listed, sent_events, unblock
from tests.support.invariants.whole_table import assert_whole

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def alice() -> Player:
    return made_player("Alice")


def others(count: int) -> list[Player]:
    return [made_player(f"Other-{n}") for n in range(count)]


def delete(player: Player) -> None:
    relations = read_items([keys.relations(player.id)])[keys.relations(player.id)]
    assert isinstance(relations, Relations)
    delete_account(read_accounts([player.id], utc_now())[player.id], relations)


def erase(*, times: int = 1, between: Callable[[], object] = lambda: None) -> int:
    """Run the erasing task as its state machine does, each step so many times; the number of steps."""
    (timer,) = [item for item in raw_items() if item["kind"]["S"] == "timer"]
    state: dict[str, Any] = json.loads(timer["input"]["S"])
    task, steps = import_module("functions.auth.erase_account").erase_account, 0
    while not state.get("done"):
        after = [task(state, None) for _ in range(times)][-1]
        state, steps = after, steps + 1
        between()
        assert steps < 100
    return steps


@pytest.mark.usefixtures("large_transactions")
def test_a_deletion_ends_friendships_and_requests_and_tells_the_others_at_once(alice: Player) -> None:
    friend, sender, receiver = others(3)
    friendship, received, sent = befriend(alice, friend), ask(sender, alice), ask(alice, receiver)
    delete(alice)
    codes = ["delete-friend", "reject-friend-request", "cancel-friend-request"]
    assert sorted(sent_events(codes)) == sorted(
        [
            ("delete-friend", (friend.id,), {"id": friendship}),
            ("reject-friend-request", (sender.id,), {"id": received}),
            ("cancel-friend-request", (receiver.id,), {"id": sent}),
        ]
    )
    assert listed(friend, "friends") == listed(sender, "friend_requests") == []
    assert call("GET", "/users/me/", receiver.access).body["notifications"]["friend_requests"] == 0
    assert_whole(raw_items())
    erase()
    assert_whole(raw_items())


@pytest.mark.usefixtures("large_transactions")
@pytest.mark.parametrize("times", [1, 2])
def test_what_a_transaction_has_no_room_for_ends_right_after_the_deletion(
    times: int, alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 2)
    friends = others(5)
    friendships = {friend.id: befriend(friend, alice) for friend in friends}
    pending = made_player("Pending")
    request = ask(pending, alice)
    delete(alice)
    assert len(sent_events(["delete-friend"])) == 2
    assert_whole(raw_items())
    # Until then, the friends don't see who is gone, and can't do anything with them.
    for friend in friends:
        assert call("GET", "/users/me/friends/", friend.access).body["results"] == []
        assert call("GET", f"/users/me/friends/{friendships[friend.id]}/", friend.access).status == 404
    assert call("GET", f"/users/me/friend_requests/{request}/", pending.access).status == 404
    left = call("DELETE", f"/users/me/friends/{friendships[friends[0].id]}/", friends[0].access)
    assert left.status == 204
    assert_whole(raw_items())

    erase(times=times)
    told = {
        to[0] for code, to, data in sent_events(["delete-friend"]) if data["id"] == friendships.get(to[0])
    }
    assert told == {friend.id for friend in friends[1:]}
    assert len(sent_events(["reject-friend-request"])) == 1
    for friend in friends:
        assert call("GET", "/users/me/friends/", friend.access).body["count"] == 0
    assert {item["kind"]["S"] for item in raw_items() if str(alice.id) in item["pk"]["S"]} == {"outbox"}
    assert_whole(raw_items())


@pytest.mark.parametrize("times", [1, 2])
def test_conversations_go_with_an_account_in_bounded_steps_and_are_gone_for_the_others_at_once(
    times: int, alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 1)
    monkeypatch.setattr(cleanup, "BUCKETS_AT_ONCE", 1)
    friends = others(2)
    made = [talk(alice, friend) for friend in friends]
    for chat, friend, written in zip(made, friends, (1, keys.BUCKET + 1), strict=True):
        fill(chat, alice, friend, written)
        assert say(alice, chat, "bye").status == 201
    between_others = talk(friends[0], friends[1])
    say(friends[0], between_others, "she is going")
    delete(alice)
    assert_whole(raw_items())

    def nothing_is_shown() -> None:
        for chat, friend in zip(made, friends, strict=True):
            assert chat not in chats(friend)
            assert chat not in chats(friend, q="a")
            assert see(friend, chat).status == say(friend, chat, "?").status == 403
            assert call("GET", f"/chat/{chat}/messages/", friend.access).status == 403
            assert hide(friend, chat).status in (204, 403)
            assert call("GET", "/users/me/download-data/", friend.access).status == 200

    def nothing_is_shown_and_all_is_whole() -> None:
        nothing_is_shown()
        assert_whole(raw_items())

    nothing_is_shown()
    steps = erase(times=times, between=nothing_is_shown_and_all_is_whole)
    assert steps * times >= 3, "each step erases a part"
    assert [notified(friend) for friend in friends] == [0, 1]
    assert chats(friends[0]) == chats(friends[1]) == [between_others]
    kinds = {item["kind"]["S"] for item in raw_items() if str(alice.id) in json.dumps(item)}
    assert kinds <= {"outbox", "timer"}
    assert_whole(raw_items())


def test_a_request_of_somebody_who_is_gone_cannot_be_accepted(
    alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 0)
    (other,) = others(1)
    request = ask(alice, other)
    delete(alice)
    answer = accept(other, request)
    assert (answer.status, answer.body["code"]) == (404, "friend_request_not_found")
    assert_whole(raw_items())


def test_deleted_users_leave_the_lists_of_those_who_had_blocked_them(
    alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 2)
    blockers = others(3)
    for blocker in blockers:
        assert block(blocker, alice).status == 201
    victim = made_player("Victim")
    assert block(alice, victim).status == 201
    delete(alice)
    for blocker in blockers:
        assert call("GET", "/users/me/blocked/", blocker.access).body["results"] == []
    assert unblock(blockers[0], 5).status == 404
    erase()
    for blocker in blockers:
        assert call("GET", "/users/me/blocked/", blocker.access).body["count"] == 0
    kinds = {item["kind"]["S"] for item in raw_items() if str(alice.id) in json.dumps(item)}
    assert kinds <= {"outbox", "timer"}
    assert_whole(raw_items())


def test_two_who_are_tied_can_both_go(alice: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 1)
    friend, enemy, asked = others(3)
    befriend(alice, friend)
    ask(alice, asked)
    block(alice, enemy)
    for player in (alice, enemy, friend, asked):
        delete(player)
    timers = [item for item in raw_items() if item["kind"]["S"] == "timer"]
    task = import_module("functions.auth.erase_account").erase_account
    for timer in sorted(timers, key=lambda item: item["pk"]["S"], reverse=True):
        state = json.loads(timer["input"]["S"])
        while not state.get("done"):
            state = task(state, None)
    assert {item["kind"]["S"] for item in raw_items()} <= {"outbox", "timer", "leases"}
