"""Pairs of registered users who are online and do things with each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from bench.http1 import Connection, Target
from bench.listener import Listener, close_all, listen
from bench.people import People, Person, ask, spread
from bench.readers import befriend
from bench.routes import Api

FEWEST_PAIRS = 16

Pair = tuple[Person, Person]


@dataclass
class Players:
    """The pairs, made when they are needed, and the same ones each time. Each pair are friends."""

    target: Target
    api: Api
    people: People
    most_connections: int
    """A pair for each connection."""
    _pairs: list[Pair] = field(default_factory=list)
    _conversations: list[tuple[Person, int]] = field(default_factory=list)
    _strangers: Iterator[Pair] = field(default_factory=lambda: iter(()))
    _streams: dict[int, Listener] = field(default_factory=dict)

    async def pairs(self) -> list[Pair]:
        """A pair for each connection. Both are online, and accept conversations with everyone."""
        if not self._pairs:
            players = await self.people.some("players", 2 * max(FEWEST_PAIRS, self.most_connections))
            self._pairs = list(zip(players[::2], players[1::2], strict=True))
            self._strangers = rounds(players)
            await spread(self.target, [partial(self._welcome, player) for player in players])
            await spread(self.target, [partial(self._befriend, *pair) for pair in self._pairs])
            await self.online(players)
        return self._pairs

    async def conversations(self) -> list[tuple[Person, int]]:
        """For each connection a conversation and a user in it; no user is in two."""
        pairs = await self.pairs()
        if not self._conversations:
            wanted = [next(self._strangers) for _ in pairs]
            await spread(self.target, [partial(self._talk, *pair) for pair in wanted])
        return self._conversations

    def strangers(self) -> Pair:
        """Two of the players who have no conversation yet. Raises StopIteration when there are none."""
        return next(self._strangers)

    async def online(self, people: Sequence[Person]) -> None:
        """Open a stream for each of them, unless it has one. They stay open until `close`."""
        new = [person for person in people if person.id not in self._streams]
        listeners = await listen(self.target, [person.token for person in new])
        self._streams |= dict(zip((person.id for person in new), listeners, strict=True))

    def close(self) -> None:
        """Close all streams."""
        close_all(list(self._streams.values()))
        self._streams.clear()

    async def _welcome(self, player: Person, connection: Connection) -> None:
        body = {"accept_chat_from": "everyone"}
        await ask(connection, self.api.request("update_me", player, body), 200)

    async def _befriend(self, one: Person, other: Person, connection: Connection) -> None:
        await befriend(connection, self.api, one, other)

    async def _talk(self, one: Person, other: Person, connection: Connection) -> None:
        chat = await ask(connection, self.api.request("create_chat", one, {"username": other.username}), 201)
        self._conversations.append((one, chat["id"]))


def rounds(players: Sequence[Person]) -> Iterator[Pair]:
    """All pairs of an even number of players; in each round of them a player is in one pair (the circle method)."""
    first, *others = players
    for _ in range(len(others)):
        circle, half = [first, *others], len(players) // 2
        yield from zip(circle[:half], reversed(circle[half:]), strict=True)
        others = others[1:] + others[:1]
