"""Messages: sending, reading, unread counts and pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.calls import call
from tests.support.chats import chats, notified, read, say, see, talk, unread
from tests.support.database import items_of, raw_items
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, made_player

pytestmark = pytest.mark.usefixtures("table")


MESSAGE = ["id", "chat_id", "author", "content", "sent_at", "is_read"]


def test_a_message_is_sent_to_the_other_as_an_event_that_can_be_shown(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    answer = say(alice, chat, "  Good game!\n")
    assert answer.status == 201
    assert list(answer.body) == MESSAGE
    shown = {name: answer.body[name] for name in ("chat_id", "content", "is_read")}
    assert shown == {"chat_id": chat, "content": "Good game!", "is_read": False}
    assert answer.body["author"]["username"] == "Alice"
    assert sent_events("receive-message") == [("receive-message", (bobby.id,), answer.body)]
    (event,) = [
        json.loads(item["entries"]["S"])[0]["event"]
        for item in items_of("outbox")
        if item["pk"]["S"] == f"CHAT#{chat}"
    ]
    assert event["kwargs"] == {"username": "Alice", "message": "Good game!", "chat_id": chat}
    assert (event["type"], event["message"]) == ("notification", "Alice: Good game!")
    assert event["target"][0]["url"] == f"/chat/{chat}"
    assert read(alice, chat) == read(bobby, chat) == [answer.body]
    for player in (alice, bobby):
        last = see(player, chat).body["last_message"]
        assert last == {**answer.body, "is_read": True}
    assert_whole(raw_items())


def test_both_documented_paths_send(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    answers = [
        call("POST", path, alice.access, {"content": path})
        for path in (f"/chat/{chat}/messages/", f"/{chat}/messages/")
    ]
    assert [answer.status for answer in answers] == [201, 201]
    assert [message["content"] for message in read(bobby, chat)] == [
        answer.body["content"] for answer in answers[::-1]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x" * 1000,
        " " + "x" * 1000 + "\u2003",
        "👩‍👩‍👧",
        "مرحبا",
        "a\nb\tc\r\nd",
        "{username}",
        "\u200bx",
        "'\"<b>&amp;",
    ],
    ids=range(9),
)
def test_a_text_of_1_to_1000_characters_is_kept_without_the_space_around_it(
    text: str, alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    assert say(alice, chat, text).body["content"] == text.strip()
    assert read(bobby, chat)[0]["content"] == text.strip()
    ((_, _, data),) = sent_events("receive-message")
    assert data["content"] == text.strip()
    assert_whole(raw_items())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": ""}, "content"),
        ({"content": " \n\t\u2003"}, "content"),
        ({"content": "x" * 1001}, "content"),
        ({"content": "a\0b"}, "content"),
        ({"content": "a\x1bb"}, "content"),
        ({"content": "a\x85b"}, "content"),
        ({"content": "\u200b\u2060\ufeff"}, "content"),
        ({"content": "a\u202eb"}, "content"),
        ({"content": None}, "content"),
        ({"content": 5}, "content"),
        ({"content": ["hello"]}, "content"),
        ({"content": "hello", "is_read": "yes"}, "is_read"),
        ({"content": "hello", "is_read": None}, "is_read"),
        ({"content": "hello", "is_read": 1}, "is_read"),
    ],
)
def test_an_invalid_message_is_400_on_its_field_and_changes_nothing(
    body: dict[str, Any], field: str, alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    before = raw_items()
    answer = call("POST", f"/chat/{chat}/messages/", alice.access, body)
    assert (answer.status, list(answer.body)) == (400, [field])
    assert all(isinstance(text, str) for text in answer.body[field])
    assert raw_items() == before


def test_reading_marks_the_others_messages_and_the_page_still_shows_the_state_before(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    for n in range(3):
        say(alice, chat, f"from Alice {n}")
    say(bobby, chat, "from Bobby")
    assert (unread(bobby, chat), unread(alice, chat)) == (3, 1)
    assert (notified(bobby), notified(alice)) == (1, 1)

    first = read(bobby, chat)
    assert [message["is_read"] for message in first] == [False] * 4
    assert [message["is_read"] for message in read(bobby, chat)] == [False, True, True, True]
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert (unread(alice, chat), notified(alice)) == (1, 1), "a user's own messages aren't read by looking"
    assert [message["is_read"] for message in read(alice, chat)] == [False, True, True, True]
    assert [message["is_read"] for message in read(alice, chat)] == [True] * 4
    say(alice, chat, "one more")
    assert (unread(bobby, chat), notified(bobby)) == (1, 1)
    assert_whole(raw_items())


def test_getting_a_conversation_or_the_list_marks_nothing(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "hello")
    before = raw_items()
    assert see(bobby, chat).body["last_message"]["is_read"] is False
    assert chats(bobby) == [chat]
    read(alice, chat)
    assert raw_items() == before


def test_a_message_to_a_user_who_has_the_conversation_open_is_read_at_once(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    answer = say(alice, chat, "you see this", is_read=True)
    assert answer.body["is_read"] is True
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert see(bobby, chat).body["last_message"]["is_read"] is True
    say(alice, chat, "and this?")
    say(alice, chat, "this you do", is_read=True)
    assert (unread(bobby, chat), notified(bobby)) == (1, 1)
    assert [message["is_read"] for message in read(bobby, chat)] == [True, False, True]
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert len(sent_events("receive-message")) == 3
    assert_whole(raw_items())


def test_reading_any_page_marks_everything(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    for n in range(5):
        say(alice, chat, str(n))
    assert [message["content"] for message in read(bobby, chat, offset="3", limit="1")] == ["1"]
    assert unread(bobby, chat) == 0
    say(alice, chat, "5")
    assert read(bobby, chat, offset="99") == []
    assert (unread(bobby, chat), notified(bobby)) == (0, 0)
    assert_whole(raw_items())


def test_notifications_count_conversations_and_not_messages(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    with_bobby, with_carol = talk(bobby, alice), talk(carol, alice)
    for _ in range(2):
        say(bobby, with_bobby, "hello")
        say(carol, with_carol, "hello")
    assert notified(alice) == 2
    read(alice, with_carol)
    assert notified(alice) == 1
    assert_whole(raw_items())


def test_messages_stay_in_order_where_clocks_differ(
    alice: Player, bobby: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = talk(alice, bobby)
    late = say(alice, chat, "from a machine whose clock is ahead").body
    monkeypatch.setattr("shared.domain.chat.messages.new_id", lambda _: 5)
    answer = say(bobby, chat, "from a slow one").body
    assert answer["id"] == late["id"] + 1
    assert answer["sent_at"] >= late["sent_at"]
    assert_whole(raw_items())


def test_a_page_at_any_depth_holds_the_right_messages(
    alice: Player, bobby: Player, short_partitions: int
) -> None:
    chat = talk(alice, bobby)
    written = 6 * short_partitions + 1
    for n in range(written):
        say((alice, bobby)[n % 2], chat, str(n))
    newest_first = [str(n) for n in reversed(range(written))]
    for offset, limit in ((0, 20), (0, 100), (3, 5), (written - 3, 3), (written - 2, 20), (written, 20)):
        page = call(
            "GET", f"/chat/{chat}/messages/", alice.access, query={"offset": str(offset), "limit": str(limit)}
        ).body
        assert page["count"] == written
        assert [message["content"] for message in page["results"]] == newest_first[offset : offset + limit]
        assert (page["next"] is None) == (offset + limit >= written)
    partitions = {item["pk"]["S"] for item in items_of("message")}
    assert partitions == {f"CHAT#{chat}#{number}" for number in range(7)}
