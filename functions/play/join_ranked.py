"""POST /play/ranked/: connected registered users queue for a ranked match."""

from __future__ import annotations

from chalice.app import Blueprint

from shared.domain.play.errors import AlreadyPlaying, InTournament
from shared.domain.play.matchmaking import RANKED
from shared.http.endpoint import Account, Auth, endpoint
from shared.store.deferral import afterwards
from shared.usecases.play.matchmaking import pair_up
from shared.usecases.play.queues import join_queue
from shared.wire.play.queues import QueueTicket

bp = Blueprint(__name__)


@endpoint(
    bp,
    "POST",
    "/play/ranked/",
    auth=Auth.REGISTERED,
    status=201,
    online=True,
    errors=[AlreadyPlaying, InTournament],
)
def join_ranked(me: Account) -> QueueTicket:
    """Queue for a ranked match.

    You leave any other queue, lobby or unstarted tournament. Your opponent is the one nearest to you by trophies, at
    most 50 apart, and 50 more for every 10 seconds that the longer waiting one of you has waited. As soon as there is
    one, both of you get `game-start`. Asking again keeps your place in the queue. 409 while you play a match.
    """
    ticket = join_queue(me, RANKED)
    afterwards(lambda: pair_up(RANKED, ticket))
    return QueueTicket.of(ticket, RANKED)
