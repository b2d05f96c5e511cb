"""A tournament's bracket as the contract shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ConfigDict, Field

from shared.domain.play import tournament as rules
from shared.domain.play.bracket import Pairing, StageName
from shared.domain.play.matches import FinishReason, GameMode, Match, MatchType, Side, other
from shared.store.accounts.users import Account
from shared.wire.accounts.users import DeletedUser, SmallUser
from shared.wire.instance import Instance
from shared.wire.play.matches import MatchInstance, Teams, teams_of
from shared.wire.scalars import Code, Duration, Id, Instant

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


class BracketMatch(Instance):
    """A match of a bracket. One that hasn't begun, or is never played, has no id, no code and no time."""

    model_config = ConfigDict(title="BracketMatchInstance")

    id: Id | None
    """The match's id; null if it hasn't begun."""
    code: Code | None
    """The match's code; null if it hasn't begun."""
    n: int = Field(examples=[1])
    """Its number in the stage: the winners of 1 and 2 meet in number 1 of the next stage."""
    user_1: SmallUser | DeletedUser | None
    """The player of side a; null as long as nobody is."""
    user_2: SmallUser | DeletedUser | None
    """The player of side b; null as long as nobody is."""
    score_winner: int | None = Field(examples=[3])
    """The winner's points; null before the end."""
    score_looser: int | None = Field(examples=[1])
    """The looser's points; null before the end."""
    finish_reason: FinishReason | None = Field(examples=["normal-end"])
    """How it ended; null before.

    `normal-end`: by points. `player-disconnect`, `player-not-connected`: a player was absent. `players-timeout`: no
    player came, or time ran out. `game-not-played`, `no-game`: one or both players are out.
    """
    game_mode: GameMode = Field(examples=["tournament"])
    """Always `tournament`."""
    match_type: MatchType
    """Always `1v1`."""
    created_at: Instant | None
    """When it began; null if it hasn't."""
    game_duration: Duration
    """From creation to the end; of a running match, until now."""
    finished: bool = Field(examples=[True])
    """Whether it is decided."""
    teams: Teams
    """Both sides, with scores and players."""
    winner: Side | None
    """The side that won; null before the end, and if neither did."""
    looser: Side | None
    """The side that lost; null before the end, and if neither did."""
    tournament_id: Id
    """The tournament's id."""
    tournament_stage_id: int = Field(examples=[2])
    """The stage, 4 being the final."""
    tournament_n: int = Field(examples=[1])
    """The same as `n`."""

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
    """The matches of the last 16; only in tournaments of 16."""
    quarter_final: list[BracketMatch] | None = Field(
        default=None, alias="quarter-final", exclude_if=lambda value: value is None
    )
    """The matches of the last 8; not in tournaments of 4."""
    semi_final: list[BracketMatch] = Field(alias="semi-final")
    """The two matches of the last 4."""
    final: list[BracketMatch]
    """The final, a list of one."""

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
