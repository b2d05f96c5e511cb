"""Where users are: streams, place, running match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.attributes import IntegerAttribute, IntegerSetAttribute, StringSetAttribute
from shared.store.base import Action, Condition, Item, UTCDateTimeAttribute, Versioned

QUEUE = "queue"
LOBBY = "lobby"
TOURNAMENT = "tournament"


class Seat(Versioned, discriminator="seat"):
    """Where a user is: SSE containers, place, running match.

    One row, so that "one place, one match at a time, and only while connected" is one condition. Every write adds
    one to `rev`. The row is made with the account and goes with it.
    """

    containers = StringSetAttribute()
    """Ids of the SSE containers where the user has a stream."""
    last_online = UTCDateTimeAttribute(null=True)
    """When the last stream opened or closed."""
    place_kind = UnicodeAttribute(null=True)
    """`queue`, `lobby` or `tournament`; absent outside any place."""
    place = UnicodeAttribute(null=True)
    """In a queue the name of its shard, in a lobby or tournament its id."""
    ticket = UnicodeAttribute(null=True)
    """In a queue, the sort key of the ticket."""
    match_id = IntegerAttribute(null=True)
    match_code = UnicodeAttribute(null=True)
    match_players = IntegerSetAttribute()
    """Everyone in the running match."""
    match_lobbies = IntegerSetAttribute()
    """The lobbies that play the running match together."""

    @classmethod
    def of(cls, user_id: int) -> Seat:
        """The row of a user, not read."""
        return cls.at(keys.seat(user_id))

    @property
    def user_id(self) -> int:
        """The owner of the seat."""
        return keys.owner_of(self.pk)

    @staticmethod
    def is_in(kind: str, place: str) -> Condition:
        """Holds while the user is in this place."""
        there: Condition = (Seat.place_kind == kind) & (Seat.place == place)
        return there

    def enter_place(self, kind: str, place: str, ticket: str | None = None) -> Sequence[Action]:
        """Puts the user into a place."""
        set_ticket = Seat.ticket.remove() if ticket is None else Seat.ticket.set(ticket)
        return (Seat.rev.add(1), Seat.place_kind.set(kind), Seat.place.set(place), set_ticket)

    def stay(self) -> Sequence[Action]:
        """Changes nothing, but makes a transaction fail that has read the seat before."""
        return (Seat.rev.add(1),)

    def leave_place(self) -> Sequence[Action]:
        """Takes the user out of the place."""
        return (Seat.rev.add(1), *_out_of_place())

    def start_match(
        self, match_id: int, code: str, players: Iterable[int], lobbies: Iterable[int], *, stays: bool
    ) -> Sequence[Action]:
        """Makes the user play a match of these lobbies; the user leaves the place unless `stays`."""
        return (
            Seat.rev.add(1),
            Seat.match_id.set(match_id),
            Seat.match_code.set(code),
            Seat.match_players.set(frozenset(players)),
            Seat.match_lobbies.set(frozenset(lobbies)),
            *(() if stays else _out_of_place()),
        )

    def end_match(self, *, leaves: bool = False) -> Sequence[Action]:
        """Frees the user after a match; with `leaves`, the user leaves the place, too."""
        return (
            Seat.rev.add(1),
            Seat.match_id.remove(),
            Seat.match_code.remove(),
            Seat.match_players.remove(),
            Seat.match_lobbies.remove(),
            *(_out_of_place() if leaves else ()),
        )


def _out_of_place() -> Sequence[Action]:
    return (Seat.place_kind.remove(), Seat.place.remove(), Seat.ticket.remove())


class StreamRow(Item, discriminator="stream"):
    """A user's streams on an SSE container; by these rows the users of a dead container are found."""

    user_id = IntegerAttribute()
