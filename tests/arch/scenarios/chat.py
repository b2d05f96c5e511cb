"""Conversations and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from shared.store import keys
from shared.store.base import Item, utc_now
from shared.store.chat.conversations import Conversation, Membership
from tests.arch.scenarios.common import LONG, Case, Exceptions, Request, Scenarios, clones_of, two_players
from tests.support.calls import call
from tests.support.chats import fill, say, talk
from tests.support.friends import befriend
from tests.support.players import Player, made_player

MESSAGES = "/chat/{}/messages/"
"""The path of a conversation's messages."""


def _create_chat(*, accepts: str) -> Case:
    def prepare() -> Request:
        alice, bobby = two_players()
        befriend(alice, bobby)
        call("PATCH", "/users/me/", bobby.access, {"accept_chat_from": accepts})
        return partial(call, "POST", "/chat/", alice.access, {"username": bobby.name})

    return prepare


def _in_chat(
    method: str,
    path: str,
    *,
    written: int = 1,
    unread: bool = False,
    body: object = None,
    query: Mapping[str, str] | None = None,
) -> Case:
    """A request about a conversation with `written` messages; `{}` in the path is its id."""

    def prepare() -> Request:
        alice, bobby = two_players()
        chat = talk(alice, bobby)
        fill(chat, alice, bobby, written)
        if unread:
            say(bobby, chat, "Good game!")
        return partial(call, method, path.format(chat), alice.access, body, query)

    return prepare


def with_chats(player: Player, others: list[int]) -> None:
    """Give a user a conversation with each of the others, each with a last message but without message rows.

    A conversation has the id of the other user. The times of the last messages are in no order.
    """
    now = utc_now().replace(microsecond=0)
    with Item.batch_write() as batch:
        for n, other in enumerate(others):
            low, high = sorted((player.id, other))
            at = now.replace(microsecond=n * 7919 % len(others))
            row = Conversation.at(keys.conversation(other), id=other, low=low, high=high, created_at=now)
            row.messages, row.last_id, row.last_author, row.last_content = 5000, other, other, "Good game!"
            row.last_sent_at, row.last_is_read = at, True
            batch.save(row)
            side = {"chat_id": other, "other": other, "active_at": at}
            batch.save(Membership.at(keys.membership(player.id, other), **side))


def _chats(count: int, query: Mapping[str, str] | None = None) -> Case:
    def prepare() -> Request:
        alice = made_player("Alice")
        with_chats(alice, clones_of(made_player("Bobby"), count))
        return partial(call, "GET", "/chat/", alice.access, None, query)

    return prepare


SCENARIOS: Scenarios = {
    "list_chats": {
        "": _chats(3),
        "500 conversations": _chats(500),
        "500 conversations, the last page": _chats(500, {"offset": "480"}),
        "the longest page": _chats(500, {"limit": "100"}),
        "500 conversations, by name": _chats(500, {"q": "bobby"}),
    },
    "create_chat": {"": _create_chat(accepts="everyone"), "a friend": _create_chat(accepts="friends_only")},
    "get_chat": {"": _in_chat("GET", "/chat/{}/")},
    "hide_chat": {"": _in_chat("DELETE", "/chat/{}/")},
    "list_messages": {
        "": _in_chat("GET", MESSAGES),
        "with unread ones": _in_chat("GET", MESSAGES, unread=True),
        "192 messages": _in_chat("GET", MESSAGES, written=LONG),
        "192 messages, the last page": _in_chat("GET", MESSAGES, written=LONG, query={"offset": "172"}),
        "the longest page": _in_chat("GET", MESSAGES, written=LONG, query={"limit": "100"}),
    },
    "send_message": {
        "": _in_chat("POST", MESSAGES, body={"content": "Good game!"}),
        "192 messages": _in_chat("POST", MESSAGES, written=LONG, body={"content": "Good game!"}),
    },
}

EXCEPTIONS: Exceptions = {
    ("create_chat", ""): (4, "The name leads to the user; only then can the pair be read."),
    ("create_chat", "a friend"): (4, "The name leads to the user; only then can the pair be read."),
    ("list_chats", ""): (3, "The list leads to the partners and the last messages, which one batch reads."),
    ("list_chats", "500 conversations"): (3, "The number of conversations changes nothing."),
    ("list_chats", "500 conversations, the last page"): (3, "The number of conversations changes nothing."),
    ("list_chats", "the longest page"): (5, "A batch reads 100 items, which is 33 conversations."),
    ("list_chats", "500 conversations, by name"): (
        8,
        "The partners' present names stand with the partners, and a batch reads 100 of them.",
    ),
    ("list_messages", "with unread ones"): (3, "Unread messages are marked as read."),
    ("list_messages", "the longest page"): (
        3,
        "A batch reads 100 items, which is 97 messages and their authors.",
    ),
}
