"""The shard for a ticket. Each process decides for itself, by the crowd that its own requests have seen.

Processes need not agree: a ticket stays outside of the first shard only while its request looks for an opponent there.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from shared.domain.play.crowds import FRESH_SECONDS, Crowd
from shared.domain.play.matchmaking import QueueName, Ticket
from shared.store.base import utc_now

KEPT_SECONDS = 30.0
"""A crowd that was seen longer ago counts no longer."""

_seen: dict[QueueName, tuple[Crowd, float]] = {}
"""By queue the crowd, and the Unix time when it was seen."""


def forget() -> None:
    """No crowd has been seen, as in a new process."""
    _seen.clear()


def draw_shard(queue: QueueName) -> int:
    """The shard for a new ticket: the first one (0), or any of them if the queue is crowded."""
    return random.randrange(_crowd(queue).shards)


def note_crowd(queue: QueueName, ticket: Ticket, tickets: Sequence[Ticket]) -> None:
    """Remember how crowded a queue is. `tickets` are those of a new ticket's shard."""
    now = utc_now()

    def is_fresh(one: Ticket) -> bool:
        return (now - one.joined_at).total_seconds() < FRESH_SECONDS

    if is_fresh(ticket):
        others = sum(is_fresh(other) for other in tickets if other.user_id != ticket.user_id)
        _seen[queue] = _crowd(queue).seen(others), now.timestamp()


def _crowd(queue: QueueName) -> Crowd:
    crowd, at = _seen.get(queue, (Crowd(), 0.0))
    return crowd if utc_now().timestamp() - at < KEPT_SECONDS else Crowd()
