"""POST /play/tournament/<code>/message/: the caller writes to the others in a tournament."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.errors import Invalid
from shared.domain.limits import PLACE_MESSAGE
from shared.domain.play.errors import NotTournamentMember
from shared.http.bodies import Body
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import tournaments
from shared.wire.chat.conversations import MessageText
from shared.wire.play.rooms import RoomMessage

bp = Blueprint(__name__)


class TournamentMessage(Body):
    """What to say."""

    content: MessageText
    """The text."""


@endpoint(
    bp,
    "POST",
    "/play/tournament/{code}/message/",
    status=201,
    limits=[PLACE_MESSAGE],
    errors=[Invalid, NotTournamentMember],
)
def send_tournament_message(me: Account, code: str, body: TournamentMessage) -> RoomMessage:
    """Say something to everybody in the tournament: the others get `tournament-message`. It is kept nowhere.

    1 to 1000 characters, not counting spaces at both ends.
    """
    return tournaments.say(me, code, body.content)
