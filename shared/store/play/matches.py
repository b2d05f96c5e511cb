"""Matches, the players' histories and their trophies."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from pynamodb.attributes import UnicodeAttribute

from shared.domain.play.match_tickets import SECRET_BYTES, MatchTicket
from shared.domain.play.matches import Match
from shared.store import keys
from shared.store.attributes import DocumentAttribute, IntegerAttribute, IntegerSetAttribute
from shared.store.base import Action, Item, UTCDateTimeAttribute, Versioned, read_partition


class MatchRow(Versioned, discriminator="match"):
    """A match while it runs, and for a day afterwards; the players' histories keep copies."""

    state = DocumentAttribute(Match)
    lobbies = IntegerSetAttribute()
    """The lobbies that play it together."""
    secret = UnicodeAttribute(null=True)
    """Signs the tickets of a running match; never shown. A finished match has none."""

    @classmethod
    def holding(cls, match: Match, lobbies: Iterable[int] = ()) -> MatchRow:
        """The row that stores a match."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        return cls.at(keys.match(match.id), state=match, lobbies=frozenset(lobbies), secret=secret)

    @property
    def feed(self) -> str:
        """The partition of its events: of its tournament, of the first lobby that plays it, or its own."""
        if self.state.tournament_id is not None:
            return keys.tournament(self.state.tournament_id)[0]
        return keys.lobby(min(self.lobbies))[0] if self.lobbies else self.pk

    def ticket(self, user_id: int) -> str:
        """The ticket of a user who may go to the match. ValueError once the match is finished."""
        return str(MatchTicket.issue(self.state.id, user_id, self.secret or ""))

    def become(self, match: Match) -> Sequence[Action]:
        """Stores a new state of the match."""
        return (MatchRow.rev.add(1), MatchRow.state.set(match))


class RunningRow(Item, discriminator="running"):
    """Lists a running match. Made with the match; goes with its end."""

    players = IntegerSetAttribute()

    @classmethod
    def of(cls, match: Match) -> RunningRow:
        """The row of a match."""
        return cls.at(keys.running_match(match.id), players=frozenset(match.user_ids))

    @property
    def match_id(self) -> int:
        """The match."""
        return int(self.sk)


def read_running() -> list[RunningRow]:
    """All running matches, the oldest first. A Query per shard and MiB, some 40,000 of them."""
    found = [row for shard in range(keys.MATCH_SHARDS) for row in read_running_of(shard)]
    return sorted(found, key=lambda row: row.match_id)


def read_running_of(shard: int) -> list[RunningRow]:
    """A shard's running matches, the oldest first. A Query per MiB."""
    return [row for row in read_partition(keys.running_matches(shard)) if isinstance(row, RunningRow)]


class PlayedMatch(Item, discriminator="played"):
    """A finished match in the history of one of its players."""

    state = DocumentAttribute(Match)


class TrophyChange(Item, discriminator="trophies"):
    """One change of a user's trophies and the total after it."""

    id = IntegerAttribute()
    change = IntegerAttribute()
    total = IntegerAttribute()
    changed_at = UTCDateTimeAttribute()
