"""Conversations: who may talk to whom, what is shown to whom, what counts as read, and who is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.calls import Player, call, made_player
from tests.support.chats import ask_to_talk, chats, hide, notified, open_up, read, say, see, talk, unread
from tests.support.database import raw_items
from tests.support.friends import befriend, block, remove, sent_events, unblock
from tests.support.invariants.whole_table import assert_whole

pytestmark = pytest.mark.usefixtures("table")

CHAT = ["id", "chat_with", "last_message", "created_at", "view_chat"]
MESSAGE = ["id", "chat_id", "author", "content", "sent_at", "is_read"]


@pytest.fixture
def alice() -> Player:
    return made_player("Alice")


@pytest.fixture
def bobby() -> Player:
    return made_player("Bobby")


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status, answer.body.get("code", "")


def test_a_conversation_is_started_by_a_name_in_any_case_and_seen_by_both(
    alice: Player, bobby: Player
) -> None:
    open_up(bobby)
    answer = call("POST", "/chat/", alice.access, {"username": "bOBBY"})
    assert answer.status == 201
    assert list(answer.body) == CHAT
    assert answer.body["chat_with"]["id"] == bobby.id
    assert (answer.body["last_message"], answer.body["view_chat"]) == (None, True)
    chat = answer.body["id"]
    assert see(alice, chat).body == {**answer.body, "unread_messages": 0}
    theirs = see(bobby, chat).body
    assert (theirs["chat_with"]["id"], theirs["view_chat"]) == (alice.id, True)
    assert chats(alice) == chats(bobby) == [chat]
    assert read(alice, chat) == []
    assert_whole(raw_items())


def test_accept_chat_from_decides_who_may_start(alice: Player, bobby: Player) -> None:
    assert refusal(ask_to_talk(alice, bobby)) == (403, "chat_not_accepted")
    call("PATCH", "/users/me/", bobby.access, {"accept_chat_from": "none"})
    friendship = befriend(alice, bobby)
    assert refusal(ask_to_talk(alice, bobby)) == (403, "chat_not_accepted")
    call("PATCH", "/users/me/", bobby.access, {"accept_chat_from": "friends_only"})
    answer = ask_to_talk(alice, bobby)
    assert answer.status == 201
    # Who has a conversation may go on with it, whatever becomes of the friendship.
    remove(alice, friendship)
    assert say(alice, answer.body["id"], "Still there?").status == 201
    assert say(bobby, answer.body["id"], "Yes.").status == 201
    assert_whole(raw_items())


def test_a_request_is_not_yet_a_friendship(alice: Player, bobby: Player) -> None:
    call("POST", "/users/me/friend_requests/", alice.access, {"username": bobby.name})
    assert refusal(ask_to_talk(alice, bobby)) == (403, "chat_not_accepted")


def test_only_the_receivers_setting_counts(alice: Player, bobby: Player) -> None:
    call("PATCH", "/users/me/", alice.access, {"accept_chat_from": "none"})
    open_up(bobby)
    assert ask_to_talk(alice, bobby).status == 201


def test_who_cannot_be_talked_to_is_told_why_or_not_found(alice: Player, bobby: Player) -> None:
    open_up(alice, bobby)
    guest = call("POST", "/auth/guest/").body["access"]
    guest_name = call("GET", "/users/me/", guest).body["username"]
    before = raw_items()

    def ask(name: Any, player: Player = alice) -> tuple[int, str]:
        return refusal(call("POST", "/chat/", player.access, {"username": name}))

    for name in ("Nobody", guest_name, "", "x" * 3000, "Bobby "):
        assert ask(name) == (404, "user_not_found")
    assert ask("aLICE") == (403, "self_chat")
    assert call("POST", "/chat/", alice.access, {}).body == {"username": ["This field is required."]}
    assert call("POST", "/chat/", alice.access, {"username": 5}).status == 400
    assert refusal(call("POST", "/chat/", guest, {"username": "Bobby"})) == (403, "guest_not_allowed")
    assert raw_items() == before
    made = block(alice, bobby).body["id"]
    assert ask("Bobby") == (403, "blocked_by_you")
    assert ask("Alice", bobby) == (404, "user_not_found")
    unblock(alice, made)
    assert ask("Bobby")[0] == 201
    assert ask("Bobby") == ask("Alice", bobby) == (409, "chat_exists")
    call("PATCH", "/users/me/", bobby.access, {"accept_chat_from": "none"})
    assert ask("Bobby") == (409, "chat_exists")
    assert_whole(raw_items())


def test_a_message_goes_to_the_other_with_all_that_it_takes_to_show_it(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    answer = say(alice, chat, "  Good game!\n")
    assert answer.status == 201
    assert list(answer.body) == MESSAGE
    shown = {name: answer.body[name] for name in ("chat_id", "content", "is_read")}
    assert shown == {"chat_id": chat, "content": "Good game!", "is_read": False}
    assert answer.body["author"]["username"] == "Alice"
    assert sent_events(["receive-message"]) == [("receive-message", (bobby.id,), answer.body)]
    (event,) = [
        json.loads(item["entries"]["S"])[0]["event"]
        for item in raw_items()
        if item["kind"]["S"] == "outbox" and item["pk"]["S"] == f"CHAT#{chat}"
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
        "\u200b",
        "'\"<b>&amp;",
    ],
    ids=range(9),
)
def test_any_text_of_1_to_1000_characters_is_kept_as_it_is_but_for_space_around(
    text: str, alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    assert say(alice, chat, text).body["content"] == text.strip()
    assert read(bobby, chat)[0]["content"] == text.strip()
    ((_, _, data),) = sent_events(["receive-message"])
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
        ({"content": None}, "content"),
        ({"content": 5}, "content"),
        ({"content": ["hello"]}, "content"),
        ({"content": "hello", "is_read": "yes"}, "is_read"),
        ({"content": "hello", "is_read": None}, "is_read"),
        ({"content": "hello", "is_read": 1}, "is_read"),
    ],
)
def test_what_is_no_message_is_400_on_its_field_and_changes_nothing(
    body: dict[str, Any], field: str, alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    before = raw_items()
    answer = call("POST", f"/chat/{chat}/messages/", alice.access, body)
    assert (answer.status, list(answer.body)) == (400, [field])
    assert all(isinstance(text, str) for text in answer.body[field])
    assert raw_items() == before


def test_reading_marks_what_the_other_sent_and_the_page_still_shows_the_state_before(
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
    assert (unread(alice, chat), notified(alice)) == (1, 1), "what one has sent oneself isn't read by looking"
    assert [message["is_read"] for message in read(alice, chat)] == [False, True, True, True]
    assert [message["is_read"] for message in read(alice, chat)] == [True] * 4
    say(alice, chat, "one more")
    assert (unread(bobby, chat), notified(bobby)) == (1, 1)
    assert_whole(raw_items())


def test_looking_at_a_conversation_or_at_the_list_marks_nothing(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "hello")
    before = raw_items()
    assert see(bobby, chat).body["last_message"]["is_read"] is False
    assert chats(bobby) == [chat]
    read(alice, chat)
    assert raw_items() == before


def test_what_is_sent_to_who_has_the_conversation_open_is_read_at_once(alice: Player, bobby: Player) -> None:
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
    assert len(sent_events(["receive-message"])) == 3
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


def test_a_hidden_conversation_is_out_of_the_list_of_who_hid_it_only(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(bobby, chat, "hello")
    assert hide(alice, chat).status == 204
    assert hide(alice, chat).status == 204
    assert (chats(alice), chats(bobby)) == ([], [chat])
    assert chats(alice, q="bob") == [chat]
    shown = see(alice, chat).body
    assert (shown["view_chat"], shown["last_message"]["content"]) == (False, "hello")
    assert see(bobby, chat).body["view_chat"] is True
    assert chats(alice) == [], "looking at a hidden conversation doesn't show it again"
    assert refusal(say(alice, chat, "hi")) == (403, "chat_hidden")
    assert unread(alice, chat) == notified(alice) == 1, "hiding isn't reading"
    assert_whole(raw_items())


def test_reading_shows_a_hidden_conversation_again(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    hide(alice, chat)
    read(alice, chat)
    assert chats(alice) == [chat]
    assert say(alice, chat, "hi").status == 201
    assert_whole(raw_items())


def test_a_message_of_the_other_shows_a_hidden_conversation_again(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    hide(alice, chat)
    assert say(bobby, chat, "are you there?", is_read=True).status == 201
    assert chats(alice) == [chat]
    assert say(alice, chat, "yes").status == 201
    hide(bobby, chat)
    hide(alice, chat)
    assert refusal(say(bobby, chat, "hi")) == refusal(say(alice, chat, "hi")) == (403, "chat_hidden")
    assert_whole(raw_items())


def test_conversations_are_sorted_by_their_last_message_or_their_creation(alice: Player) -> None:
    others = [made_player(f"Other-{n}") for n in range(4)]
    made = [talk(alice, other) for other in others]
    assert chats(alice) == made[::-1]
    say(others[1], made[1], "me first")
    say(alice, made[0], "me first")
    assert chats(alice) == [made[0], made[1], made[3], made[2]]
    answer = call("GET", "/chat/", alice.access, query={"limit": "1", "offset": "1", "q": "other"})
    assert (answer.body["count"], [chat["id"] for chat in answer.body["results"]]) == (4, [made[1]])
    assert answer.body["next"].endswith("/api/chat/?q=other&limit=1&offset=2")
    assert list(answer.body["results"][0]) == CHAT
    assert list(answer.body["results"][0]["last_message"]) == MESSAGE
    assert_whole(raw_items())


def test_q_is_part_of_the_present_name_of_the_other_in_any_case(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    with_bobby, with_carol = talk(alice, bobby), talk(alice, carol)
    assert chats(alice, q="oBb") == [with_bobby]
    assert chats(alice, q="o") == [with_carol, with_bobby]
    assert chats(alice, q="alice") == chats(alice, q="zzz") == chats(alice, q="%") == []
    assert chats(alice, q="") == [with_carol, with_bobby]
    call("PATCH", "/users/me/", bobby.access, {"username": "Robert"})
    assert chats(alice, q="bobby") == []
    assert chats(alice, q="ROB") == [with_bobby]
    in_body = call("GET", "/chat/", alice.access, {"q": "rob"})
    assert [chat["id"] for chat in in_body.body["results"]] == [with_bobby]


def test_a_conversation_of_others_or_of_nobody_is_403_by_every_path(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    chat = talk(alice, bobby)
    before = raw_items()
    for known in (chat, 0, 5, 2**53 - 1, 9999999999999999):
        for method, path in (
            ("GET", f"/chat/{known}/"),
            ("DELETE", f"/chat/{known}/"),
            ("GET", f"/chat/{known}/messages/"),
            ("POST", f"/chat/{known}/messages/"),
            ("POST", f"/{known}/messages/"),
        ):
            answer = call(method, path, carol.access, {"content": "x"} if method == "POST" else None)
            assert refusal(answer) == (403, "not_in_chat"), f"{method} {path}"
    assert raw_items() == before


def test_a_block_closes_the_conversation_to_both_and_its_end_opens_it_as_it_was(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "hello")
    say(bobby, chat, "hi")
    hide(alice, chat)
    made = block(bobby, alice).body["id"]
    before = raw_items()
    for player in (alice, bobby):
        assert chats(player) == chats(player, q="b") == []
        assert notified(player) == 0
        assert refusal(see(player, chat)) == refusal(hide(player, chat)) == (403, "not_in_chat")
        assert refusal(say(player, chat, "?")) == (403, "not_in_chat")
        assert call("GET", f"/chat/{chat}/messages/", player.access).status == 403
    assert raw_items() == before
    assert_whole(before)
    unblock(bobby, made)
    assert (chats(alice), chats(bobby)) == ([], [chat])
    assert (notified(alice), notified(bobby)) == (1, 1)
    assert (unread(alice, chat), unread(bobby, chat)) == (1, 1)
    assert say(bobby, chat, "again").status == 201
    assert chats(alice) == [chat]
    assert_whole(raw_items())


def test_a_block_that_also_ends_a_request_and_a_conversation_is_one_change(
    alice: Player, bobby: Player, transaction_items: int
) -> None:
    if transaction_items < 12:
        pytest.skip("this engine's transactions are too short")
    chat = talk(alice, bobby)
    say(alice, chat, "be my friend")
    call("POST", "/users/me/friend_requests/", alice.access, {"username": bobby.name})
    made = block(bobby, alice).body["id"]
    inbox = call("GET", "/users/me/", bobby.access).body["notifications"]
    assert inbox == {"friend_requests": 0, "chats": 0}
    unblock(bobby, made)
    inbox = call("GET", "/users/me/", bobby.access).body["notifications"]
    assert inbox == {"friend_requests": 0, "chats": 1}
    assert_whole(raw_items())


def test_unblocking_brings_no_notification_of_what_was_read(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "hello")
    read(bobby, chat)
    unblock(bobby, block(bobby, alice).body["id"])
    assert notified(bobby) == notified(alice) == 0
    assert_whole(raw_items())


def test_names_and_states_in_a_conversation_are_those_of_today(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(bobby, chat, "hello")
    call("PATCH", "/users/me/", bobby.access, {"username": "Robert"})
    assert see(alice, chat).body["chat_with"]["username"] == "Robert"
    assert see(alice, chat).body["last_message"]["author"]["username"] == "Robert"
    assert read(alice, chat)[0]["author"]["username"] == "Robert"


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


def test_a_page_holds_the_right_messages_however_deep(
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
    partitions = {item["pk"]["S"] for item in raw_items() if item["kind"]["S"] == "message"}
    assert partitions == {f"CHAT#{chat}#{number}" for number in range(7)}


def test_the_download_has_every_message_of_every_conversation(
    alice: Player, bobby: Player, short_partitions: int
) -> None:
    carol, dave = made_player("Carol"), made_player("Dave")
    plain, hidden, closed = talk(alice, bobby), talk(alice, carol), talk(dave, alice)
    for n in range(short_partitions + 1):
        say(alice, plain, str(n))
    say(carol, hidden, "unread")
    hide(alice, hidden)
    say(dave, closed, "bye")
    block(dave, alice)
    data = call("GET", "/users/me/download-data/", alice.access).body
    exported = {chat["id"]: chat for chat in data["chat_data"]}
    assert set(exported) == {plain, hidden, closed}
    assert [message["content"] for message in exported[plain]["messages"]] == [
        str(n) for n in reversed(range(short_partitions + 1))
    ]
    assert "last_message" not in exported[plain]
    assert exported[plain]["chat_with"]["username"] == "Bobby"
    assert (exported[hidden]["view_chat"], exported[hidden]["unread_messages"]) == (False, 1)
    # Who has blocked somebody can't be found by them, here neither.
    nobody = {"id": dave.id, "username": "deleted-user"}
    assert exported[closed]["chat_with"] == exported[closed]["messages"][0]["author"] == nobody
    assert exported[closed]["messages"][0]["content"] == "bye"
    assert data["account_data"]["unread_chats"] == [hidden]
    mine = call("GET", "/users/me/download-data/", dave.access).body["chat_data"]
    assert mine[0]["chat_with"]["username"] == "Alice"
