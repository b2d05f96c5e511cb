"""Tournaments: one item each, and the rows by which they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.play.rooms import Blocks
from shared.domain.play.tournament import Tournament
from shared.store import keys
from shared.store.attributes import DocumentAttribute, IntegerAttribute, IntegerSetAttribute
from shared.store.base import Action, Item, Versioned, read_item, read_partition


def _upgraded(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored tournament in the present form: the first version stored stages bare, and had other names."""
    if isinstance(stored.get("bracket"), list):
        stored["bracket"] = {"stages": stored["bracket"]}
    if callback := stored.pop("waiting", None):
        stored["callback"] = {"token": callback["token"], "run": callback["run"], "stage": callback["what"]}
    return stored


class TournamentRow(Versioned, discriminator="tournament"):
    """A tournament; once over, it stays to be read.

    A participant's seat names the tournament and the tournament names the participant: one transaction writes both.
    A write of `state` checks the `rev` that was read.
    """

    state = DocumentAttribute(Tournament, upgrade=_upgraded)

    @classmethod
    def holding(cls, tournament: Tournament) -> TournamentRow:
        """The row that stores a new tournament."""
        return cls.at(keys.tournament(tournament.id), state=tournament)

    def become(self, tournament: Tournament) -> Sequence[Action]:
        """Stores a new state of the tournament."""
        return (TournamentRow.rev.add(1), TournamentRow.state.set(tournament))

    def block(self, blocks: Blocks) -> Sequence[Action]:
        """Stores whom the users in it block now."""
        return self.become(replace(self.state, blocks=blocks))


class OpenTournament(Item, discriminator="open_tournament"):
    """The copy that the search reads of a tournament that hasn't started; every write of that one writes it."""

    id = IntegerAttribute()
    code = UnicodeAttribute()
    name = UnicodeAttribute()
    size = IntegerAttribute()
    n_participants = IntegerAttribute()
    private = BooleanAttribute()
    created_by = IntegerAttribute()
    banned = IntegerSetAttribute()

    @classmethod
    def of(cls, tournament: Tournament) -> OpenTournament:
        """The row of a tournament."""
        return cls.at(
            keys.open_tournament(tournament.id),
            id=tournament.id,
            code=tournament.code,
            name=tournament.name,
            size=tournament.size,
            n_participants=len(tournament.entrants),
            private=tournament.private,
            created_by=tournament.created_by,
            banned=tournament.banned,
        )


class DueStep(Item, discriminator="due"):
    """The next step of a tournament, while it waits for its execution; the sweep finds the overdue ones."""

    @classmethod
    def of(cls, tournament_id: int, due_at: datetime) -> DueStep:
        """The row of a tournament's step."""
        return cls.at(keys.due_step(tournament_id, _moment(due_at)))

    @property
    def tournament_id(self) -> int:
        """The tournament."""
        return int(self.sk.rpartition("#")[2])


def _moment(time: datetime) -> str:
    """A time as text that sorts as times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def read_due_before(shard: int, time: datetime) -> list[int]:
    """The tournaments of a shard whose next step was due before a time, the longest overdue first. One Query."""
    rows = read_partition(keys.due_steps(shard), range_key_condition=Item.sk < _moment(time))
    return [row.tournament_id for row in rows if isinstance(row, DueStep)]


class Hosted(Item, discriminator="hosted"):
    """The living tournament that a user has created."""

    tournament_id = IntegerAttribute()

    @classmethod
    def of(cls, user_id: int, tournament_id: int) -> Hosted:
        """The row of a user."""
        return cls.at(keys.hosted(user_id), tournament_id=tournament_id)


class Entry(Item, discriminator="entry"):
    """A tournament in the history of a user who was in it when it started."""

    tournament_id = IntegerAttribute()

    @classmethod
    def of(cls, user_id: int, tournament_id: int) -> Entry:
        """The row of a user and a tournament."""
        return cls.at(keys.entry(user_id, tournament_id), tournament_id=tournament_id)


def read_tournament(tournament_id: int) -> TournamentRow | None:
    """The tournament, or None. One GetItem."""
    row = read_item(keys.tournament(tournament_id))
    return row if isinstance(row, TournamentRow) else None


def read_open_tournaments() -> list[OpenTournament]:
    """All tournaments that haven't started, the newest first. One Query per MiB, some 7,000 of them."""
    rows = read_partition(keys.open_tournaments(), scan_index_forward=False)
    return [row for row in rows if isinstance(row, OpenTournament)]


def read_entries(user_id: int) -> list[int]:
    """The ids of the tournaments in a user's history, the newest first."""
    rows = read_partition(keys.entries(user_id), scan_index_forward=False)
    return [row.tournament_id for row in rows if isinstance(row, Entry)]
