"""Matches that are played on the game server, by inputs through the WebSocket."""

from __future__ import annotations

import asyncio
from typing import Any

from demo.player import Player
from developer.bot import Bot
from developer.game_client import play
from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world


class Idle:
    """A player who does nothing, and keeps what is said."""

    def __init__(self) -> None:
        self.heard: list[list[Any]] = []

    def __call__(self, message: list[Any]) -> int | None:
        self.heard.append(message)
        return None


async def meet(here: World) -> tuple[list[Player], list[str], int]:
    """Two guests who were put into a duel: the players, their addresses in the order of sides, the match."""
    players = [await here.guest(), await here.guest()]
    streams = [await here.listen(player) for player in players]
    for player in players:
        await player.join_duel()
    starts = [await stream.next("game-start") for stream in streams]
    ids = [starts[0].data["teams"][side]["players"][0]["id"] for side in "ab"]
    by_side = sorted(zip(players, starts, strict=True), key=lambda pair: ids.index(pair[0].id))
    return (
        [player for player, _ in by_side],
        [start.payload["target"][0]["url"] for _, start in by_side],
        starts[0].data["id"],
    )


def test_a_player_who_looks_beats_one_who_does_nothing(stack: Stack) -> None:
    async def duel(here: World) -> None:
        (a, b), urls, match_id = await meet(here)
        idle = Idle()

        ends = await asyncio.gather(play(urls[0], here.tls, Bot("well", 1)), play(urls[1], here.tls, idle))

        assert ends[0] == ends[1] == ["end", "a", "normal-end", 3, ends[0][4]]
        assert [message[0] for message in idle.heard].count("welcome") == 1
        points = [message for message in idle.heard if message[0] == "point"]
        assert points[-1][-2:] == ends[0][3:]
        result = (await a.matches())["results"][0]
        assert (result["id"], result["winner"]) == (match_id, "a")
        assert [result["teams"][side]["score"] for side in "ab"] == ends[0][3:]
        assert (await b.stats())["duel"]["game_played"] == 1

    in_world(stack, duel)
