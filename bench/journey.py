"""Journeys: requests of which each needs the one before, sent by each connection in turn.

Each request is timed as its own route, from each connection's second round on. It has no rate, because the other
connections are at other requests meanwhile.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.http1 import Connection, connect
from bench.load import Result, UnexpectedAnswerError
from bench.measurement import Measurement
from bench.people import Person, SetupError
from bench.routes import Api, title
from bench.session import Session

ATTEMPTS = 50
PAUSE_SECONDS = 0.02
"""After a 429, before the request is sent again: the rest of the journey needs it done."""


@dataclass(slots=True)
class Recording:
    """What the connections of a journey have measured."""

    seconds: float
    started: float = field(default_factory=time.perf_counter)
    latencies: dict[str, list[float]] = field(default_factory=dict)
    throttled: Counter[str] = field(default_factory=Counter)

    def more(self) -> bool:
        """Whether there is time for another round of the journey."""
        return time.perf_counter() - self.started < self.seconds


@dataclass(slots=True)
class Steps:
    """The requests of one connection."""

    api: Api
    connection: Connection
    recording: Recording
    rounds: int = 0
    """Those that have begun. The first one is the warm-up."""

    def more(self) -> bool:
        """Whether to begin another round. There is one that counts, however long the first one took."""
        self.rounds += 1
        return self.rounds <= 2 or self.recording.more()

    async def timed(
        self, name: str, caller: Person | None = None, body: object = None, **params: object
    ) -> Any:
        """Send a route's request and time it; its JSON answer. Raises `UnexpectedAnswerError`."""
        answer, seconds = await self._send(name, caller, body, params)
        if self.rounds > 1:
            self.recording.latencies.setdefault(name, []).append(seconds)
        return answer

    async def untimed(
        self, name: str, caller: Person | None = None, body: object = None, **params: object
    ) -> Any:
        """Send a request that the next ones need."""
        return (await self._send(name, caller, body, params))[0]

    async def _send(self, name: str, caller: Person | None, body: object, params: dict[str, object]) -> Any:
        request, expected = self.api.request(name, caller, body, **params), self.api.status(name)
        for _ in range(ATTEMPTS):
            before = time.perf_counter()
            status, content = await self.connection.send(request)
            if status == expected:
                return (json.loads(content) if content else None), time.perf_counter() - before
            if status != 429:
                break
            self.recording.throttled[name] += 1
            await asyncio.sleep(PAUSE_SECONDS)
        raise UnexpectedAnswerError(f"{title(name)} answered {status}, not {expected}: {content[:300]!r}")


Walk = Callable[[Steps, int], Coroutine[Any, Any, None]]
"""Goes through the journey again and again while `steps.more()`; the number tells the connections apart."""

Prepare = Callable[[Session, int], Awaitable[Walk]]
"""Prepares a journey for so many connections."""


def journey(*routes: str) -> Callable[[Prepare], Measurement]:
    """Make the measurement of a journey that times these routes."""
    return lambda prepare: Measurement(routes, partial(_measure, routes, prepare))


async def _measure(
    routes: tuple[str, ...], prepare: Prepare, session: Session, connections: int
) -> list[Result]:
    walk = await prepare(session, connections)
    open_connections = [await connect(session.target) for _ in range(connections)]
    recording = Recording(session.plan.goal_bounds.seconds)
    try:
        async with asyncio.TaskGroup() as group:
            for number, connection in enumerate(open_connections):
                group.create_task(walk(Steps(session.api, connection, recording), number))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        for connection in open_connections:
            connection.close()
    if missing := set(routes) - set(recording.latencies):
        raise SetupError(f"the journey sent no {', '.join(sorted(missing))}")
    return [_result(name, recording, connections) for name in routes]


def _result(name: str, recording: Recording, connections: int) -> Result:
    return Result(title(name), connections, recording.latencies[name], None, recording.throttled[name], {})
