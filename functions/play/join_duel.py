"""POST /play/duel/: connected users and guests queue for a duel."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import AlreadyPlaying, InTournament
from shared.domain.play.matchmaking import DUEL
from shared.http.endpoint import Account, endpoint
from shared.store.deferral import afterwards
from shared.usecases.play.matchmaking import pair_up
from shared.usecases.play.queues import join_queue
from shared.wire.play.queues import QueueTicket

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/duel/",
    status=201,
    online=True,
    errors=[AlreadyPlaying, InTournament],
)
def join_duel(me: Account) -> QueueTicket:
    """Queue for a duel.

    You leave any other queue, lobby or unstarted tournament. As soon as there is an opponent, both of you get
    `game-start`. Asking again keeps your place in the queue. 409 while you play a match.
    """
    ticket = join_queue(me, DUEL)
    afterwards(lambda: pair_up(DUEL, ticket))
    return QueueTicket.of(ticket, DUEL)
