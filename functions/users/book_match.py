"""POST /private/users/result-match/: a service books a match that was played elsewhere."""

from __future__ import annotations

from typing import Annotated

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.errors import Invalid
from shared.domain.ids import new_id
from shared.domain.play.matches import GameMode, Side
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.store import keys
from shared.store.accounts.users import read_users
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.results import book
from shared.wire.scalars import GivenId

bp = Blueprint(__name__)

Points = Annotated[int, Field(ge=0, le=1000, examples=[3, 1])]


class Share(Body):
    """What one player did; `trophies` is the change in ranked."""

    id: GivenId
    """The player's id."""
    score: Points
    """The points that the player scored."""
    own_goal: Points = Field(default=0, examples=[0])
    """The player's own goals; counted in clash."""
    trophies: int = Field(default=0, ge=-10_000, le=10_000, examples=[0])
    """The change of the player's trophies; counted in ranked."""


class ResultTeam(Body):
    """One side."""

    score: Points
    """The side's points."""
    players: list[Share] = Field(min_length=1, max_length=3)
    """The side's players."""


class ResultTeams(Body):
    """Both sides."""

    a: ResultTeam
    """Side a."""
    b: ResultTeam
    """Side b."""


class MatchResult(Body):
    """A finished match."""

    game_mode: GameMode
    """The mode that it counts for."""
    teams: ResultTeams
    """Both sides, with scores and players."""
    winner: Side
    """The side that won."""
    looser: Side
    """The side that lost: the other one."""


@endpoint(bp, "POST", "/private/users/result-match/", auth=Auth.SERVICE, status=201, errors=[Invalid])
def book_match(body: MatchResult) -> MatchResult:
    """Book a match that was played elsewhere: statistics, the given trophies, pictures.

    It books for all players who exist, in one transaction. Sending it again books it again.
    """
    if body.winner == body.looser:
        raise Invalid.field("looser", "The looser cannot be the winner.")
    shares = [(share, side == body.winner) for side in ("a", "b") for share in _team(body, side).players]
    if len({share.id for share, _ in shares}) < len(shares):
        raise Invalid.field("teams", "Nobody can play twice.")
    users = read_users(share.id for share, _ in shares)
    work = UnitOfWork()
    partition = keys.result(new_id(work.now))
    for share, won in shares:
        if share.id in users:
            user = users[share.id]
            statistics = user.statistics.after_match(
                body.game_mode, won=won, scored=share.score, own_goals=share.own_goal
            )
            change = share.trophies if body.game_mode == "ranked" else None
            book(work, user, partition, statistics=statistics, trophy_change=change)
    work.commit()
    return body


def _team(body: MatchResult, side: str) -> ResultTeam:
    return body.teams.a if side == "a" else body.teams.b
