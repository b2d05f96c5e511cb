"""Tournaments as the contract shows them."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from shared.domain.play import tournament as rules
from shared.store.accounts.users import Account
from shared.store.play.tournaments import OpenTournament
from shared.wire.accounts.users import SmallUser
from shared.wire.instance import Instance
from shared.wire.play.bracket import DELETED, Matches, TournamentView
from shared.wire.scalars import Code, Id, Instant

TournamentName = Annotated[str, Field(examples=["Autumn Cup"])]
Size = Annotated[int, Field(examples=[8])]


class TournamentParticipant(SmallUser):
    """A user in a tournament."""

    model_config = ConfigDict(title="TournamentParticipantInstance")

    tournament: Id
    """The tournament's id."""
    stage: int | None = Field(examples=[2])
    """The id of the last stage that they have got to, 4 being the final; null before the start, like the seed."""
    seed: int | None = Field(examples=[3])
    """The place in the ranking at the start, 1 being the best; null before."""
    still_in: bool = Field(examples=[True])
    """Whether the user can still win."""
    creator: bool = Field(examples=[True])
    """Whether the user made the tournament."""
    join_at: Instant
    """When the user joined."""

    @classmethod
    def within(
        cls, tournament: rules.Tournament, entrant: rules.Entrant, account: Account
    ) -> TournamentParticipant:
        """A participant with their account."""
        return cls(
            **dict(SmallUser.of(account)),
            tournament=tournament.id,
            stage=entrant.stage,
            seed=entrant.seed,
            still_in=entrant.still_in,
            creator=entrant.id == tournament.created_by,
            join_at=entrant.join_at,
        )


class Tournament(Instance):
    """A tournament that isn't over."""

    model_config = ConfigDict(title="TournamentInstance")

    id: Id
    """The tournament's id."""
    name: TournamentName
    """The tournament's name."""
    participants: list[TournamentParticipant]
    """Who is in it, to play or to watch, in the order of joining."""
    private: bool = Field(examples=[False])
    """Whether only its code leads to it, not the search."""
    is_started: bool = Field(examples=[False])
    """Whether it has started."""
    start_at: Instant | None
    """When the countdown ends; null while there is none."""
    code: Code
    """The code to join by."""
    size: Size
    """How many can play."""
    created_at: Instant
    """When it was made."""
    created_by: Id
    """The creator's id."""
    matches: Matches | None = Field(default=None, exclude_if=lambda value: value is None)
    """Only once it has started."""

    @classmethod
    def of(cls, tournament: rules.Tournament, view: TournamentView) -> Tournament:
        """A tournament."""
        return cls(
            id=tournament.id,
            name=tournament.name,
            participants=[
                TournamentParticipant.within(tournament, entrant, view.accounts[entrant.id])
                for entrant in tournament.entrants
                if entrant.present and entrant.id in view.accounts
            ],
            private=tournament.private,
            is_started=tournament.is_started,
            start_at=tournament.start_at,
            code=tournament.code,
            size=tournament.size,
            created_at=tournament.created_at,
            created_by=tournament.created_by,
            matches=Matches.of(tournament, view),
        )


class PlayedTournament(Instance):
    """A tournament that has started, and may be over."""

    model_config = ConfigDict(title="PlayedTournamentInstance")

    id: Id
    """The tournament's id."""
    name: TournamentName
    """The tournament's name."""
    start_at: Instant
    """When it started."""
    finish_at: Instant | None
    """Null as long as it is being played."""
    size: Size
    """How many could play."""
    created_at: Instant
    """When it was made."""
    created_by: Id
    """The creator's id."""
    matches: Matches
    """The bracket, stage by stage."""

    @classmethod
    def of(cls, tournament: rules.Tournament, view: TournamentView) -> PlayedTournament:
        """A tournament that has started."""
        return cls.model_validate(
            {
                "id": tournament.id,
                "name": tournament.name,
                "start_at": tournament.start_at,
                "finish_at": tournament.finish_at,
                "size": tournament.size,
                "created_at": tournament.created_at,
                "created_by": tournament.created_by,
                "matches": Matches.of(tournament, view),
            }
        )


class FoundTournament(Instance):
    """A tournament that can be joined."""

    id: Id
    """The tournament's id."""
    code: Code
    """The code to join by."""
    name: TournamentName
    """The tournament's name."""
    n_participants: int = Field(ge=0, examples=[5])
    """How many are in it."""
    size: Size
    """How many can play."""
    created_by: str = Field(examples=["alice"])
    """The creator's name."""

    @classmethod
    def of(cls, row: OpenTournament, creator: str | None) -> FoundTournament:
        """A row of the search."""
        return cls(
            id=row.id,
            code=row.code,
            name=row.name,
            n_participants=row.n_participants,
            size=row.size,
            created_by=creator or DELETED,
        )
