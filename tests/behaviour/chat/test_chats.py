"""Conversations: starting, listing, hiding, and blocks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import call, refusal
from tests.support.chats import accept_chats, chats, create_chat, hide, notified, read, say, see, talk, unread
from tests.support.database import raw_items
from tests.support.friends import befriend, block, remove, unblock
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, made_player, new_guest

pytestmark = pytest.mark.usefixtures("table")


CHAT = ["id", "chat_with", "last_message", "created_at", "view_chat"]


MESSAGE = ["id", "chat_id", "author", "content", "sent_at", "is_read"]


def test_a_conversation_is_started_by_a_name_in_any_case_and_seen_by_both(
    alice: Player, bobby: Player
) -> None:
    accept_chats(bobby)
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
    assert refusal(create_chat(alice, bobby)) == (403, "chat_not_accepted")
    call("PATCH", "/users/me/", bobby.access, {"accept_chat_from": "none"})
    friendship = befriend(alice, bobby)
    assert refusal(create_chat(alice, bobby)) == (403, "chat_not_accepted")
    call("PATCH", "/users/me/", bobby.access, {"accept_chat_from": "friends_only"})
    answer = create_chat(alice, bobby)
    assert answer.status == 201
    # A conversation goes on after the end of the friendship.
    remove(alice, friendship)
    assert say(alice, answer.body["id"], "Still there?").status == 201
    assert say(bobby, answer.body["id"], "Yes.").status == 201
    assert_whole(raw_items())


def test_a_request_is_not_yet_a_friendship(alice: Player, bobby: Player) -> None:
    call("POST", "/users/me/friend_requests/", alice.access, {"username": bobby.name})
    assert refusal(create_chat(alice, bobby)) == (403, "chat_not_accepted")


def test_only_the_receivers_setting_counts(alice: Player, bobby: Player) -> None:
    call("PATCH", "/users/me/", alice.access, {"accept_chat_from": "none"})
    accept_chats(bobby)
    assert create_chat(alice, bobby).status == 201


def test_starting_a_conversation_is_refused_with_a_reason_or_as_not_found(
    alice: Player, bobby: Player
) -> None:
    accept_chats(alice, bobby)
    guest = new_guest()
    before = raw_items()

    def ask(name: Any, player: Player = alice) -> tuple[int, str]:
        return refusal(call("POST", "/chat/", player.access, {"username": name}))

    for name in ("Nobody", guest.name, "", "x" * 3000, "Bobby "):
        assert ask(name) == (404, "user_not_found")
    assert ask("aLICE") == (403, "self_chat")
    assert call("POST", "/chat/", alice.access, {}).body == {"username": ["This field is required."]}
    assert call("POST", "/chat/", alice.access, {"username": 5}).status == 400
    assert refusal(call("POST", "/chat/", guest.access, {"username": "Bobby"})) == (403, "guest_not_allowed")
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


def test_a_hidden_conversation_is_missing_in_the_list_of_its_hider_only(alice: Player, bobby: Player) -> None:
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


def test_q_is_part_of_the_current_name_of_the_other_in_any_case(alice: Player, bobby: Player) -> None:
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


def test_a_conversation_of_others_or_an_unknown_one_is_403_by_every_path(
    alice: Player, bobby: Player
) -> None:
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


def test_unblocking_brings_no_notification_of_read_messages(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(alice, chat, "hello")
    read(bobby, chat)
    unblock(bobby, block(bobby, alice).body["id"])
    assert notified(bobby) == notified(alice) == 0
    assert_whole(raw_items())


def test_names_and_states_in_a_conversation_are_the_current_ones(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    say(bobby, chat, "hello")
    call("PATCH", "/users/me/", bobby.access, {"username": "Robert"})
    assert see(alice, chat).body["chat_with"]["username"] == "Robert"
    assert see(alice, chat).body["last_message"]["author"]["username"] == "Robert"
    assert read(alice, chat)[0]["author"]["username"] == "Robert"


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
    # A blocked user can't find the blocker, here neither.
    hidden_user = {"id": dave.id, "username": "deleted-user"}
    assert exported[closed]["chat_with"] == exported[closed]["messages"][0]["author"] == hidden_user
    assert exported[closed]["messages"][0]["content"] == "bye"
    assert data["account_data"]["unread_chats"] == [hidden]
    mine = call("GET", "/users/me/download-data/", dave.access).body["chat_data"]
    assert mine[0]["chat_with"]["username"] == "Alice"
