"""Processes that handle requests and are killed between two calls of the database, or at a random instant."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any, Literal

from shared.store.base import connection
from shared.usecases.accounts import presence
from tests.support.calls import call
from tests.support.database import leading_to
from tests.support.matches import score
from tests.support.players import CONTAINER, PASSWORD, Player, go_offline
from tests.support.queues import join_queue

Moment = Literal["before-call", "after-call"]
Action = Callable[..., Any]

# The fork server imports everything once and forks a process per kill: 30 ms instead of a second.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.conftest", "tests.support.killed_processes"])


def killed_at(
    environment: Mapping[str, str], moment: Moment, number: int, action: Action, *arguments: Any
) -> bool:
    """Run an action in a process that is killed before or after its `number`-th call of the database.

    False if the action makes fewer calls, and so has ended.
    """
    process = PROCESSES.Process(target=_run, args=(dict(environment), moment, number, action, arguments))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), f"the action itself failed: {process.exitcode}"
    return process.exitcode != 0


def _run(
    environment: Mapping[str, str], moment: Moment, number: int, action: Action, arguments: tuple[Any, ...]
) -> None:
    made = 0

    def die(**_: object) -> None:
        nonlocal made
        made += 1
        if made == number:
            os.kill(os.getpid(), signal.SIGKILL)

    with leading_to(environment):
        connection().client.meta.events.register(f"{moment}.dynamodb", die)
        action(*arguments)


def killed_after(environment: Mapping[str, str], players: list[Player], seconds: float, seed: int) -> None:
    """Run a process that plays without end, and kill it after so many seconds."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_play, args=(dict(environment), players, seed, theirs))
    process.start()
    assert ours.recv() == "playing"
    process.join(seconds)
    assert process.is_alive(), "the process ended by itself"
    process.kill()
    process.join()


def _play(environment: Mapping[str, str], players: list[Player], seed: int, started: Connection) -> None:
    draw = random.Random(seed)
    with leading_to(environment):
        connection().client  # noqa: B018 (made on first use)
        started.send("playing")
        while True:
            one, two = draw.sample(players, 2)
            draw.choice([_duel, _duel, _duel, _come_and_go, _guest, _rename])(one, two, draw)


def _duel(one: Player, two: Player, draw: random.Random) -> None:
    join_queue(one)
    join_queue(two)
    for _ in range(3):
        score(draw.choice([one, two]))


def _come_and_go(one: Player, _two: Player, _draw: random.Random) -> None:
    join_queue(one)
    go_offline(one)
    presence.come_online([one.id], CONTAINER)


def _guest(_one: Player, _two: Player, draw: random.Random) -> None:
    guest = call("POST", "/auth/guest/").body["access"]
    name = f"guest-{draw.randrange(10**9)}"
    call("PUT", "/auth/register/guest/", guest, {"username": name, "password": PASSWORD})


def _rename(one: Player, _two: Player, draw: random.Random) -> None:
    call("PATCH", "/users/me/", one.access, {"username": f"player-{draw.randrange(10**9)}"})
