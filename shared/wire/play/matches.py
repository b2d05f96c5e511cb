"""Matches as the contract shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import ConfigDict, Field

from shared.domain.play.matches import GameMode, Match, MatchPlayer, MatchType, Side, Team
from shared.store.accounts.users import Account
from shared.wire.accounts.users import DeletedUser, SmallUser
from shared.wire.instance import Instance
from shared.wire.scalars import Code, Duration, Id, Instant, OnlyIfSet


class Scored(Instance):
    """One player's result in a match."""

    score: int = Field(ge=0, examples=[3, 1])
    """The points that the player scored."""
    own_goal: OnlyIfSet = None
    """Only in clash."""
    trophies: OnlyIfSet = None
    """The change, only in ranked."""


class PlayerInMatch(SmallUser, Scored):
    """A player of a match. `trophies` is the match's change in ranked, the player's total elsewhere."""

    model_config = ConfigDict(title="PlayerInMatch")

    trophies: int = Field(examples=[36, 20])
    """In ranked the change that the match made, elsewhere the player's total."""


class DeletedPlayer(DeletedUser, Scored):
    """A player of a match whose account is gone."""

    model_config = ConfigDict(title="DeletedPlayerInMatch")


class TeamInMatch(Instance):
    """One side of a match."""

    score: int = Field(ge=0, examples=[3, 1])
    """The side's points."""
    players: list[PlayerInMatch | DeletedPlayer]
    """The side's players."""


class Teams(Instance):
    """Both sides."""

    a: TeamInMatch
    """Side a."""
    b: TeamInMatch
    """Side b."""


class MatchInstance(Instance):
    """A match, running or finished."""

    model_config = ConfigDict(title="MatchInstance")

    id: Id
    """The match's id."""
    code: Code
    """The match's code."""
    game_mode: GameMode
    """Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament."""
    match_type: MatchType
    """The size of the teams."""
    created_at: Instant
    """When it began."""
    game_duration: Duration
    """From creation to the end; of a running match, until now."""
    finished: bool = Field(examples=[True])
    """Whether it is over."""
    teams: Teams
    """Both sides, with scores and players."""
    winner: Side | None
    """The side that won; null while it runs."""
    looser: Side | None
    """The side that lost; null while it runs."""
    tournament_id: Id | None = Field(examples=[None])
    """The tournament; null elsewhere."""
    tournament_stage_id: int | None = Field(examples=[None])
    """The tournament's stage, 4 being the final; null elsewhere."""
    tournament_n: int | None = Field(examples=[None])
    """Its number in the stage, from 1; null elsewhere."""

    @classmethod
    def of(cls, match: Match, accounts: Mapping[int, Account], now: datetime) -> MatchInstance:
        """A match. `accounts` has its players who still exist."""
        return cls(
            id=match.id,
            code=match.code,
            game_mode=match.game_mode,
            match_type=match.match_type,
            created_at=match.created_at,
            game_duration=(match.finished_at or now) - match.created_at,
            finished=match.winner is not None,
            teams=teams_of(match.game_mode, match.a, match.b, accounts),
            winner=match.winner,
            looser=match.looser,
            tournament_id=match.tournament_id,
            tournament_stage_id=match.tournament_stage_id,
            tournament_n=match.tournament_n,
        )


def teams_of(game_mode: GameMode, a: Team, b: Team, accounts: Mapping[int, Account]) -> Teams:
    """Both sides. `accounts` has their players who still exist."""

    def shown(team: Team) -> TeamInMatch:
        players = [_player(game_mode, player, accounts.get(player.id)) for player in team.players]
        return TeamInMatch(score=team.score, players=players)

    return Teams(a=shown(a), b=shown(b))


def _player(
    game_mode: GameMode, player: MatchPlayer, account: Account | None
) -> PlayerInMatch | DeletedPlayer:
    share = Scored(
        score=player.score,
        own_goal=player.own_goal if game_mode == "clash" else None,
        trophies=player.trophies if game_mode == "ranked" else None,
    ).model_dump()
    if account is None:
        return DeletedPlayer.model_validate({"id": player.id, **share})
    return PlayerInMatch.model_validate({**dict(SmallUser.of(account)), **share})
