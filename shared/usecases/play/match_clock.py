"""The two steps of a match's clock, taken by the clock or, when that is lost, by the sweep.

A match that no player has connected to is void; one that lasts too long is closed
(docs/contract/queues-and-matches.md#void-matches).
"""

from __future__ import annotations

from typing import Literal

from shared.domain.play.matches import PLAYERS_TIMEOUT
from shared.store import keys
from shared.store.base import read_item
from shared.store.play.clock_queue import CONNECT, Step
from shared.store.play.matches import MatchRow
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.play.matches import read_around, save, void

Outcome = Literal["ended", "goes on", "over"]
"""The step has ended the match; the match goes on; it was over before."""


def take(step: Step, match_id: int) -> Outcome:
    """Take a step of a match's clock. A GetItem, if there is nothing to do."""
    row = read_item(keys.match(match_id))
    if not isinstance(row, MatchRow) or row.state.winner is not None:
        return "over"
    match = row.state
    if step == CONNECT and match.anybody_connected:
        return "goes on"
    work = UnitOfWork()
    running = read_around(row, work.now)
    if step == CONNECT or match.leading is None:
        void(work, running)
    else:
        save(work, running, match.won_by(match.leading, PLAYERS_TIMEOUT, work.now))
    return "ended"
