"""Conversations and messages of tests."""

from __future__ import annotations

from typing import Any

from shared.domain.chat.messages import Message
from shared.store.base import utc_now
from shared.store.chat.conversations import Conversation, Membership, MessageRow, read_chat
from tests.support.calls import Answer, call
from tests.support.players import Player


def accept_chats(*players: Player) -> None:
    """These players accept conversations from everyone."""
    for player in players:
        answer = call("PATCH", "/users/me/", player.access, {"accept_chat_from": "everyone"})
        assert answer.status == 200, answer


def create_chat(player: Player, other: Player) -> Answer:
    """A player starts a conversation."""
    return call("POST", "/chat/", player.access, {"username": other.name})


def talk(player: Player, other: Player) -> int:
    """A conversation that a player starts with another; its id."""
    accept_chats(other)
    answer = create_chat(player, other)
    assert answer.status == 201, answer
    return int(answer.body["id"])


def say(player: Player, chat: int, content: Any, **more: Any) -> Answer:
    """A player sends a message."""
    return call("POST", f"/chat/{chat}/messages/", player.access, {"content": content, **more})


def read(player: Player, chat: int, **query: str) -> list[dict[str, Any]]:
    """A page of messages that a player gets, the newest first; this marks all of them as read."""
    answer = call("GET", f"/chat/{chat}/messages/", player.access, query=query)
    assert answer.status == 200, answer
    results: list[dict[str, Any]] = answer.body["results"]
    return results


def see(player: Player, chat: int) -> Answer:
    """A player gets a conversation; this marks nothing as read."""
    return call("GET", f"/chat/{chat}/", player.access)


def unread(player: Player, chat: int) -> int:
    """The number of messages that a player hasn't read."""
    return int(see(player, chat).body["unread_messages"])


def hide(player: Player, chat: int) -> Answer:
    """A player hides a conversation."""
    return call("DELETE", f"/chat/{chat}/", player.access)


def chats(player: Player, **query: str) -> list[int]:
    """The ids of the conversations in a player's list, in its order."""
    answer = call("GET", "/chat/", player.access, query=query)
    assert answer.status == 200, answer
    assert answer.body["count"] >= len(answer.body["results"])
    return [chat["id"] for chat in answer.body["results"]]


def notified(player: Player) -> int:
    """The number of conversations with unread messages in a player's notifications."""
    return int(call("GET", "/users/me/", player.access).body["notifications"]["chats"])


def fill(chat: int, one: Player, other: Player, count: int, content: str = "Good game!") -> None:
    """Write messages straight into the table of an empty conversation: the two by turns, all read."""
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
