"""Tournaments of end-to-end tests: who plays, a game server that plays it out, and what everyone should be told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from demo.api import ApiError
from demo.player import Player
from demo.stream import EventStream, Received
from tests.support.e2e.world import World

Json = dict[str, Any]
T = TypeVar("T")

STAGES = ("round-of-16", "quarter-final", "semi-final", "final")
THROTTLED = 429


@dataclass
class Cup:
    """A tournament, the players in it in the order of joining, and their event streams."""

    here: World
    id: int
    code: str
    size: int
    players: list[Player]
    streams: dict[int, EventStream]
    left: set[int] = field(default_factory=set)
    """Who has left it for good."""

    @property
    def first(self) -> Player:
        """Its creator."""
        return self.players[0]

    @property
    def reader(self) -> Player:
        """Somebody who hasn't left."""
        return next(player for player in self.players if player.id not in self.left)

    def player(self, user_id: int) -> Player:
        """A player by id."""
        return next(player for player in self.players if player.id == user_id)

    async def add(self, player: Player) -> Json:
        """Somebody else joins, with an open stream."""
        self.streams[player.id] = await self.here.listen(player)
        self.players.append(player)
        return await patiently(lambda: player.join_tournament(self.code))

    async def everyone_gets(self, code: str, seconds: float = 30) -> list[Received]:
        """The next event of a kind for everyone who hasn't left, in the order of joining."""
        waiting = (
            self.streams[p.id].next(code, timeout=seconds) for p in self.players if p.id not in self.left
        )
        return list(await asyncio.gather(*waiting))

    def codes(self, player: Player) -> list[str]:
        """The kinds of all events that a player has got, pings and pictures apart."""
        return [
            event.code
            for event in self.streams[player.id].events
            if event.code.startswith("tournament-") or event.code == "game-start"
        ]


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The answer to a request, sent again as long as it is told to: as a client would that lost a race."""
    for _ in range(50):
        try:
            return await call()
        except ApiError as error:
            if error.status != THROTTLED:
                raise
            await asyncio.sleep(0.1)
    raise AssertionError("throttled for ever")


async def open_cup(here: World, size: int, entrants: int, **options: Any) -> Cup:
    """A tournament with so many players in it, who came one after the other."""
    players = list(await asyncio.gather(*(here.user() for _ in range(entrants))))
    first, *others = players
    streams = {first.id: await here.listen(first)}
    made = await first.create_tournament("Autumn Cup", size, **options)
    cup = Cup(here, made["id"], made["code"], size, [first], streams)
    for player in others:
        await cup.add(player)
    return cup


async def finish_match(here: World, match: Json, winner: int) -> None:
    """The game server plays a match: 3 to 1 for the winner, unless that one has nobody to lose a point to."""
    players = [match["teams"][side]["players"][0]["id"] for side in "ab"]
    for user_id in players:
        await patiently(partial(here.server.connect, match["id"], user_id))
    (loser,) = set(players) - {winner}
    for scorer in (loser, winner, winner, winner):
        await patiently(partial(here.server.score, scorer))


def seeds_of(cup: Cup, tournament: Json) -> dict[int, int]:
    """Everyone's seed."""
    return {participant["id"]: participant["seed"] for participant in tournament["participants"]}


async def play_stage(cup: Cup, stage: str, seeds: dict[int, int]) -> list[Json]:
    """The stage's matches, played one after the other, top to bottom; the better seed wins."""
    bracket = (await cup.reader.tournament())["matches"][stage]
    pairs = [(m["user_1"]["id"], m["user_2"]["id"]) for m in bracket if m["finish_reason"] is None]
    matches = []
    for pair in pairs:
        starts = [await cup.streams[user_id].next("game-start", timeout=30) for user_id in pair]
        assert starts[0].data == starts[1].data
        matches.append(starts[0].data)
    for pair, match in zip(pairs, matches, strict=True):
        await finish_match(cup.here, match, min(pair, key=lambda user_id: seeds[user_id]))
        results = await cup.everyone_gets("tournament-match-finish")
        assert (
            len({result.data["matches"][stage][match["tournament_n"] - 1]["winner"] for result in results})
            == 1
        )
    return matches


async def play_out(cup: Cup, seeds: dict[int, int]) -> None:
    """All stages; the better seed wins."""
    stages = STAGES[-(cup.size.bit_length() - 1) :]
    for stage in stages:
        await play_stage(cup, stage, seeds)


def story(size: int, entrants: int, joined: int, seed: int) -> Iterator[str]:
    """What one participant is told of a tournament in which the better seed always wins, top matches first.

    `joined` is their place in the order of joining, from 1.
    """
    threshold = -(-4 * size // 5)
    for count in range(joined, entrants + 1):
        if count > joined:
            yield "tournament-join"
        if count == threshold and count < size:
            yield "tournament-start-at"
    yield "tournament-start"
    yield from ["tournament-match-finish"] * (size - entrants)  # byes
    left, order = size, _top_to_bottom(size)
    while left > 1:
        pairs = _pairs(order)
        played = [pair for pair in pairs if pair[1] <= entrants]
        if seed > left and played:
            yield "tournament-available-spectate-matches"
        if any(seed in pair for pair in played):
            yield "game-start"
        for n, pair in enumerate(played):
            yield "tournament-match-finish"
            if seed == pair[1] and n + 1 < len(played):
                yield "tournament-available-spectate-matches"
        order, left = [pair[0] for pair in pairs], left // 2
    yield "tournament-finish"


def _pairs(order: list[int]) -> list[tuple[int, int]]:
    return [(min(order[n : n + 2]), max(order[n : n + 2])) for n in range(0, len(order), 2)]


def _top_to_bottom(size: int) -> list[int]:
    """The seeds of a bracket as they are printed, written down by hand."""
    return {
        4: [1, 4, 2, 3],
        8: [1, 8, 4, 5, 2, 7, 3, 6],
        16: [1, 16, 8, 9, 4, 13, 5, 12, 2, 15, 7, 10, 3, 14, 6, 11],
    }[size]
