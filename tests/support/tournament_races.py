"""Races of tournaments: actions that retry as their clients do, and the events and answers that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from shared.domain.errors import Forbidden, Throttled
from shared.domain.play.bracket import Pairing
from tests.support.calls import Answer, call
from tests.support.concurrency import at_once
from tests.support.events import sent_events
from tests.support.players import Player
from tests.support.tournaments import (
    TOURNAMENT,
    gather,
    state_of,
    step,
    win_stage,
)

Action = Callable[[], object]
"""A request, a task, a stream that closes, or a deletion."""

TOO_MANY = 429
RETRIES = 200
"""An action that is refused so often is refused for ever."""


def outcome(action: Action) -> Answer:
    """The answer of a request. Other actions get the status that a request would have, with their output."""
    try:
        result = action()
    except Throttled:
        return Answer(TOO_MANY, None)
    except Forbidden as error:
        return Answer(403, {"code": error.code})
    return result if isinstance(result, Answer) else Answer(200, result)


def retried(action: Action) -> Callable[[], Answer]:
    """The action, repeated after a 429 by its client and after a failed task by Step Functions."""

    def again() -> Answer:
        for _ in range(RETRIES):
            if (answer := outcome(action)).status != TOO_MANY:
                break
        return answer

    return again


def retried_at_once(*actions: Action) -> Sequence[Answer]:
    """The answers to actions at the same instant, each retried."""
    return at_once(*map(retried, actions))


def statuses(actions: Collection[Action]) -> list[int]:
    """The statuses of actions at the same instant, each retried."""
    return [answer.status for answer in retried_at_once(*actions)]


def queue_for_duel(player: Player) -> Answer:
    """A player joins the queue for duels."""
    return call("POST", "/play/duel/", player.access)


def create_lobby(player: Player) -> Answer:
    """A player creates a clash lobby."""
    return call("POST", "/play/lobby/", player.access, {"game_mode": "clash"})


def create_tournament(player: Player, size: int = 4) -> Answer:
    """A player creates a tournament."""
    return call("POST", TOURNAMENT, player.access, {"name": "Another Cup", "size": size})


def invite(player: Player, code: str, other: Player) -> Answer:
    """A player invites another one to a tournament."""
    return call("POST", f"{TOURNAMENT}{code}/invite/{other.id}/", player.access)


def count_sent(code: str) -> int:
    """How often an event was sent."""
    return len(sent_events(code))


def running_pairings(tournament_id: int) -> list[Pairing]:
    """The pairings of a tournament whose match runs."""
    return list(state_of(tournament_id).drawn.running())


def match_of(pairing: Pairing) -> int:
    """The id of a pairing's match."""
    assert pairing.game is not None
    return pairing.game.id


def first_stage(size: int = 4) -> tuple[list[Player], dict[str, Any]]:
    """A full tournament whose first stage runs; its execution waits with the token `first`."""
    players, made = gather(size, size)
    first = state_of(made["id"]).drawn.first_stage
    step("play-stage", made["id"], stage=first, token="first")
    return players, made


def before_the_finish() -> tuple[list[Player], dict[str, Any], Player]:
    """A tournament of 4 whose final is over and whose step `finish` hasn't run, and its winner."""
    players, made = first_stage()
    win_stage(made["id"])
    step("play-stage", made["id"], stage=4, token="final")
    win_stage(made["id"])
    winner = state_of(made["id"]).winner
    return players, made, next(player for player in players if player.id == winner)
