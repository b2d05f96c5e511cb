"""PATCH /private/match/finish/<match id>/: a service reports that a player is gone."""

from __future__ import annotations

from typing import Literal

from chalice.app import Blueprint

from shared.domain.play.errors import MatchFinished, NoSuchMatch, NotInMatch
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.settings import settings
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.matches import read_match, save
from shared.wire.play.matches import MatchInstance
from shared.wire.scalars import GivenId

bp = Blueprint(__name__)


class Absence(Body):
    """Who is gone, and how."""

    user_id: GivenId
    """The player's id."""
    finish_reason: Literal["player-disconnect", "player-not-connected"]
    """Whether the player went away, or never came."""


@endpoint(
    bp,
    "PATCH",
    "/private/match/finish/{match_id}/",
    auth=Auth.SERVICE,
    errors=[
        NoSuchMatch,
        NotInMatch,
        MatchFinished,
    ],
)
def finish_match(match_id: int, body: Absence) -> MatchInstance:
    """End a match because a player went away or never came: that side loses 0 to 3. 409 if it is over already."""
    work = UnitOfWork()
    running = read_match(match_id, work.now)
    changed = running.match.forfeit(
        body.user_id, reason=body.finish_reason, points_to_win=settings().points_to_win, now=work.now
    )
    return save(work, running, changed)
