"""From a committed change to the client that listens: the delay of events with 100 listeners."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

from bench.http1 import Connection, Target, connect
from bench.listener import hang_up, listen
from bench.people import People, Person, SetupError, ask
from demo.sse_parser import Event

LISTENERS = 100
MANY = 40
"""Receivers of one event in the second measurement; one request may name 46 users."""
PATIENCE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 0.4
"""Between two events a random time up to this: where the server polls its stream, a fixed one would meet its
polls always at the same distance, and measure that."""


@dataclass(slots=True)
class Delays:
    """Seconds per delivery."""

    name: str
    since_sent: list[float] = field(default_factory=list)
    """From sending the request that makes the event to its arrival."""
    since_answered: list[float] = field(default_factory=list)
    """From its answer, when the change is committed for sure; below 0 where the event was faster."""


async def delays(target: Target, people: People, service: str, rounds: int) -> list[Delays]:
    """Send events to one of the listeners in turn, then to many of them at once. Raises `SetupError` where an
    event does not arrive."""
    guests = await people.some_guests(LISTENERS)
    arrivals: dict[int, list[float]] = {}
    arrived = asyncio.Event()

    def heard(_: int, event: Event, at: float) -> None:
        if event.type == "lobby-message":
            arrivals.setdefault(json.loads(event.data)["data"]["number"], []).append(at)
            arrived.set()

    listeners = await listen(target, [guest.token for guest in guests], heard)
    connection = await connect(target)
    try:
        sender = _Sender(target, service, connection, arrivals, arrived)
        await sender.send(Delays("warm-up"), guests[:1])
        to_one = Delays(f"to one of {LISTENERS} listeners")
        for number in range(rounds):
            await sender.send(to_one, [guests[number % LISTENERS]])
        to_many = Delays(f"to {MANY} of {LISTENERS} listeners at once")
        for number in range(max(3, rounds // 5)):
            await sender.send(to_many, guests[number % 2 * MANY :][:MANY])
    finally:
        connection.close()
        hang_up(listeners)
    return [to_one, to_many]


@dataclass(slots=True)
class _Sender:
    target: Target
    service: str
    connection: Connection
    arrivals: dict[int, list[float]]
    arrived: asyncio.Event
    number: int = 0

    async def send(self, delays: Delays, to: list[Person]) -> None:
        """Send one event and wait until everyone has it."""
        self.number += 1
        body = {
            "users_id": [person.id for person in to],
            "event_code": "lobby-message",
            "data": {"number": self.number},
            "kwargs": {"username": "bench"},
        }
        request = self.target.request("POST", "/api/private/users/", self.service, json.dumps(body).encode())
        sent = time.perf_counter()
        await ask(self.connection, request, 201)
        answered = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(self.arrivals.get(self.number, [])) < len(to):
                    self.arrived.clear()
                    await self.arrived.wait()
        except TimeoutError:
            got = len(self.arrivals.get(self.number, []))
            raise SetupError(f"an event {delays.name} reached {got} of {len(to)} in 10 s") from None
        delays.since_sent += [at - sent for at in self.arrivals[self.number]]
        delays.since_answered += [at - answered for at in self.arrivals[self.number]]
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
