"""POST /play/tournament/: a connected registered user makes a tournament."""

from __future__ import annotations

from typing import Annotated, Literal

from chalice.app import Blueprint
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.domain.errors import Invalid
from shared.domain.limits import TOURNAMENT
from shared.domain.play.errors import AlreadyHosting, AlreadyPlaying, InTournament
from shared.domain.play.tournament_rules import NAME_MAX
from shared.http.bodies import Body
from shared.http.endpoint import Account, Auth, endpoint
from shared.usecases.play import tournaments
from shared.wire.play.tournaments import Tournament

bp = Blueprint(__name__)

Name = Annotated[
    str,
    Field(examples=["Autumn Cup"], json_schema_extra={"minLength": 1, "maxLength": NAME_MAX}),
]


def _whole(value: object) -> object:
    """The value. An error for 4.0: a literal takes what is equal to it, and a float is no integer."""
    if type(value) is not int:
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


Size = Annotated[Literal[4, 8, 16], BeforeValidator(_whole)]


class NewTournament(Body):
    """Its name and size. Only its creator finds a private tournament in the search; others need its code."""

    name: Name
    """The tournament's name."""
    size: Size = Field(examples=[8])
    """How many can play."""
    private: bool = Field(default=False, examples=[False])
    """Whether only its code leads others to it, not the search."""


@endpoint(
    bp,
    "POST",
    "/play/tournament/",
    auth=Auth.REGISTERED,
    status=201,
    online=True,
    limits=[TOURNAMENT],
    errors=[Invalid, AlreadyHosting, AlreadyPlaying, InTournament],
)
def create_tournament(me: Account, body: NewTournament) -> Tournament:
    """Make a tournament and be in it.

    You leave any queue, lobby or other unstarted tournament. 403 as long as another tournament of yours isn't over,
    even if you have left it; 409 while you play a match or may still win a tournament.
    """
    return tournaments.create(me, body.name, body.size, private=body.private)
