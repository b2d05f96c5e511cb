"""POST /private/match/ticket/: a game server asks whose ticket it was given."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import Field

from shared.domain.play.errors import MatchFinished, NoSuchMatch, TicketNotValid
from shared.domain.play.match_tickets import MAX_LENGTH
from shared.http.bodies import Body
from shared.http.endpoint import Auth, endpoint
from shared.usecases.play import match_tickets
from shared.wire.play.matches import Admission

bp = Blueprint(__name__)


class GivenTicket(Body):
    """A ticket, and the code in the path that it came with."""

    ticket: str = Field(
        max_length=MAX_LENGTH, examples=["116142351589376.116142360502280.Jx0Yy7oVdUeL0h3m6f1s2A"]
    )
    """What stands behind `?ticket=` in the client's address."""
    code: str = Field(examples=["4711"])
    """The code in the path of the client's address."""


@endpoint(
    bp,
    "POST",
    "/private/match/ticket/",
    auth=Auth.SERVICE,
    repeatable=False,
    errors=[TicketNotValid, NoSuchMatch, MatchFinished],
)
def check_ticket(body: GivenTicket) -> Admission:
    """Ask who comes with a ticket to the match with this code: a player or a spectator.

    It changes nothing: report a player by `GET /private/match/<match id>/<user id>/`. 403 for a ticket of another
    match, a forged one, and one of a user who has left the lobby or tournament that they watched.
    """
    return match_tickets.admit(body.ticket, body.code)
