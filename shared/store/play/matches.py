"""Matches, the players' histories and their trophies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.domain.play.matches import Match
from shared.store import keys
from shared.store.attributes import DocumentAttribute, IntegerAttribute, IntegerSetAttribute
from shared.store.base import Action, Item, UTCDateTimeAttribute, Versioned


class MatchRow(Versioned, discriminator="match"):
    """A match while it runs, and for a day afterwards; the players' histories keep copies."""

    state = DocumentAttribute(Match)
    lobbies = IntegerSetAttribute()
    """The lobbies that play it together."""

    @classmethod
    def holding(cls, match: Match, lobbies: Iterable[int] = ()) -> MatchRow:
        """The row that stores a match."""
        return cls.at(keys.match(match.id), state=match, lobbies=frozenset(lobbies))

    def become(self, match: Match) -> Sequence[Action]:
        """Stores a new state of the match."""
        return (MatchRow.rev.add(1), MatchRow.state.set(match))


class PlayedMatch(Item, discriminator="played"):
    """A finished match in the history of one of its players."""

    state = DocumentAttribute(Match)


class TrophyChange(Item, discriminator="trophies"):
    """One change of a user's trophies and the total after it."""

    id = IntegerAttribute()
    change = IntegerAttribute()
    total = IntegerAttribute()
    changed_at = UTCDateTimeAttribute()
