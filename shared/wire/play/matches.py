"""Matches as the contract shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import ConfigDict, Field

from shared.domain.play.match_tickets import Role
from shared.domain.play.matches import FinishReason, GameMode, Match, MatchPlayer, MatchType, Side, Team
from shared.settings import settings
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


class RunningMatch(MatchInstance):
    """A running match, as a game server needs it."""

    model_config = ConfigDict(title="RunningMatchInstance")

    points_to_win: int = Field(ge=1, examples=[3])
    """The side that has so many points first wins."""
    connect_before: Instant
    """Without a connected player until then, the match is void."""
    finish_before: Instant
    """A match that runs until then is closed."""

    @classmethod
    def of(cls, match: Match, accounts: Mapping[int, Account], now: datetime) -> RunningMatch:
        """A match. `accounts` has its players who still exist."""
        rules, start = settings(), match.created_at
        return cls(
            **dict(MatchInstance.of(match, accounts, now)),
            points_to_win=rules.points_to_win,
            connect_before=start + timedelta(seconds=rules.connect_timeout_seconds),
            finish_before=start + timedelta(seconds=rules.match_max_seconds),
        )


class FinishedMatch(MatchInstance):
    """A finished match, and why it ended."""

    model_config = ConfigDict(title="FinishedMatchInstance")

    finish_reason: FinishReason
    """Why it ended."""

    @classmethod
    def of(cls, match: Match, accounts: Mapping[int, Account], now: datetime) -> FinishedMatch:
        """A match with a result. `accounts` has its players who still exist."""
        shown = MatchInstance.of(match, accounts, now)
        return cls.model_validate({**dict(shown), "finish_reason": match.finish_reason})


class MatchToJoin(MatchInstance):
    """A running match, and the way to it."""

    model_config = ConfigDict(title="MatchToJoinInstance")

    role: Role = Field(examples=["player"])
    """Whether the user plays or watches."""
    url: str = Field(examples=["wss://localhost:4443/ws/game/4711/?ticket=116142351589376.116142360502280.…"])
    """The address of the game, with your ticket."""

    @classmethod
    def to(
        cls, match: Match, accounts: Mapping[int, Account], now: datetime, *, role: Role, url: str
    ) -> MatchToJoin:
        """The way to a match. `accounts` has its players who still exist."""
        return cls(**dict(MatchInstance.of(match, accounts, now)), role=role, url=url)


class Admission(Instance):
    """Who comes with a ticket."""

    role: Role = Field(examples=["player"])
    """Whether the user plays or watches."""
    user: SmallUser
    """The holder of the ticket."""
    team: Side | None = Field(examples=["a"])
    """The side of a player; null for a spectator."""
    match: RunningMatch
    """The match that the ticket is for."""

    @classmethod
    def of(
        cls, holder: Account, role: Role, match: Match, accounts: Mapping[int, Account], now: datetime
    ) -> Admission:
        """The holder of a ticket. `accounts` has the match's players who still exist."""
        team = match.find(holder.user.id)[0] if role == "player" else None
        shown = RunningMatch.of(match, accounts, now)
        return cls(role=role, user=SmallUser.of(holder), team=team, match=shown)


def teams_of(game_mode: GameMode, a: Team, b: Team, accounts: Mapping[int, Account]) -> Teams:
    """Both sides. `accounts` has their players who still exist."""

    def shown(team: Team) -> TeamInMatch:
        players = [_player(game_mode, player, accounts.get(player.id)) for player in team.players]
        return TeamInMatch(score=team.score, players=players)

    return Teams(a=shown(a), b=shown(b))


def _player(
    game_mode: GameMode, player: MatchPlayer, account: Account | None
) -> PlayerInMatch | DeletedPlayer:
    share: dict[str, Any] = {
        "score": player.score,
        "own_goal": player.own_goal if game_mode == "clash" else None,
        "trophies": player.trophies if game_mode == "ranked" else None,
    }
    if account is None:
        return DeletedPlayer(id=player.id, **share)
    small = dict(SmallUser.of(account))
    return PlayerInMatch(**small | {name: value for name, value in share.items() if value is not None})
