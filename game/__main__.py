"""The game server: `python -m game`.

It gets a service token, follows all matches, and lets players and spectators in by their tickets. SIGTERM ends the
connections and exits with 0; matches go on in its successor, from the score that the API has. When a part fails, or the
token is refused, it exits with 1: the program that runs it starts it anew.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import resource
import signal
import sys
from contextlib import suppress

from pong_client import AsyncPongService, PongError, Retries

from game.clock import Clock
from game.rooms import PATIENT, Rooms
from game.server import GameServer
from game.settings import BadSetting, Settings
from game.token import Token

log = logging.getLogger("game")

BRIEF = Retries(2, first_wait=0.2, longest_wait=1.0)
"""Of the calls that a client waits for."""

MEASURED_SECONDS = 60.0


class Stopped(Exception):
    """A signal has asked the process to end."""


def main() -> int:
    """Run until stopped; the exit code."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stdout
    )
    for chatty in ("httpx", "websockets"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        settings = Settings.of()
    except BadSetting as problem:
        log.critical("stopping: %s", problem)
        return 1
    code = 0
    try:
        asyncio.run(_run(settings))
    except* Stopped:
        log.info("stopped")
    except* (PongError, OSError) as failed:
        log.critical("stopping: %r", failed.exceptions)
        code = 1
    return code


async def _run(settings: Settings) -> None:
    token = Token(settings.token_command)
    async with AsyncPongService(
        settings.pong_url, token.current, ca=settings.pong_ca, retries=PATIENT
    ) as api:
        tickets = AsyncPongService(settings.pong_url, token.current, http=api.http, retries=BRIEF)
        events = AsyncPongService(
            settings.pong_events_url or settings.pong_url, token.current, http=api.http, retries=PATIENT
        )
        async with asyncio.TaskGroup() as tasks:
            clock = Clock(lambda: rooms.step())
            rooms = Rooms(api, settings, tasks, clock.wake)
            server = GameServer(tickets, rooms, clock, settings, token.ready)
            async with server.listen():
                log.info("listening port=%d", settings.game_port)
                for part in (
                    _until_signal(),
                    _follow(token, rooms, events),
                    server.sweep(),
                    clock.run(),
                    _measure(clock),
                ):
                    tasks.create_task(part)
                await asyncio.Event().wait()


async def _follow(token: Token, rooms: Rooms, events: AsyncPongService) -> None:
    """Follow the matches, with a token that is good."""
    await token.get()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(token.keep())
        tasks.create_task(rooms.follow(events, _give_memory_back))


async def _until_signal() -> None:
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await asked.wait()
    raise Stopped


async def _measure(clock: Clock) -> None:
    """Log how punctual the steps were, while matches are played."""
    steps = 0
    while True:
        await asyncio.sleep(MEASURED_SECONDS)
        if clock.steps != steps:
            steps = clock.steps
            log.info("steps=%d skipped=%d late_ms=%s", steps, clock.skipped, dict(clock.late))


def _give_memory_back() -> None:
    """Starting leaves garbage behind; the objects that are here now will never be garbage."""
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):  # the C library is another one than glibc
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    sys.exit(main())
