"""The delay of events, from the request that causes them to the client, with 100 clients."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

from pong_client.sse_parser import Event

from bench.http1 import Connection, Target, connect
from bench.listener import close_all, listen
from bench.people import People, Person, SetupError, ask

LISTENERS = 100
MANY = 40
"""Receivers of one event in the second measurement. One request may name 46 users."""
PATIENCE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 0.4
"""The pause between two events is random up to this. The server polls its stream, and a fixed pause would always meet
its polls at the same distance."""


@dataclass(slots=True)
class Delays:
    """Seconds per delivery."""

    name: str
    since_sent: list[float] = field(default_factory=list)
    """From sending the request to the event's arrival."""
    since_answered: list[float] = field(default_factory=list)
    """From the request's answer to the event's arrival; below 0 if the event was faster."""


async def delays(target: Target, people: People, service: str, rounds: int) -> list[Delays]:
    """Send events to one listener at a time, then to many at once. Raises `SetupError` if an event doesn't arrive."""
    guests = await people.some_guests(LISTENERS)
    arrivals: dict[int, list[float]] = {}
    arrived = asyncio.Event()

    def on_event(event: Event, at: float) -> None:
        if event.type == "lobby-message":
            arrivals.setdefault(json.loads(event.data)["data"]["number"], []).append(at)
            arrived.set()

    listeners = await listen(target, [guest.token for guest in guests], on_event)
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
        close_all(listeners)
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
        """Send one event and wait until all receivers have it."""
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
