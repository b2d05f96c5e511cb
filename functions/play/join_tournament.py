"""POST /play/tournament/<code>/: connected users and guests join a tournament."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.limits import JOIN
from shared.domain.play.errors import (
    AlreadyPlaying,
    InTournament,
    NoSuchTournament,
    TournamentFull,
    TournamentStarted,
)
from shared.domain.social.errors import BlockedByYou
from shared.http.endpoint import Account, Code, endpoint
from shared.usecases.play import tournaments
from shared.wire.play.tournaments import TournamentParticipant

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/tournament/{code}/",
    status=201,
    online=True,
    limits=[JOIN],
    errors=[
        TournamentFull,
        TournamentStarted,
        BlockedByYou,
        NoSuchTournament,
        AlreadyPlaying,
        InTournament,
    ],
)
def join_tournament(me: Account, place: Code | None) -> TournamentParticipant:
    """Join a tournament by its code, or come back to watch one that you are out of.

    You leave any queue, lobby or other unstarted tournament. The others get `tournament-join`. At 80 % of its size
    everyone gets `tournament-start-at`; when it is full, or the countdown is over, `tournament-start`. 404 also if the
    tournament has banned you, or its creator has blocked you; 403 if it is full or has started, or you have blocked
    its creator; 409 while you play a match or may still win another tournament.
    """
    return tournaments.join(me, place)
