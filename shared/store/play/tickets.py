"""Tickets in queues."""

from __future__ import annotations

from typing import Final

from shared.domain.play import clash, matchmaking
from shared.store import keys
from shared.store.attributes import IntegerAttribute, IntegerSetAttribute
from shared.store.base import Item, UTCDateTimeAttribute, read_partition

CLASH: Final = "clash"
"""The queue of ready clash lobbies."""


class TicketRow(Item, discriminator="ticket"):
    """The ticket of a user in a queue."""

    id = IntegerAttribute()
    user_id = IntegerAttribute()
    joined_at = UTCDateTimeAttribute()
    trophies = IntegerAttribute()
    blocked = IntegerSetAttribute()

    @classmethod
    def holding(cls, queue: matchmaking.QueueName, ticket: matchmaking.Ticket) -> TicketRow:
        """The row that stores a ticket."""
        shard = matchmaking.shard_name(queue, ticket.shard)
        return cls.at(
            keys.ticket(shard, ticket.joined_at.isoformat(), ticket.id),
            id=ticket.id,
            user_id=ticket.user_id,
            joined_at=ticket.joined_at,
            trophies=ticket.trophies,
            blocked=ticket.blocked,
        )

    @property
    def ticket(self) -> matchmaking.Ticket:
        """The domain's ticket."""
        shard = matchmaking.shard_in(keys.queue_of(self.pk))
        return matchmaking.Ticket(self.id, self.user_id, self.joined_at, self.trophies, self.blocked, shard)


class PartyTicketRow(Item, discriminator="group"):
    """The ticket of a ready clash lobby."""

    id = IntegerAttribute()
    lobby_id = IntegerAttribute()
    members = IntegerSetAttribute()
    joined_at = UTCDateTimeAttribute()
    blocked = IntegerSetAttribute()

    @classmethod
    def holding(cls, ticket: clash.PartyTicket) -> PartyTicketRow:
        """The row that stores a ticket."""
        return cls.at(
            keys.ticket(CLASH, ticket.joined_at.isoformat(), ticket.id),
            id=ticket.id,
            lobby_id=ticket.lobby_id,
            members=frozenset(ticket.members),
            joined_at=ticket.joined_at,
            blocked=ticket.blocked,
        )

    @classmethod
    def of(cls, ticket: str) -> PartyTicketRow:
        """The row that a lobby's ticket names, not read."""
        return cls.at((keys.queue(CLASH), ticket))

    @property
    def ticket(self) -> clash.PartyTicket:
        """The domain's ticket."""
        return clash.PartyTicket(
            self.id, self.lobby_id, tuple(sorted(self.members)), self.joined_at, self.blocked
        )


def read_queue(queue: matchmaking.QueueName, shard: int = 0) -> list[matchmaking.Ticket]:
    """All tickets in a shard of a queue, the longest waiting first. One Query."""
    rows = read_partition(keys.queue(matchmaking.shard_name(queue, shard)))
    return [row.ticket for row in rows if isinstance(row, TicketRow)]


def read_party_tickets() -> list[clash.PartyTicket]:
    """The tickets of all waiting clash lobbies, the longest waiting first. One Query."""
    return [row.ticket for row in read_partition(keys.queue(CLASH)) if isinstance(row, PartyTicketRow)]
