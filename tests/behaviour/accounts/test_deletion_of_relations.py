"""Deleting an account ends its friendships, requests, blocks and conversations, at once or right after."""

from __future__ import annotations

import json

import pytest

from shared.domain.errors import Throttled
from shared.domain.social.relations import MAX_SENT
from shared.store import keys
from shared.usecases.accounts import cleanup, deletion
from tests.support.calls import call
from tests.support.chats import chats, fill, hide, notified, say, see, talk
from tests.support.database import kinds, raw_items
from tests.support.deletion import delete, run_cleanup
from tests.support.events import sent_events
from tests.support.friends import accept, ask, befriend, block, listed, unblock
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import PASSWORD, Player, made_player, sign_up

pytestmark = pytest.mark.usefixtures("table")


def others(count: int) -> list[Player]:
    return [made_player(f"Other-{n}") for n in range(count)]


@pytest.mark.usefixtures("large_transactions")
def test_a_deletion_ends_friendships_and_requests_and_sends_events_to_the_others_at_once(
    alice: Player,
) -> None:
    friend, sender, receiver = others(3)
    friendship, received, sent = befriend(alice, friend), ask(sender, alice), ask(alice, receiver)
    delete(alice)
    codes = ["delete-friend", "reject-friend-request", "cancel-friend-request"]
    assert sorted(sent_events(*codes)) == sorted(
        [
            ("delete-friend", (friend.id,), {"id": friendship}),
            ("reject-friend-request", (sender.id,), {"id": received}),
            ("cancel-friend-request", (receiver.id,), {"id": sent}),
        ]
    )
    assert listed(friend, "friends") == listed(sender, "friend_requests") == []
    assert call("GET", "/users/me/", receiver.access).body["notifications"]["friend_requests"] == 0
    assert_whole(raw_items())
    run_cleanup()
    assert_whole(raw_items())


@pytest.mark.usefixtures("large_transactions")
def test_nobody_is_notified_of_a_request_by_a_deleted_user_however_many_friends_the_user_had(
    alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cleanup.AT_ONCE >= MAX_SENT
    monkeypatch.setattr(cleanup, "AT_ONCE", 2)
    first, second, *friends = others(5)
    for receiver in (first, second):
        ask(alice, receiver)
    for friend in friends:
        befriend(friend, alice)

    delete(alice)

    for receiver in (first, second):
        assert call("GET", "/users/me/", receiver.access).body["notifications"]["friend_requests"] == 0
        page = call("GET", "/users/me/friend_requests/received/", receiver.access).body
        assert (page["count"], page["results"]) == (0, [])
    assert_whole(raw_items())


@pytest.mark.usefixtures("large_transactions")
@pytest.mark.parametrize("times", [1, 2])
def test_relations_beyond_one_transaction_end_right_after_the_deletion(
    times: int, alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 2)
    friends = others(5)
    friendships = {friend.id: befriend(friend, alice) for friend in friends}
    pending = made_player("Pending")
    request = ask(pending, alice)
    delete(alice)
    assert len(sent_events("delete-friend")) == 2
    assert_whole(raw_items())
    # Until the cleanup, the friends neither see the deleted user nor can change anything about them.
    for friend in friends:
        assert call("GET", "/users/me/friends/", friend.access).body["results"] == []
        assert call("GET", f"/users/me/friends/{friendships[friend.id]}/", friend.access).status == 404
    assert call("GET", f"/users/me/friend_requests/{request}/", pending.access).status == 404
    left = call("DELETE", f"/users/me/friends/{friendships[friends[0].id]}/", friends[0].access)
    assert left.status == 204
    assert_whole(raw_items())

    run_cleanup(times=times)
    notified = {
        to[0] for code, to, data in sent_events("delete-friend") if data["id"] == friendships.get(to[0])
    }
    assert notified == {friend.id for friend in friends[1:]}
    assert len(sent_events("reject-friend-request")) == 1
    for friend in friends:
        assert call("GET", "/users/me/friends/", friend.access).body["count"] == 0
    assert {item["kind"]["S"] for item in raw_items() if str(alice.id) in item["pk"]["S"]} == {"outbox"}
    assert_whole(raw_items())


@pytest.mark.parametrize("times", [1, 2])
def test_conversations_are_erased_in_bounded_steps_and_are_gone_for_the_others_at_once(
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
    steps = run_cleanup(times=times, between=nothing_is_shown_and_all_is_whole)
    assert steps * times >= 3, "each step erases a part"
    assert [notified(friend) for friend in friends] == [0, 1]
    assert chats(friends[0]) == chats(friends[1]) == [between_others]
    naming = {item["kind"]["S"] for item in raw_items() if str(alice.id) in json.dumps(item)}
    assert naming <= {"outbox", "timer"}
    assert_whole(raw_items())


def test_a_request_of_a_deleted_user_cannot_be_accepted(
    alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 0)
    (other,) = others(1)
    request = ask(alice, other)
    delete(alice)
    answer = accept(other, request)
    assert (answer.status, answer.body["code"]) == (404, "friend_request_not_found")
    assert_whole(raw_items())


def test_a_deleted_user_leaves_the_lists_of_their_blockers(
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
    run_cleanup()
    for blocker in blockers:
        assert call("GET", "/users/me/blocked/", blocker.access).body["count"] == 0
    naming = {item["kind"]["S"] for item in raw_items() if str(alice.id) in json.dumps(item)}
    assert naming <= {"outbox", "timer"}
    assert_whole(raw_items())


def test_users_with_relations_to_each_other_can_all_be_deleted(
    alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 1)
    friend, enemy, asked = others(3)
    befriend(alice, friend)
    ask(alice, asked)
    block(alice, enemy)
    for player in (alice, enemy, friend, asked):
        delete(player)
    run_cleanup()
    assert {*kinds()} <= {"outbox", "timer", "leases"}


@pytest.mark.usefixtures("large_transactions")
def test_from_the_answer_on_no_count_and_no_page_of_others_has_the_deleted_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 2)
    alice, friends, blockers = (
        sign_up("Alice-the-first"),
        others(5),
        [made_player(f"Blocker-{n}") for n in range(3)],
    )
    for friend in friends:
        befriend(friend, alice)
        assert say(alice, talk(alice, friend), "hello").status == 201
    for blocker in blockers:
        block(blocker, alice)

    assert call("DELETE", "/users/me/", alice.access, {"password": PASSWORD}).status == 204

    for friend in friends:
        for path in ("/users/me/friends/", "/chat/"):
            page = call("GET", path, friend.access).body
            assert (page["count"], page["results"]) == (0, []), path
        notifications = call("GET", "/users/me/", friend.access).body["notifications"]
        assert notifications == {"friend_requests": 0, "chats": 0}
    for blocker in blockers:
        page = call("GET", "/users/me/blocked/", blocker.access).body
        assert (page["count"], page["results"]) == (0, [])
    assert_whole(raw_items())
    run_cleanup()
    assert_whole(raw_items())


@pytest.mark.usefixtures("large_transactions")
@pytest.mark.parametrize("trouble", [Throttled(), RuntimeError("out of order")])
def test_a_deletion_is_answered_even_if_the_task_has_to_end_the_relations(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_user_id: int) -> bool:
        raise trouble

    alice, friend = sign_up("Alice-the-first"), made_player("Friend")
    chat = talk(alice, friend)
    monkeypatch.setattr(deletion, "SEEN_BY_OTHERS", (fail,))
    assert call("DELETE", "/users/me/", alice.access, {"password": PASSWORD}).status == 204
    run_cleanup()
    assert chat not in chats(friend)
    assert_whole(raw_items())
