"""Conversations: the row, the memberships of both users, the messages and the notifications agree."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.support.invariants.table import Row, Table


def _conversations(table: Table) -> Iterator[str]:
    """Messages are dense and in order, and the row counts them. Those of deleted users are being erased."""
    messages: dict[int, dict[int, Row]] = defaultdict(dict)
    for row in table.kinds["message"]:
        _, chat, bucket = row["pk"].split("#")
        messages[int(chat)][row["n"]] = row
        if int(row["sk"]) != row["n"] or int(bucket) != row["n"] // 64:
            yield f"message {row['n']} of chat {chat} is in {row['pk']} {row['sk']}"
    known = {row["id"]: row for row in table.kinds["conversation"]}
    for chat_id in messages.keys() - known.keys():
        yield f"there are messages of the chat {chat_id}, which doesn't exist"
    for chat_id, row in known.items():
        if row["pk"] != f"CHAT#{chat_id}" or row["low"] >= row["high"]:
            yield f"chat {chat_id} of {row['low']} and {row['high']} is in {row['pk']}"
        if {row["low"], row["high"]} <= table.users.keys():
            yield from _messages_of(chat_id, row, messages[chat_id])


def _messages_of(chat_id: int, row: Row, messages: Mapping[int, Row]) -> Iterator[str]:
    written = [messages[n] for n in sorted(messages)]
    if sorted(messages) != list(range(row["messages"])):
        yield f"chat {chat_id} counts {row['messages']} messages and has {sorted(messages)}"
    for earlier, later in itertools.pairwise(written):
        if earlier["id"] >= later["id"] or earlier["sent_at"] > later["sent_at"]:
            yield f"messages {earlier['n']} and {later['n']} of chat {chat_id} are out of order"
    last = {name: row.get(f"last_{name}") for name in ("id", "author", "content", "sent_at", "is_read")}
    if last != {name: written[-1][name] if written else None for name in last}:
        yield f"the last message of chat {chat_id} is another than the row says"
    if {message["author"] for message in written} - {row["low"], row["high"]}:
        yield f"chat {chat_id} has a message of a third user"
    for side, other in (("low", "high"), ("high", "low")):
        came = [
            message["n"] for message in written if message["author"] == row[other] and not message["is_read"]
        ]
        seen = [n for n in came if n < row[f"{side}_seen"]]
        counted = row[f"{side}_received"], row[f"{side}_read"]
        if counted != (len(came), len(seen)):
            yield f"the {side} user of chat {chat_id} counts {counted} received and read, not {len(came)}, {len(seen)}"


def _memberships(table: Table) -> Iterator[str]:
    """Two users have at most one conversation, and a membership each, closed while one has blocked the other."""
    known = {row["id"]: row for row in table.kinds["conversation"]}
    blocked = {frozenset((row["blocker"], row["blocked"])) for row in table.kinds["block"]}
    memberships = {(int(row["pk"].split("#")[1]), row["chat_id"]): row for row in table.kinds["membership"]}
    pairs = {row["chat_id"]: row["pk"] for row in table.kinds["pair_chat"]}
    for chat_id, row in known.items():
        both = (row["low"], row["high"])
        if pairs.get(chat_id) not in (None, f"PAIR#{row['low']}#{row['high']}"):
            yield f"{pairs[chat_id]} has chat {chat_id}, which is of other users"
        if set(both) <= table.users.keys() and chat_id not in pairs:
            yield f"the two users of chat {chat_id} have no pair row"
        if (chat_id in pairs) != all((user_id, chat_id) in memberships for user_id in both):
            yield f"chat {chat_id} has a pair row without two memberships, or two memberships without it"
    for chat_id in pairs.keys() - known.keys():
        yield f"{pairs[chat_id]} has the chat {chat_id}, which doesn't exist"
    for (user_id, chat_id), row in memberships.items():
        if user_id in table.users:  # a deleted user's membership lasts as long as there is something to erase
            is_blocked = frozenset((user_id, row["other"])) in blocked
            yield from _membership(table, user_id, row, known.get(chat_id), is_blocked=is_blocked)


def _membership(
    table: Table, user_id: int, row: Row, conversation: Row | None, *, is_blocked: bool
) -> Iterator[str]:
    chat_id = row["chat_id"]
    if conversation is None:
        yield f"user {user_id} is a member of chat {chat_id}, which doesn't exist"
        return
    if {user_id, row["other"]} != {conversation["low"], conversation["high"]} or int(row["sk"]) != chat_id:
        yield f"user {user_id} is a member of chat {chat_id}, which is of other users"
    if row["active_at"] != conversation.get("last_sent_at", conversation["created_at"]):
        yield f"chat {chat_id} was last active at another time than user {user_id} sorts it by"
    if row["other"] in table.users and row["sealed"] != is_blocked:
        yield f"chat {chat_id} is closed for user {user_id} without a block, or open with one"


def _notifications(table: Table) -> Iterator[str]:
    """A user is notified of the conversations with unread messages that no block closes."""
    closed = {(row["other"], row["chat_id"]): row["sealed"] for row in table.kinds["membership"]}
    unread: dict[int, set[int]] = defaultdict(set)
    for row in table.kinds["conversation"]:
        for side, other in (("low", "high"), ("high", "low")):
            if row[f"{side}_received"] > row[f"{side}_read"] and closed.get((row[other], row["id"])) is False:
                unread[row[side]].add(row["id"])
    for user_id in table.users:
        noted = set(table.inboxes[user_id].get("unread_chats") or ())
        if noted != unread[user_id]:
            yield f"user {user_id} is notified of the chats {noted}, and {unread[user_id]} have unread messages"


RULES = (_conversations, _memberships, _notifications)
