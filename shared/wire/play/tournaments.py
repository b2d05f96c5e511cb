"""Tournaments as the contract shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from shared.domain.play import tournament as rules
from shared.domain.play.bracket import Pairing, StageName
from shared.domain.play.matches import FinishReason, GameMode, Match, MatchType, Side, other
from shared.store.accounts.users import Account
from shared.store.play.tournaments import OpenTournament
from shared.wire.accounts.users import DeletedUser, SmallUser
from shared.wire.instance import Instance
from shared.wire.play.matches import MatchInstance, Teams, teams_of
from shared.wire.scalars import Code, Duration, Id, Instant

TournamentName = Annotated[str, Field(examples=["Autumn Cup"])]
Size = Annotated[int, Field(examples=[8])]
DELETED = "deleted-user"


@dataclass(frozen=True, slots=True)
class TournamentView:
    """The data that a tournament's wire form needs besides the tournament."""

    accounts: Mapping[int, Account]
    """Its users who still exist, by id."""
    live: Mapping[int, Match]
    """The running matches with their present scores, by id."""
    now: datetime

    def user(self, user_id: int | None) -> SmallUser | DeletedUser | None:
        """A user of the tournament; None without an id."""
        if user_id is None:
            return None
        account = self.accounts.get(user_id)
        return SmallUser.of(account) if account else DeletedUser(id=user_id)

    def name(self, user_id: int | None) -> str | None:
        """The name of a user of the tournament; None without an id."""
        if user_id is None:
            return None
        account = self.accounts.get(user_id)
        return account.user.username if account else DELETED


class TournamentParticipant(SmallUser):
    """A user in a tournament."""

    model_config = ConfigDict(title="TournamentParticipantInstance")

    tournament: Id
    stage: int | None = Field(examples=[2])
    """The id of the last stage that they have got to, 4 being the final; null before the start, like the seed."""
    seed: int | None = Field(examples=[3])
    still_in: bool = Field(examples=[True])
    creator: bool = Field(examples=[True])
    join_at: Instant

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


class BracketMatch(Instance):
    """A match of a bracket. One that hasn't begun, or is never played, has no id, no code and no time."""

    model_config = ConfigDict(title="BracketMatchInstance")

    id: Id | None
    code: Code | None
    n: int = Field(examples=[1])
    """Its number in the stage: the winners of 1 and 2 meet in number 1 of the next stage."""
    user_1: SmallUser | DeletedUser | None
    user_2: SmallUser | DeletedUser | None
    score_winner: int | None = Field(examples=[3])
    score_looser: int | None = Field(examples=[1])
    finish_reason: FinishReason | None = Field(examples=["normal-end"])
    game_mode: GameMode = Field(examples=["tournament"])
    match_type: MatchType
    created_at: Instant | None
    game_duration: Duration
    finished: bool = Field(examples=[True])
    teams: Teams
    winner: Side | None
    looser: Side | None
    tournament_id: Id
    tournament_stage_id: int = Field(examples=[2])
    tournament_n: int = Field(examples=[1])

    @classmethod
    def of(cls, tournament: rules.Tournament, pairing: Pairing, view: TournamentView) -> BracketMatch:
        """A match of a tournament's bracket."""
        game = pairing.game
        if game and pairing.is_running:
            game = view.live.get(game.id, game)
        decided = pairing.is_decided
        won, lost = pairing.score("a"), pairing.score("b")
        if pairing.winner == "b":
            won, lost = lost, won
        return cls(
            **(_played(game, view) if game else _unplayed(tournament, pairing, view)),
            finished=decided,
            n=pairing.n,
            user_1=view.user(pairing.user_1),
            user_2=view.user(pairing.user_2),
            score_winner=won if decided else None,
            score_looser=lost if decided else None,
            finish_reason=pairing.finish_reason,
        )


def _played(game: Match, view: TournamentView) -> dict[str, Any]:
    shown = dict(MatchInstance.of(game, view.accounts, view.now))
    del shown["finished"]
    return shown


def _unplayed(tournament: rules.Tournament, pairing: Pairing, view: TournamentView) -> dict[str, Any]:
    a, b = pairing.team("a"), pairing.team("b")
    return {
        "id": None,
        "code": None,
        "game_mode": "tournament",
        "match_type": "1v1",
        "created_at": None,
        "game_duration": timedelta(0),
        "teams": teams_of("tournament", a, b, view.accounts),
        "winner": pairing.winner,
        "looser": other(pairing.winner) if pairing.winner else None,
        "tournament_id": tournament.id,
        "tournament_stage_id": pairing.stage,
        "tournament_n": pairing.n,
    }


class Matches(Instance):
    """The bracket, stage by stage; a stage that the tournament is too small for is left out."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    round_of_16: list[BracketMatch] | None = Field(
        default=None, alias="round-of-16", exclude_if=lambda value: value is None
    )
    quarter_final: list[BracketMatch] | None = Field(
        default=None, alias="quarter-final", exclude_if=lambda value: value is None
    )
    semi_final: list[BracketMatch] = Field(alias="semi-final")
    final: list[BracketMatch]

    @classmethod
    def of(cls, tournament: rules.Tournament, view: TournamentView) -> Matches | None:
        """The bracket of a tournament; None before the start."""
        if tournament.bracket is None:
            return None
        stages: dict[StageName, list[BracketMatch]] = {
            stage[0].name: [BracketMatch.of(tournament, pairing, view) for pairing in stage]
            for stage in tournament.bracket.stages
        }
        return cls.model_validate(stages)


class Tournament(Instance):
    """A tournament that isn't over."""

    model_config = ConfigDict(title="TournamentInstance")

    id: Id
    name: TournamentName
    participants: list[TournamentParticipant]
    """Who is in it, to play or to watch, in the order of joining."""
    private: bool = Field(examples=[False])
    is_started: bool = Field(examples=[False])
    start_at: Instant | None
    """When the countdown ends; null while there is none."""
    code: Code
    size: Size
    created_at: Instant
    created_by: Id
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
    name: TournamentName
    start_at: Instant
    finish_at: Instant | None
    """Null as long as it is being played."""
    size: Size
    created_at: Instant
    created_by: Id
    matches: Matches

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
    code: Code
    name: TournamentName
    n_participants: int = Field(ge=0, examples=[5])
    size: Size
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
