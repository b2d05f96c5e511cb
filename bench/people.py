"""The users of a measurement, made before it and not timed."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
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
    refresh: str = ""


def user_id_of(token: str) -> int:
    """The user id in a token's claims (docs/contract/accounts.md#tokens), without a request."""
    return int(_claims(token)["sub"])


def session_of(token: str) -> str:
    """The id of a token's session (shared/auth/tokens.py)."""
    return str(_claims(token)["jti"]).split(".")[2]


def _claims(token: str) -> dict[str, Any]:
    claims = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return found


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


def person_of(answer: Mapping[str, Any], username: str = "", password: str = "") -> Person:
    """The user whose sign-up was answered so."""
    return Person(user_id_of(answer["access"]), answer["access"], username, password, answer["refresh"])


@dataclass
class People:
    """Guests and registered users, made when they are needed and used again where that does no harm.

    They sign up through the Python client. What is timed doesn't: see bench/http1.py.
    """

    url: str
    """Public base without `/api`."""
    cacert: Path
    new_users: list[Person] = field(default_factory=list)
    """Registered users who have done nothing yet."""
    new_guests: list[Person] = field(default_factory=list)
    _groups: dict[str, list[Person]] = field(default_factory=dict)
    _guests: list[Person] = field(default_factory=list)

    async def some(self, group: str, count: int) -> list[Person]:
        """Registered users of a group; the same ones each time."""
        known = self._groups.setdefault(group, [])
        known += await self.fresh(count - len(known))
        return known[:count]

    async def fresh(self, count: int) -> list[Person]:
        """Registered users that no measurement has used yet."""

        async def make(pong: AsyncPong) -> None:
            username = new_username()
            password = new_password(username)
            answer = await pong.register_user(username=username, password=password)
            self.new_users.append(person_of(answer, username, password))

        await self._repeat(make, count - len(self.new_users))
        return _taken(self.new_users, count)

    async def some_guests(self, count: int) -> list[Person]:
        """Guests who listen and do nothing else; the same ones each time."""
        self._guests += await self.fresh_guests(count - len(self._guests))
        return self._guests[:count]

    async def fresh_guests(self, count: int) -> list[Person]:
        """Guests that no measurement has used yet: they have played no match."""

        async def make(pong: AsyncPong) -> None:
            self.new_guests.append(person_of(await pong.create_guest()))

        await self._repeat(make, count - len(self.new_guests))
        return _taken(self.new_guests, count)

    async def _repeat(self, make: Callable[[AsyncPong], Awaitable[None]], times: int) -> None:
        """Make so many, a few at a time. Raises `PongError`."""
        if times <= 0:
            return
        left = iter(range(times))

        async def several() -> None:
            for _ in left:
                await make(pong)

        async with AsyncPong(self.url, ca=self.cacert, retries=RETRIES) as pong:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(MADE_AT_ONCE):
                        group.create_task(several())
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None


def _taken(people: list[Person], count: int) -> list[Person]:
    """Take so many from the end of the list."""
    at = len(people) - max(0, count)
    taken = people[at:]
    del people[at:]
    return taken
