"""Matches, the players' histories and their trophies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pynamodb.attributes import JSONAttribute, NumberAttribute, NumberSetAttribute

from shared.domain.play.matches import Match
from shared.store import keys
from shared.store.base import Action, Item, UTCDateTimeAttribute, Versioned


class MatchRow(Versioned, discriminator="match"):
    """A match while it runs; over, it lives on in the players' histories."""

    state = JSONAttribute()
    lobbies = NumberSetAttribute(null=True)
    """The lobbies that play it together; absent where it is none's."""

    @classmethod
    def holding(cls, match: Match, lobbies: Iterable[int] = ()) -> MatchRow:
        """The row that stores a match."""
        return cls.at(keys.match(match.id), state=match.to_json(), lobbies=set(lobbies) or None)

    @property
    def match(self) -> Match:
        """The match as the domain knows it."""
        return Match.from_json(self.state)

    def become(self, match: Match) -> Sequence[Action]:
        """What stores a new state of the match."""
        return (MatchRow.rev.add(1), MatchRow.state.set(match.to_json()))


class PlayedMatch(Item, discriminator="played"):
    """A finished match in the history of one of its players."""

    state = JSONAttribute()

    @property
    def match(self) -> Match:
        """The match as the domain knows it."""
        return Match.from_json(self.state)


class TrophyChange(Item, discriminator="trophies"):
    """One change of a user's trophies and the total after it."""

    id = NumberAttribute()
    change = NumberAttribute()
    total = NumberAttribute()
    changed_at = UTCDateTimeAttribute()
