"""The users of a measurement, made before it and not timed."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pong_client import AsyncPong, Retries

from bench.http1 import Connection, Target, connect
from demo.names import new_password, new_username

MADE_AT_ONCE = 8
RETRIES = Retries(20)


class SetupError(Exception):
    """A measurement could not be prepared."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the stack; guests have no password."""

    id: int
    token: str
    username: str = ""
    password: str = ""


def user_id_of(token: str) -> int:
    """The user id in a token's claims (docs/contract/accounts.md#tokens), without a request."""
    claims = token.split(".")[1]
    return int(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])


async def ask(connection: Connection, request: bytes, expected: int) -> Any:
    """Send a request that is not timed; its JSON answer. Repeats it a few times after a 429.

    Raises `SetupError` for another status.
    """
    for _ in range(20):
        status, body = await connection.send(request)
        if status != 429:
            break
        await asyncio.sleep(0.2)
    if status != expected:
        first_line = request.split(b"\r\n", 1)[0].decode()
        raise SetupError(f"{first_line} answered {status}, not {expected}: {body[:300]!r}")
    return json.loads(body) if body else None


async def spread(target: Target, tasks: list[Callable[[Connection], Awaitable[None]]]) -> None:
    """Run the tasks over a few connections."""
    waiting = list(reversed(tasks))

    async def one() -> None:
        connection = await connect(target)
        try:
            while waiting:
                await waiting.pop()(connection)
        finally:
            connection.close()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(MADE_AT_ONCE, len(waiting))):
                group.create_task(one())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


def credentials(username: str, password: str) -> bytes:
    """The body of sign-up and login."""
    return json.dumps({"username": username, "password": password}).encode()


@dataclass
class People:
    """Guests and registered users, made when they are needed and used again where that does no harm.

    They sign up through the Python client. What is timed doesn't: see bench/http1.py.
    """

    url: str
    """Public base without `/api`."""
    cacert: Path
    registered: list[Person] = field(default_factory=list)
    guests: list[Person] = field(default_factory=list)
    logging_in: list[Person] = field(default_factory=list)
    _fresh: int = 0

    def add_guest(self, answer: bytes) -> None:
        """Keep the guest of a sign-up's answer for later."""
        token = json.loads(answer)["access"]
        self.guests.append(Person(user_id_of(token), token))

    async def some_registered(self, count: int) -> list[Person]:
        """Registered users; the same ones each time."""
        return await self._register(self.registered, count)

    async def some_who_log_in(self, count: int) -> list[Person]:
        """Registered users who only log in: a user's 21st login ends the first session, and its token with it."""
        return await self._register(self.logging_in, count)

    async def _register(self, known: list[Person], count: int) -> list[Person]:
        async def make(pong: AsyncPong) -> None:
            username = new_username()
            password = new_password(username)
            token = (await pong.register_user(username=username, password=password))["access"]
            known.append(Person(user_id_of(token), token, username, password))

        await self._repeat(make, count - len(known))
        return known[:count]

    async def some_guests(self, count: int) -> list[Person]:
        """Guests; the same ones each time."""

        async def make(pong: AsyncPong) -> None:
            token = (await pong.create_guest())["access"]
            self.guests.append(Person(user_id_of(token), token))

        await self._repeat(make, count - len(self.guests))
        return self.guests[:count]

    async def fresh_guests(self, count: int) -> list[Person]:
        """Guests that this method returns for the first time: they have played no match yet."""
        guests = (await self.some_guests(self._fresh + count))[self._fresh :]
        self._fresh += count
        return guests

    async def _repeat(self, make: Callable[[AsyncPong], Awaitable[None]], times: int) -> None:
        """Make so many, a few at a time. Raises `PongError`."""
        left = iter(range(times))

        async def some() -> None:
            for _ in left:
                await make(pong)

        async with AsyncPong(self.url, ca=self.cacert, retries=RETRIES) as pong:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(MADE_AT_ONCE):
                        group.create_task(some())
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None
