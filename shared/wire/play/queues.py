"""Queues as the contract shows them."""

from __future__ import annotations

from shared.domain.play.matchmaking import QueueName, Ticket
from shared.wire.instance import Instance
from shared.wire.scalars import Id, Instant, Trophies


class QueueTicket(Instance):
    """A user's place in a queue."""

    id: Id
    """The ticket's id."""
    game_mode: QueueName
    """The queue."""
    trophies: Trophies
    """Your trophies on joining: `ranked` goes by them."""
    join_at: Instant
    """When you joined."""

    @classmethod
    def of(cls, ticket: Ticket, queue: QueueName) -> QueueTicket:
        """A ticket of a queue."""
        return cls(id=ticket.id, game_mode=queue, trophies=ticket.trophies, join_at=ticket.joined_at)
