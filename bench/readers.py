"""Users whose lists are full: what the measurements of reading read."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from bench.http1 import Connection, Target
from bench.people import People, Person, ask, spread
from bench.routes import Api

PAGE = 20
"""Friends, conversations and messages of a reader, requests and blocks: the usual page."""
HISTORY = 10
"""Finished matches of a reader."""


@dataclass(slots=True)
class Reader:
    """A registered user with friends, conversations, messages and matches, and the ids of one of each."""

    person: Person
    chat: int = 0
    """A conversation with a page of messages."""
    friendship: int = 0
    received: int = 0
    """A friend request that waits."""


@dataclass
class Readers:
    """The readers, made when they are needed, and the same ones each time."""

    target: Target
    api: Api
    people: People
    readers: list[Reader] = field(default_factory=list)
    askers: list[Person] = field(default_factory=list)
    """Users who have sent a page of friend requests, and blocked a page of users."""

    async def all(self) -> list[Reader]:
        """The readers: each is friends, and in a conversation, with each other one."""
        if not self.readers:
            people = await self.people.some("readers", 2 * PAGE + 2)
            self.readers = [Reader(person) for person in people[: PAGE + 2]]
            self.askers = list(people[PAGE + 2 :])
            await self._prepare()
        return self.readers

    async def _prepare(self) -> None:
        together = list(combinations(self.readers, 2))
        await self._each(partial(self._welcome, reader) for reader in self.readers)
        await self._each(partial(self._befriend, one, other) for one, other in together)
        await self._each(partial(self._talk, one, other) for one, other in together)
        await self._each(partial(self._write, reader) for reader in self.readers)
        await self._each(
            partial(self._play, *two) for two in zip(self.readers[::2], self.readers[1::2], strict=True)
        )
        await self._each(partial(self._ask, asker) for asker in self.askers)
        await self._each(partial(self._block, n) for n in range(len(self.askers)))

    async def _each(self, tasks: Iterable[Callable[[Connection], Awaitable[None]]]) -> None:
        await spread(self.target, list(tasks))

    async def _welcome(self, reader: Reader, connection: Connection) -> None:
        body = {"accept_chat_from": "everyone"}
        await ask(connection, self.api.request("update_me", reader.person, body), 200)

    async def _befriend(self, one: Reader, other: Reader, connection: Connection) -> None:
        friendship = await befriend(connection, self.api, one.person, other.person)
        one.friendship = other.friendship = friendship

    async def _talk(self, one: Reader, other: Reader, connection: Connection) -> None:
        body = {"username": other.person.username}
        one.chat = (await ask(connection, self.api.request("create_chat", one.person, body), 201))["id"]
        other.chat = other.chat or one.chat

    async def _write(self, reader: Reader, connection: Connection) -> None:
        message = self.api.request(
            "send_message", reader.person, {"content": "Good game!"}, chat_id=reader.chat
        )
        for _ in range(PAGE):
            await ask(connection, message, 201)

    async def _play(self, one: Reader, other: Reader, connection: Connection) -> None:
        for _ in range(HISTORY):
            match = await ask(connection, create_match(self.api, one.person, other.person), 201)
            await ask(connection, finish_match(self.api, match["id"], one.person), 200)

    async def _ask(self, asker: Person, connection: Connection) -> None:
        for reader in self.readers[:PAGE]:
            body = {"username": reader.person.username}
            request = self.api.request("send_friend_request", asker, body)
            reader.received = (await ask(connection, request, 201))["id"]

    async def _block(self, number: int, connection: Connection) -> None:
        """The asker with this number blocks those with higher ones: two who block each other would get 404."""
        for other in self.askers[number + 1 :]:
            request = self.api.request("block_user", self.askers[number], {"user_id": other.id})
            await ask(connection, request, 201)


async def befriend(connection: Connection, api: Api, one: Person, other: Person) -> int:
    """Make two users friends; the id of their friendship."""
    body = {"username": other.username}
    asked = await ask(connection, api.request("send_friend_request", one, body), 201)
    accept = api.request("accept_friend_request", other, friend_request_id=asked["id"])
    friendship: int = (await ask(connection, accept, 201))["id"]
    return friendship


async def start_chat(connection: Connection, api: Api, one: Person, other: Person) -> int:
    """Start a conversation of two; its id."""
    await ask(connection, api.request("update_me", other, {"accept_chat_from": "everyone"}), 200)
    chat = await ask(connection, api.request("create_chat", one, {"username": other.username}), 201)
    found: int = chat["id"]
    return found


def create_match(api: Api, a: Person, b: Person) -> bytes:
    """The request that begins a duel of two."""
    teams = {"a": [{"id": a.id}], "b": [{"id": b.id}]}
    return api.request("create_match", body={"game_mode": "duel", "teams": teams})


def finish_match(api: Api, match_id: int, looser: Person) -> bytes:
    """The request that ends a match by the absence of a player."""
    body = {"user_id": looser.id, "finish_reason": "player-disconnect"}
    return api.request("finish_match", body=body, match_id=match_id)
