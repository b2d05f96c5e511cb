"""POST /play/lobby/<code>/message/: the caller writes to the others in a lobby."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.errors import Invalid
from shared.domain.limits import PLACE_MESSAGE
from shared.domain.play.errors import NotLobbyMember
from shared.http.bodies import Body
from shared.http.endpoint import Account, endpoint
from shared.usecases.play import lobbies
from shared.wire.chat.conversations import MessageText
from shared.wire.play.rooms import RoomMessage

bp = Blueprint(__name__)


class LobbyMessage(Body):
    """What to say."""

    content: MessageText
    """The text."""


@endpoint(
    bp,
    "POST",
    "/play/lobby/{code}/message/",
    status=201,
    limits=[PLACE_MESSAGE],
    errors=[Invalid, NotLobbyMember],
)
def send_lobby_message(me: Account, code: str, body: LobbyMessage) -> RoomMessage:
    """Say something to everybody in the lobby: the others get `lobby-message`. It is kept nowhere.

    1 to 1000 characters, not counting spaces at both ends.
    """
    return lobbies.say(me, code, body.content)
