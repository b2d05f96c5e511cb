"""Many actions on a conversation at once: no message is lost or repeated, and every count is exact."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from shared.http import endpoint
from shared.store.chat.conversations import read_chat
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.chat.conversations import mark_read
from shared.usecases.rerun import turn_of
from tests.support.calls import Answer, call
from tests.support.chats import accept_chats, chats, create_chat, hide, notified, read, say, see, talk, unread
from tests.support.concurrency import at_once, commit_after
from tests.support.database import items_of, kinds, raw_items
from tests.support.deletion import delete, run_cleanup
from tests.support.friends import befriend, block, remove, unblock
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player

pytestmark = pytest.mark.usefixtures("account")

MANY = 64
EACH = 200


def test_of_64_creations_at_once_one_is_201_and_the_rest_409(alice: Player, bobby: Player) -> None:
    accept_chats(alice, bobby)
    creations = [partial(create_chat, *pair) for pair in ((alice, bobby), (bobby, alice))] * (MANY // 2)
    statuses = Counter(answer.status for answer in at_once(*creations))
    assert statuses == {201: 1, 409: MANY - 1}
    assert len(chats(alice)) == len(chats(bobby)) == 1
    assert_whole(raw_items())


def events_of(chat: int, reader: Player) -> list[str]:
    """The contents of the messages that a reader got as events, in the order of their ids."""
    found = []
    for item in items_of("outbox"):
        if item["pk"]["S"] == f"CHAT#{chat}":
            (entry,) = json.loads(item["entries"]["S"])
            if entry["to"] == [reader.id]:
                found.append((entry["event"]["data"]["id"], entry["event"]["data"]["content"]))
    return [content for _, content in sorted(found)]


def send_all(player: Player, chat: int) -> int:
    """Send 200 messages one after the other, each until it is accepted; returns the number of 429s."""
    throttled = 0
    for n in range(EACH):
        while (answer := say(player, chat, f"{player.name} {n}")).status != 201:
            assert answer.status == 429, answer
            throttled += 1
    return throttled


def test_of_two_users_who_send_200_messages_each_at_once_none_is_lost_or_repeated(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    throttled = at_once(partial(send_all, alice, chat), partial(send_all, bobby, chat))
    assert sum(throttled) < EACH, "losing a race is the exception"
    pages = [read(alice, chat, limit="100", offset=str(offset)) for offset in range(0, 2 * EACH + 1, 100)]
    contents = [message["content"] for page in pages for message in page][::-1]
    assert len(contents) == 2 * EACH
    for player, other in ((alice, bobby), (bobby, alice)):
        sent = [f"{player.name} {n}" for n in range(EACH)]
        assert [content for content in contents if content.startswith(player.name)] == sent
        assert events_of(chat, other) == sent
    assert (unread(bobby, chat), notified(bobby)) == (EACH, 1)
    assert (unread(alice, chat), notified(alice)) == (0, 0)
    assert_whole(raw_items())


def test_many_messages_of_one_sender_at_once_are_all_there_or_refused(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    answers = at_once(*(partial(say, alice, chat, str(n)) for n in range(32)))
    statuses = Counter(answer.status for answer in answers)
    assert statuses.keys() <= {201, 429}
    kept = {answer.body["content"] for answer in answers if answer.status == 201}
    assert {message["content"] for message in read(bobby, chat, limit="100")} == kept
    assert len(kept) == statuses[201] >= 1
    assert_whole(raw_items())


def test_16_writers_to_one_conversation_at_once_are_all_accepted(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    answers = at_once(*(partial(say, (alice, bobby)[n % 2], chat, str(n)) for n in range(16)))
    assert Counter(answer.status for answer in answers) == {201: 16}
    assert {message["content"] for message in read(bobby, chat)} == {str(n) for n in range(16)}
    assert_whole(raw_items())


def test_writers_of_one_process_lose_no_race_against_each_other(
    alice: Player, bobby: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = talk(alice, bobby)
    monkeypatch.setattr(endpoint, "turn_of", turn_of)
    commits, write = [], UnitOfWork.write

    def counted(work: UnitOfWork) -> None:
        commits.append(work)
        write(work)

    monkeypatch.setattr(UnitOfWork, "write", counted)
    answers = at_once(*[partial(say, alice, chat, f"{n}") for n in range(8)])
    assert [answer.status for answer in answers] == [201] * 8
    assert len(commits) == 8


def test_a_message_that_arrives_while_the_list_is_read_stays_unread(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "seen")
    shown = commit_after(lambda: say(alice, chat, "not seen"), lambda: read(bobby, chat))
    assert [(message["content"], message["is_read"]) for message in shown] == [("seen", False)]
    assert (unread(bobby, chat), notified(bobby)) == (1, 1)
    assert [(message["content"], message["is_read"]) for message in read(bobby, chat)] == [
        ("not seen", False),
        ("seen", True),
    ]
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert_whole(raw_items())


def test_a_list_that_is_read_on_two_devices_at_once_is_read(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "one")

    def on_another_device() -> None:
        say(alice, chat, "two")
        read(bobby, chat)

    shown = commit_after(on_another_device, lambda: read(bobby, chat))
    assert [message["content"] for message in shown] == ["one"]
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert [message["is_read"] for message in read(bobby, chat)] == [True, True]
    assert_whole(raw_items())


def test_reading_while_the_other_writes_is_never_refused_and_counts_exactly(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)

    def write() -> None:
        for n in range(40):
            while say(alice, chat, str(n)).status != 201:
                pass

    def look() -> None:
        for _ in range(40):
            assert call("GET", f"/chat/{chat}/messages/", bobby.access).status == 200

    at_once(write, look, look)
    assert_whole(raw_items())
    read(bobby, chat)
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_hiding_a_conversation_as_the_other_writes_leaves_the_message_unread(
    attempt: int, alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    answers = at_once(partial(hide, bobby, chat), partial(say, alice, chat, "hello"))
    assert [answer.status for answer in answers] == [204, 201]
    assert (unread(bobby, chat), notified(bobby)) == (1, 1)
    assert chats(bobby, q="ali") == [chat]
    assert_whole(raw_items())


def test_sending_to_a_conversation_that_is_being_hidden_is_refused_as_hidden(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    answer = commit_after(lambda: hide(alice, chat), lambda: say(alice, chat, "hello"))
    assert (answer.status, answer.body["code"]) == (403, "chat_hidden")
    assert read(bobby, chat) == []
    assert_whole(raw_items())


def starting(alice: Player, bobby: Player) -> Callable[[], Answer]:
    accept_chats(alice, bobby)
    return partial(create_chat, alice, bobby)


def sending(alice: Player, bobby: Player) -> Callable[[], Answer]:
    return partial(say, alice, talk(alice, bobby), "hello")


def reading(alice: Player, bobby: Player) -> Callable[[], Answer]:
    chat = talk(alice, bobby)
    say(bobby, chat, "hello")
    return partial(call, "GET", f"/chat/{chat}/messages/", alice.access)


def hiding(alice: Player, bobby: Player) -> Callable[[], Answer]:
    return partial(hide, alice, talk(alice, bobby))


ACTIONS = [starting, sending, reading, hiding]


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("prepare", [starting, sending, hiding])
def test_a_block_just_before_a_change_forbids_it(
    prepare: Callable[[Player, Player], Callable[[], Answer]], who: int, alice: Player, bobby: Player
) -> None:
    action = prepare(alice, bobby)
    blocker, blocked = ((alice, bobby), (bobby, alice))[who]
    answer = commit_after(lambda: block(blocker, blocked), action)
    assert answer.status in ({403, 404} if prepare is starting else {403})
    assert_whole(raw_items())
    assert chats(alice) == chats(bobby) == []
    assert notified(alice) == notified(bobby) == 0


@pytest.mark.parametrize("prepare", ACTIONS)
def test_a_block_just_after_a_change_closes_the_conversation(
    prepare: Callable[[Player, Player], Callable[[], Answer]], alice: Player, bobby: Player
) -> None:
    action = prepare(alice, bobby)
    assert commit_after(action, lambda: block(bobby, alice)).status == 201
    assert_whole(raw_items())
    assert chats(alice) == chats(bobby) == []


@pytest.mark.parametrize("prepare", [sending, reading, hiding])
def test_an_action_at_the_end_of_a_block_leaves_a_consistent_conversation(
    prepare: Callable[[Player, Player], Callable[[], Answer]], alice: Player, bobby: Player
) -> None:
    action = prepare(alice, bobby)
    made = block(bobby, alice).body["id"]
    answers = at_once(action, partial(unblock, bobby, made))
    assert answers[0].status in {200, 201, 204, 403}
    assert answers[1].status == 204
    assert_whole(raw_items())


def test_messages_that_were_being_read_as_a_block_came_bring_no_notification_after_it(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "hello")
    read_before = read_chat(bobby.id, chat)
    made = block(bobby, alice).body["id"]
    answer = commit_after(lambda: mark_read(read_before), lambda: unblock(bobby, made))
    assert answer.status == 204
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert_whole(raw_items())


def test_a_friendship_that_ends_just_before_a_conversation_begins_forbids_it(
    alice: Player, bobby: Player
) -> None:
    friendship = befriend(alice, bobby)
    answer = commit_after(lambda: remove(bobby, friendship), lambda: create_chat(alice, bobby))
    assert (answer.status, answer.body["code"]) == (403, "chat_not_accepted")
    assert chats(alice) == chats(bobby) == []


def test_a_setting_that_changes_just_before_a_conversation_begins_counts(
    alice: Player, bobby: Player
) -> None:
    accept_chats(bobby)
    path, change = "/users/me/", {"accept_chat_from": "none"}
    answer = commit_after(
        lambda: call("PATCH", path, bobby.access, change), lambda: create_chat(alice, bobby)
    )
    assert (answer.status, answer.body["code"]) == (403, "chat_not_accepted")
    assert_whole(raw_items())


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("prepare", ACTIONS)
def test_an_action_as_a_user_is_deleted_leaves_nothing_of_the_conversation(
    prepare: Callable[[Player, Player], Callable[[], Answer]], who: int, alice: Player, bobby: Player
) -> None:
    action, deleted, other = prepare(alice, bobby), (alice, bobby)[who], (bobby, alice)[who]
    answer, _ = at_once(action, partial(delete, deleted))
    assert answer
    assert answer.status in {200, 201, 204, 401, 403, 404, 429}
    assert_whole(raw_items())
    run_cleanup()
    assert_whole(raw_items())
    assert {*kinds()}.isdisjoint({"pair_chat", "conversation", "membership", "message"})
    assert chats(other) == []
    assert notified(other) == 0


def test_two_users_of_a_conversation_who_are_deleted_at_once_leave_nothing(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    for player in (alice, bobby):
        say(player, chat, "bye")
    at_once(partial(delete, alice), partial(delete, bobby))
    at_once(run_cleanup, run_cleanup)
    run_cleanup()
    assert {*kinds()} <= {"outbox", "timer", "leases"}


def test_a_message_to_a_user_who_was_just_deleted_finds_no_conversation(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "bye")
    answer = commit_after(lambda: delete(bobby), lambda: say(alice, chat, "bye"))
    assert (answer.status, answer.body["code"]) == (403, "not_in_chat")
    assert see(alice, chat).status == 403
    assert_whole(raw_items())
