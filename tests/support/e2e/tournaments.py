"""Tournaments of end-to-end tests: players, a game server that plays the matches, and the expected events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from pong_client import ApiError

from demo.event_log import EventLog, Received
from demo.player import Player
from tests.support.e2e.world import World

Json = dict[str, Any]
T = TypeVar("T")

STAGES = ("round-of-16", "quarter-final", "semi-final", "final")
THROTTLED = 429


@dataclass
class Tournament:
    """A tournament, the players in it in the order of joining, and their event streams."""

    here: World
    id: int
    code: str
    size: int
    players: list[Player]
    streams: dict[int, EventLog]
    left: set[int] = field(default_factory=set)
    """Users who have left for good."""

    @property
    def first(self) -> Player:
        """Its creator."""
        return self.players[0]

    @property
    def reader(self) -> Player:
        """A player who hasn't left."""
        return next(player for player in self.players if player.id not in self.left)

    def player(self, user_id: int) -> Player:
        """A player by id."""
        return next(player for player in self.players if player.id == user_id)

    async def add(self, player: Player) -> Json:
        """Let another player join, with an open stream."""
        self.streams[player.id] = await self.here.listen(player)
        self.players.append(player)
        return await retried(lambda: player.join_tournament(self.code))

    async def everyone_gets(self, code: str, seconds: float = 30) -> list[Received]:
        """The next event of a kind for everyone who hasn't left, in the order of joining."""
        waiting = (
            self.streams[p.id].next(code, timeout=seconds) for p in self.players if p.id not in self.left
        )
        return list(await asyncio.gather(*waiting))

    def codes(self, player: Player) -> list[str]:
        """The codes of a player's tournament and game-start events."""
        return [
            event.code
            for event in self.streams[player.id].events
            if event.code.startswith("tournament-") or event.code == "game-start"
        ]


async def retried(call: Callable[[], Awaitable[T]]) -> T:
    """The answer to a request, which is repeated after a 429, as a client does."""
    for _ in range(50):
        try:
            return await call()
        except ApiError as error:
            if error.status != THROTTLED:
                raise
            await asyncio.sleep(0.1)
    raise AssertionError("throttled for ever")


async def open_tournament(here: World, size: int, entrants: int, **options: Any) -> Tournament:
    """A new tournament whose players joined one after the other."""
    players = list(await asyncio.gather(*(here.user() for _ in range(entrants))))
    first, *others = players
    streams = {first.id: await here.listen(first)}
    made = await first.create_tournament("Autumn Cup", size, **options)
    tournament = Tournament(here, made["id"], made["code"], size, [first], streams)
    for player in others:
        await tournament.add(player)
    return tournament


async def finish_match(here: World, match: Json, winner: int) -> None:
    """The game server plays a match: 3 to 1 for the winner."""
    players = [match["teams"][side]["players"][0]["id"] for side in "ab"]
    for user_id in players:
        await retried(partial(here.server.connect, match["id"], user_id))
    (loser,) = set(players) - {winner}
    for scorer in (loser, winner, winner, winner):
        await retried(partial(here.server.score, scorer))


def seeds_of(shown: Json) -> dict[int, int]:
    """The seed of each participant, by user, of a tournament as the API shows it."""
    return {participant["id"]: participant["seed"] for participant in shown["participants"]}


async def play_stage(tournament: Tournament, stage: str, seeds: dict[int, int]) -> list[Json]:
    """Play the matches of a stage one after the other, top to bottom; the better seed wins."""
    bracket = (await tournament.reader.tournament())["matches"][stage]
    pairs = [(m["user_1"]["id"], m["user_2"]["id"]) for m in bracket if m["finish_reason"] is None]
    matches = []
    for pair in pairs:
        starts = [await tournament.streams[user_id].next("game-start", timeout=30) for user_id in pair]
        assert starts[0].data == starts[1].data
        matches.append(starts[0].data)
        # With a player it can't become void while the others are played.
        await retried(partial(tournament.here.server.connect, starts[0].data["id"], pair[0]))
    for pair, match in zip(pairs, matches, strict=True):
        await finish_match(tournament.here, match, min(pair, key=lambda user_id: seeds[user_id]))
        results = await tournament.everyone_gets("tournament-match-finish")
        assert (
            len({result.data["matches"][stage][match["tournament_n"] - 1]["winner"] for result in results})
            == 1
        )
    return matches


async def play_out(tournament: Tournament, seeds: dict[int, int]) -> None:
    """Play all stages; the better seed wins."""
    stages = STAGES[-(tournament.size.bit_length() - 1) :]
    for stage in stages:
        await play_stage(tournament, stage, seeds)


def expected_events(size: int, entrants: int, joined: int, seed: int) -> Iterator[str]:
    """The events that one participant gets in a tournament whose better seeds win, top matches first.

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
    """The seeds of a bracket from top to bottom, as printed brackets have them."""
    return {
        4: [1, 4, 2, 3],
        8: [1, 8, 4, 5, 2, 7, 3, 6],
        16: [1, 16, 8, 9, 4, 13, 5, 12, 2, 15, 7, 10, 3, 14, 6, 11],
    }[size]
