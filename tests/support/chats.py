"""Conversations of tests."""

from __future__ import annotations

from typing import Any

from shared.domain.chat.messages import Message
from shared.store.base import utc_now
from shared.store.chat.conversations import Conversation, Membership, MessageRow, read_chat
from tests.support.calls import Answer, Player, call


def open_up(*players: Player) -> None:
    """These players take conversations from everyone."""
    for player in players:
        answer = call("PATCH", "/users/me/", player.access, {"accept_chat_from": "everyone"})
        assert answer.status == 200, answer


def ask_to_talk(player: Player, other: Player) -> Answer:
    """A player wants a conversation."""
    return call("POST", "/chat/", player.access, {"username": other.name})


def talk(player: Player, other: Player) -> int:
    """A conversation of two, which the other one allows; its id."""
    open_up(other)
    answer = ask_to_talk(player, other)
    assert answer.status == 201, answer
    return int(answer.body["id"])


def say(player: Player, chat: int, content: Any, **more: Any) -> Answer:
    """A player writes."""
    return call("POST", f"/chat/{chat}/messages/", player.access, {"content": content, **more})


def read(player: Player, chat: int, **query: str) -> list[dict[str, Any]]:
    """A player reads a page of messages, the newest first."""
    answer = call("GET", f"/chat/{chat}/messages/", player.access, query=query)
    assert answer.status == 200, answer
    results: list[dict[str, Any]] = answer.body["results"]
    return results


def see(player: Player, chat: int) -> Answer:
    """A player looks at a conversation, without reading it."""
    return call("GET", f"/chat/{chat}/", player.access)


def unread(player: Player, chat: int) -> int:
    """How many messages of a conversation a player hasn't read."""
    return int(see(player, chat).body["unread_messages"])


def hide(player: Player, chat: int) -> Answer:
    """A player hides a conversation."""
    return call("DELETE", f"/chat/{chat}/", player.access)


def chats(player: Player, **query: str) -> list[int]:
    """The ids of the conversations that a player's list shows, in its order."""
    answer = call("GET", "/chat/", player.access, query=query)
    assert answer.status == 200, answer
    assert answer.body["count"] >= len(answer.body["results"])
    return [chat["id"] for chat in answer.body["results"]]


def notified(player: Player) -> int:
    """In how many conversations a player has unread messages."""
    return int(call("GET", "/users/me/", player.access).body["notifications"]["chats"])


def fill(chat: int, one: Player, other: Player, count: int, content: str = "Good game!") -> None:
    """Let two have written so many messages by turns, all read; the quick way, into a conversation without any."""
    row = read_chat(one.id, chat).row
    sent_at = utc_now()
    messages = [
        Message(n, chat + 1 + n, (one, other)[n % 2].id, content, sent_at, is_read=False)
        for n in range(count)
    ]
    with MessageRow.batch_write() as batch:
        for message in messages:
            batch.save(MessageRow.holding(chat, message))
    actions = [*row.append(messages[-1])][:-1]
    for side in ("low", "high"):
        came = sum(message.author != getattr(row, side) for message in messages)
        actions += [
            getattr(Conversation, f"{side}_seen").set(count),
            getattr(Conversation, f"{side}_received").set(came),
            getattr(Conversation, f"{side}_read").set(came),
        ]
    row.update(actions=actions)
    for player in (one, other):
        Membership.of(player.id, chat).update(actions=[Membership.active_at.set(sent_at)])
