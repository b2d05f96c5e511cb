"""What races in tournaments are made of: actions, who repeats them, and what was told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from shared.domain.errors import Forbidden, Throttled
from shared.domain.play.bracket import Pairing
from shared.usecases.accounts.presence import go_offline
from tests.support.calls import CONTAINER, Answer, Player, call, delete, made_player, open_streams, service
from tests.support.concurrency import at_once
from tests.support.friends import sent_events
from tests.support.killed_processes import task
from tests.support.tournaments import (
    TOURNAMENT,
    answers,
    gather,
    state_of,
    step,
    win_stage,
)

Doing = Callable[[], Answer]

DONE = Answer(200, None)
"""The answer of what has none: tasks, and streams that close."""
TOO_MANY = 429
PATIENCE = 200
"""So often is far from being lucky: whoever is still refused will be for ever."""


def players_online(count: int, name: str = "racer") -> list[Player]:
    players = [made_player(f"{name}-{number}") for number in range(count)]
    open_streams(*players)
    return players


def patiently(action: Doing) -> Doing:
    """What a client does after a 429, and Step Functions after a failed task: the same again."""

    def again() -> Answer:
        for _ in range(PATIENCE):
            if (answer := once(action)).status != TOO_MANY:
                break
        return answer

    return again


def once(action: Doing) -> Answer:
    """The answer, also of what is no request and raises its refusals."""
    try:
        return action()
    except Throttled:
        return Answer(TOO_MANY, None)
    except Forbidden as error:
        return Answer(403, {"code": error.code})


def patiently_at_once(*doing: Doing) -> Sequence[Answer]:
    """The answers to actions at the same instant, each repeated after a 429."""
    return at_once(*map(patiently, doing))


def statuses(doing: Collection[Doing]) -> list[int]:
    """Their statuses."""
    return [answer.status for answer in patiently_at_once(*doing)]


def offline(player: Player) -> Answer:
    go_offline(player.id, CONTAINER)
    return DONE


def gone(player: Player) -> Answer:
    delete(player)
    return DONE


def duel(player: Player) -> Answer:
    return call("POST", "/play/duel/", player.access)


def host(player: Player) -> Answer:
    return call("POST", "/play/lobby/", player.access, {"game_mode": "clash"})


def create(player: Player, size: int = 4) -> Answer:
    return call("POST", TOURNAMENT, player.access, {"name": "Another Cup", "size": size})


def invite(player: Player, code: str, other: Player) -> Answer:
    return call("POST", f"{TOURNAMENT}{code}/invite/{other.id}/", player.access)


def machine(name: str, id_: int, run: int | None, **more: Any) -> Answer:
    """A step of the state machine; what it is told is the answer's body."""
    return Answer(200, step(name, id_, run, **more))


def clock(name: str, match_id: int) -> Answer:
    task(name, {"match_id": match_id})
    return DONE


def point(player_id: int) -> Answer:
    return call("PUT", f"/private/match/score/{player_id}/", service(), {})


def absent(match_id: int, player_id: int) -> Answer:
    body = {"user_id": player_id, "finish_reason": "player-disconnect"}
    return call("PATCH", f"/private/match/finish/{match_id}/", service(), body)


def told(token: str) -> list[str]:
    """What the execution that waits with a token has been answered."""
    return [output["verdict"] for answered, output in answers() if answered == token]


def sent(code: str) -> int:
    """How often an event was sent."""
    return len(sent_events([code]))


def running_in(id_: int) -> list[Pairing]:
    return list(state_of(id_).drawn.running())


def match_of(pairing: Pairing) -> int:
    assert pairing.game is not None
    return pairing.game.id


def first_stage(size: int = 4) -> tuple[list[Player], dict[str, Any]]:
    """A full tournament whose first stage is being played; its execution waits with the token `first`."""
    players, made = gather(size, size)
    first = state_of(made["id"]).drawn.first_stage
    step("play-stage", made["id"], stage=first, token="first")
    return players, made


def decided() -> tuple[list[Player], dict[str, Any], Player]:
    """A tournament of 4 whose final is over, and who has won it; it is not finished."""
    players, made = first_stage()
    win_stage(made["id"])
    step("play-stage", made["id"], stage=4, token="final")
    win_stage(made["id"])
    winner = state_of(made["id"]).winner
    return players, made, next(player for player in players if player.id == winner)
