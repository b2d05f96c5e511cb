"""The keys of the table: built and parsed here only. docs/data-model.md lists the reads that use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.domain.accounts import names
from shared.domain.ids import ID_DIGITS

Key = tuple[str, str]
"""Partition key and sort key."""

BUCKET = 64
"""Entries of an append-only list in one partition: a page takes one or two small queries."""

GUEST_SHARDS = 16
"""Partitions of the list of guests, so that making guests isn't bound by the writes of one."""

MATCH_SHARDS = 4
"""Partitions of the list of running matches: as many as starts and ends of 1,000 matches a second need."""

DUE_SHARDS = 4
"""Partitions of the list of tournaments' next steps: each holds the steps of some seconds."""

TIMER_PREFIX = "TIMER#"
OUTBOX_PREFIX = "OUTBOX#"
LOBBY_PREFIX = "LOBBY#"
QUEUE_PREFIX = "QUEUE#"
MATCH_PREFIX = "MATCH#"
TOURNAMENT_PREFIX = "TOURNAMENT#"
WAKE_PREFIX = "WAKE#"


def account(user_id: int) -> str:
    """The partition of a user's own items: profile, seat, inbox, relations."""
    return f"USER#{user_id}"


def owner_of(partition: str) -> int:
    """The user whose account has this partition."""
    return int(partition.removeprefix("USER#"))


def user(user_id: int) -> Key:
    """Profile, statistics and counters of a user."""
    return account(user_id), "PROFILE"


def seat(user_id: int) -> Key:
    """A user's streams, place and running match."""
    return account(user_id), "SEAT"


def inbox(user_id: int) -> Key:
    """Ids of the requests and conversations that a user hasn't looked at."""
    return account(user_id), "INBOX"


def relations(user_id: int) -> Key:
    """A user's friends, requests and blocks: a line per relation, in sets."""
    return account(user_id), "RELATIONS"


def pair(user_id: int, other_id: int) -> str:
    """The partition of what two users share, in either order of their ids."""
    low, high = sorted((user_id, other_id))
    return f"PAIR#{low}#{high}"


def friendship(user_id: int, other_id: int) -> Key:
    """The friend request or friendship of two users."""
    return pair(user_id, other_id), "FRIENDSHIP"


def conversation_of(user_id: int, other_id: int) -> Key:
    """The conversation of two users: this row makes it the only one."""
    return pair(user_id, other_id), "CHAT"


def conversation(chat_id: int) -> Key:
    """A conversation: its two users, and how far each of them has read."""
    return f"CHAT#{chat_id}", "CONVERSATION"


def message(chat_id: int, n: int) -> Key:
    """The n-th (from 0) message of a conversation."""
    return f"CHAT#{chat_id}#{n // BUCKET}", f"{n:0{ID_DIGITS}d}"


def bucket_of_message(chat_id: int, n: int) -> tuple[str, int]:
    """The partition of the n-th message, and the number of the first message in it."""
    first = n // BUCKET * BUCKET
    return message(chat_id, first)[0], first


def memberships(user_id: int) -> str:
    """The partition of a user's sides of conversations."""
    return f"USER#{user_id}#CHATS"


def membership(user_id: int, chat_id: int) -> Key:
    """A user's side of a conversation."""
    return memberships(user_id), f"{chat_id:0{ID_DIGITS}d}"


def blockers(user_id: int) -> str:
    """The partition of the blocks against a user."""
    return f"USER#{user_id}#BLOCKERS"


def block(blocker_id: int, blocked_id: int) -> Key:
    """The block of one user against another: in the partition of the blocked user, whose deletion finds it there."""
    return blockers(blocked_id), f"{blocker_id:0{ID_DIGITS}d}"


def credential(username: str) -> Key:
    """A username's owner and password; the row makes the name unique in upper and lower case."""
    return f"NAME#{names.key(username)}", "CREDENTIAL"


def guests(shard: int) -> str:
    """The partition of some of the guests."""
    return f"GUESTS#{shard}"


def guest(user_id: int) -> Key:
    """A guest in the list of guests; guests sort by the time of their making."""
    # The last three bits of a user's id are zero.
    return guests((user_id >> 3) % GUEST_SHARDS), f"{user_id:0{ID_DIGITS}d}"


def container(container_id: str) -> str:
    """The partition of the users who have streams on an SSE container."""
    return f"CONTAINER#{container_id}"


def leases() -> Key:
    """The end of each SSE container's lease."""
    return "SSE", "LEASES"


def checkpoint(mark: str) -> Key:
    """A mark: how far an SSE container had read the stream. `mark` is the time and the container."""
    return "CHECKPOINT", mark


def stream_of(container_id: str, user_id: int) -> Key:
    """A user's streams on an SSE container."""
    return container(container_id), f"USER#{user_id}"


def queue(name: str) -> str:
    """The partition of the tickets in a queue, or in a shard of it."""
    return f"{QUEUE_PREFIX}{name}"


def queue_of(partition: str) -> str:
    """The queue, or its shard, that has a partition."""
    return partition.removeprefix(QUEUE_PREFIX)


def ticket(queue_name: str, joined: str, ticket_id: int) -> Key:
    """A ticket in a queue; tickets sort by the time of joining."""
    return queue(queue_name), f"{joined}#{ticket_id:0{ID_DIGITS}d}"


def code(code_: str) -> Key:
    """The code of a living lobby, tournament or match."""
    return f"CODE#{code_}", "CODE"


def lobby(lobby_id: int) -> Key:
    """A lobby."""
    return f"{LOBBY_PREFIX}{lobby_id}", "LOBBY"


def lobby_id_of(partition: str) -> int | None:
    """The id of a lobby by its partition; None for a partition of another kind."""
    return int(partition.removeprefix(LOBBY_PREFIX)) if partition.startswith(LOBBY_PREFIX) else None


def tournament(tournament_id: int) -> Key:
    """A tournament."""
    return f"{TOURNAMENT_PREFIX}{tournament_id}", "TOURNAMENT"


def tournament_id_of(partition: str) -> int | None:
    """The id of a tournament by its partition; None for a partition of another kind."""
    return int(partition.removeprefix(TOURNAMENT_PREFIX)) if partition.startswith(TOURNAMENT_PREFIX) else None


def open_tournaments() -> str:
    """The partition of the tournaments that haven't started."""
    return "TOURNAMENTS"


def open_tournament(tournament_id: int) -> Key:
    """The copy that the search reads of a tournament that hasn't started."""
    return open_tournaments(), f"{tournament_id:0{ID_DIGITS}d}"


def hosted(user_id: int) -> Key:
    """The living tournament that a user has created: this row makes it the only one."""
    return account(user_id), "HOSTED"


def entries(user_id: int) -> str:
    """The partition of the tournaments that a user has taken part in."""
    return f"USER#{user_id}#TOURNAMENTS"


def entry(user_id: int, tournament_id: int) -> Key:
    """A tournament in the history of a user who was in it when it started."""
    return entries(user_id), f"{tournament_id:0{ID_DIGITS}d}"


def due_steps(shard: int) -> str:
    """The partition of the next steps of some of the tournaments."""
    return f"DUE#{shard}"


def due_step(tournament_id: int, due_at: str) -> Key:
    """The next step of a tournament; steps sort by the time at which they are due."""
    return due_steps(tournament_id % DUE_SHARDS), f"{due_at}#{tournament_id:0{ID_DIGITS}d}"


def match(match_id: int) -> Key:
    """A match."""
    return f"{MATCH_PREFIX}{match_id}", "MATCH"


def running_matches(shard: int) -> str:
    """The partition of some of the running matches."""
    return f"RUNNING#{shard}"


def running_match(match_id: int) -> Key:
    """A match in the list of running matches; they sort by the time of their start."""
    return running_matches(match_id % MATCH_SHARDS), f"{match_id:0{ID_DIGITS}d}"


def match_id_of(partition: str) -> int | None:
    """The id of a match by its partition; None for a partition of another kind."""
    return int(partition.removeprefix(MATCH_PREFIX)) if partition.startswith(MATCH_PREFIX) else None


def result(result_id: int) -> str:
    """The partition of the events of a result that another service reported."""
    return f"RESULT#{result_id}"


def timer(timer_id: int) -> Key:
    """A timer: the stream's trigger starts its state machine."""
    return f"{TIMER_PREFIX}{timer_id}", "TIMER"


def wake(wake_id: int) -> Key:
    """An answer to a waiting execution: the stream's trigger gives it."""
    return f"{WAKE_PREFIX}{wake_id}", "WAKE"


def outbox(partition: str, outbox_id: int) -> Key:
    """The events of one change, in the partition of the changed item."""
    return partition, f"{OUTBOX_PREFIX}{outbox_id:0{ID_DIGITS}d}"


def stored_answers(caller: str) -> str:
    """The partition of the answers that are stored for a caller's repetitions."""
    return f"ANSWERS#{caller}"


def stored_answer(caller: str, key_digest: str) -> Key:
    """The answer to a caller's request with an idempotency key, by the digest of the key."""
    return stored_answers(caller), key_digest


def played(user_id: int, n: int) -> Key:
    """The n-th (from 0) finished match of a user."""
    return f"USER#{user_id}#MATCHES#{n // BUCKET}", f"{n:0{ID_DIGITS}d}"


def trophy_change(user_id: int, n: int) -> Key:
    """The n-th (from 0) change of a user's trophies."""
    return f"USER#{user_id}#TROPHIES#{n // BUCKET}", f"{n:0{ID_DIGITS}d}"


def buckets(key_of: Callable[[int, int], Key], user_id: int, count: int) -> Iterator[str]:
    """The partitions of a user's list of `count` entries."""
    for n in range(0, count, BUCKET):
        yield key_of(user_id, n)[0]
