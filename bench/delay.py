"""The delay of events, from the request that causes them to the client."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pong_client.sse_parser import Event

from bench.http1 import Connection, connect
from bench.listener import close_all, listen
from bench.load import percentile, percentiles
from bench.people import Person, SetupError, ask
from bench.routes import Api
from bench.session import Session

LISTENERS = 100
MANY = 40
"""Receivers of one event in the second measurement."""
PATIENCE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 0.4
"""The pause between two events is random up to this. The server polls its stream, and a fixed pause would always meet
its polls at the same distance."""
EVENTS_A_SECOND = 100
SENDERS = 8


@dataclass(slots=True)
class Delays:
    """Seconds per delivery."""

    name: str
    judged: bool
    """Whether the goals are about it."""
    since_sent: list[float] = field(default_factory=list)
    """From sending the request to the event's arrival."""
    since_answered: list[float] = field(default_factory=list)
    """From the request's answer to the event's arrival; below 0 if the event was faster."""
    sse_cpu_seconds: float = 0.0
    """Of the SSE process meanwhile, its polls included; 0 where it wasn't counted."""

    def row(self) -> dict[str, Any]:
        """The delays as they stand in the findings."""
        return {
            "name": self.name,
            "judged": self.judged,
            "deliveries": len(self.since_sent),
            "since_sent_ms": percentiles(self.since_sent),
            "since_answered_ms": percentiles(self.since_answered),
            "sse_cpu_ms": round(self.sse_cpu_seconds * 1000 / max(1, len(self.since_sent)), 3),
            "curve": [[n, round(percentile(self.since_sent, n / 100) * 1000, 2)] for n in range(1, 101)],
        }


@dataclass(slots=True)
class _Mail:
    """Sends numbered events, and notes when they arrive."""

    api: Api
    arrivals: dict[int, list[float]] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    number: int = 0

    def on_event(self, event: Event, at: float) -> None:
        """An event came to one of the listeners."""
        if event.type == "lobby-message":
            self.arrivals.setdefault(json.loads(event.data)["data"]["number"], []).append(at)
            self.arrived.set()

    async def send(
        self,
        connections: asyncio.Queue[Connection],
        delays: Delays,
        to: list[Person],
        due: float | None = None,
    ) -> None:
        """Send one event over a free connection and wait until all receivers have it.

        The delay counts from the time when the event was due, if one is given: waiting for a connection is part of it.
        Raises `SetupError` if a receiver doesn't get it.
        """
        self.number += 1
        number, users = self.number, [person.id for person in to]
        data, kwargs = {"number": number}, {"username": "bench"}
        body = {"users_id": users, "event_code": "lobby-message", "data": data, "kwargs": kwargs}
        request = self.api.request("push_event", body=body)
        connection = await connections.get()
        sent = due or time.perf_counter()
        await ask(connection, request, 201)
        answered = time.perf_counter()
        connections.put_nowait(connection)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(self.arrivals.get(number, [])) < len(to):
                    self.arrived.clear()
                    await self.arrived.wait()
        except TimeoutError:
            got = len(self.arrivals.get(number, []))
            raise SetupError(f"an event {delays.name} reached {got} of {len(to)} in 10 s") from None
        delays.since_sent += [at - sent for at in self.arrivals[number]]
        delays.since_answered += [at - answered for at in self.arrivals[number]]


@asynccontextmanager
async def _sending(
    session: Session, listening: int, connections: int
) -> AsyncIterator[tuple[_Mail, asyncio.Queue[Connection], list[Person]]]:
    """Open streams, and connections to send over."""
    mail, free = _Mail(session.api), asyncio.Queue[Connection]()
    guests = await session.people.some_guests(listening)
    listeners = await listen(session.target, [guest.token for guest in guests], mail.on_event)
    opened = [await connect(session.target) for _ in range(connections)]
    try:
        for connection in opened:
            free.put_nowait(connection)
        await mail.send(free, Delays("warm-up", judged=False), guests[:1])
        yield mail, free, guests
    finally:
        for connection in opened:
            connection.close()
        close_all(listeners)


async def delays(session: Session) -> list[dict[str, Any]]:
    """Send events to one listener at a time, to many at once, and many a second to some of very many."""
    found = await _one_by_one(session)
    return [each.row() for each in (*found, await _steadily(session))]


async def _one_by_one(session: Session) -> list[Delays]:
    rounds = session.plan.event_rounds
    to_one = Delays(f"to one of {LISTENERS} listeners", judged=True)
    to_many = Delays(f"to {MANY} of {LISTENERS} listeners at once", judged=False)
    async with _sending(session, LISTENERS, 1) as (mail, free, guests):
        for number in range(rounds):
            await mail.send(free, to_one, [guests[number % LISTENERS]])
            await _pause()
        for number in range(max(3, rounds // 5)):
            await mail.send(free, to_many, guests[number % 2 * MANY :][:MANY])
            await _pause()
    return [to_one, to_many]


async def _pause() -> None:
    await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))


async def _steadily(session: Session) -> Delays:
    """Events at a steady rate, each to another listener, whether or not the ones before have arrived."""
    plan = session.plan
    delays = Delays(f"{EVENTS_A_SECOND} a second, each to one of {plan.listening} listeners", judged=True)
    async with _sending(session, plan.listening, SENDERS) as (mail, free, guests):
        began, cpu_before = time.perf_counter(), session.target.cpu()["sse"]
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(int(EVENTS_A_SECOND * plan.listening_seconds)):
                    due = began + number / EVENTS_A_SECOND
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                    to = [guests[number % plan.listening]]
                    group.create_task(mail.send(free, delays, to, due))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        delays.sse_cpu_seconds = session.target.cpu()["sse"] - cpu_before
    return delays
