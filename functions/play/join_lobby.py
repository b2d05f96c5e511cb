"""POST /play/lobby/<code>/: connected users and guests join a lobby."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.limits import JOIN
from shared.domain.play.errors import AlreadyPlaying, InTournament, LobbyFull, NoSuchLobby
from shared.domain.social.errors import BlockedByYou
from shared.http.endpoint import Account, Code, endpoint
from shared.usecases.play import lobbies
from shared.wire.play.lobbies import LobbyParticipant

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/lobby/{code}/",
    status=201,
    online=True,
    limits=[JOIN],
    errors=[LobbyFull, BlockedByYou, NoSuchLobby, AlreadyPlaying, InTournament],
)
def join_lobby(me: Account, place: Code | None) -> LobbyParticipant:
    """Join a lobby by its code.

    In a custom game you get into the first team with room, or watch. You leave any queue, other lobby or unstarted
    tournament. The others get `lobby-join`. 404 also if the lobby has banned you, or its creator has blocked you;
    403 if it is full, or you have blocked its creator; 409 while you play a match.
    """
    return lobbies.join(me, place)
