"""POST /private/users/result-tournament/: a service books a tournament that was won elsewhere."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import BaseModel

from shared.domain.accounts.errors import NoSuchUser
from shared.domain.ids import new_id
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.store import keys
from shared.store.accounts.users import read_user
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.results import book
from shared.wire.scalars import GivenId, Id

bp = Blueprint(__name__)


class TournamentResult(Body):
    """Who won."""

    winner: GivenId
    """The winner's id."""


class TournamentBooked(BaseModel):
    """The result, as it came."""

    winner: Id
    """The winner's id."""


@endpoint(
    bp,
    "POST",
    "/private/users/result-tournament/",
    auth=Auth.SERVICE,
    status=201,
    errors=[NoSuchUser],
)
def book_tournament(body: TournamentResult) -> TournamentBooked:
    """Book a tournament win: statistics and pictures. Sending it again books it again."""
    user = read_user(body.winner)
    if user is None:
        raise NoSuchUser
    work = UnitOfWork()
    book(
        work,
        user,
        keys.result(new_id(work.now)),
        statistics=user.statistics.after_tournament_win(),
    )
    work.commit()
    return TournamentBooked(winner=body.winner)
