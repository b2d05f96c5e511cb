"""Matches that are played on the game server, by inputs through the WebSocket."""

from __future__ import annotations

import asyncio
import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from demo.player import Player
from developer.game_client import Message, play
from game.bot import Bot
from infra.local.runner.ports import free_port
from infra.local.runner.readiness import answers
from infra.local.runner.stack import Stack
from infra.local.settings import ROOT, inherited
from tests.support.e2e.world import World, in_world, until
from tests.support.processes import children_of, kill

PONG_1 = Subprotocol("pong.1")


class Watcher:
    """Passes messages on to a bot, or does nothing; keeps what is said, and lets a test act on it."""

    def __init__(self, bot: Bot | None = None) -> None:
        self.bot = bot
        self.heard: list[Message] = []
        self.on: dict[str, Callable[[], object]] = {}
        """What to do at the next message of this name."""

    def __call__(self, message: Message) -> int | None:
        self.heard.append(message)
        if (act := self.on.pop(message[0], None)) is not None:
            act()
        return self.bot(message) if self.bot else None

    def named(self, name: str) -> list[Message]:
        return [message for message in self.heard if message[0] == name]


async def meet(here: World) -> tuple[list[Player], list[str], dict[str, Any]]:
    """Two guests who were put into a duel: the players, their addresses in the order of sides, the match."""
    players = [await here.guest(), await here.guest()]
    streams = [await here.listen(player) for player in players]
    for player in players:
        await player.join_duel()
    starts = [await stream.next("game-start") for stream in streams]
    ids = [starts[0].data["teams"][side]["players"][0]["id"] for side in "ab"]
    by_side = sorted(zip(players, starts, strict=True), key=lambda pair: ids.index(pair[0].id))
    urls = [start.payload["target"][0]["url"] for _, start in by_side]
    return [player for player, _ in by_side], urls, starts[0].data


def test_a_player_who_looks_beats_one_who_does_nothing(stack: Stack) -> None:
    async def duel(here: World) -> None:
        (a, b), urls, match = await meet(here)
        idle = Watcher()

        ends = await asyncio.gather(play(urls[0], here.tls, Bot("well", 1)), play(urls[1], here.tls, idle))

        assert ends[0] == ends[1] == ["end", "a", "normal-end", 3, ends[0][4]]
        assert len(idle.named("welcome")) == 1
        assert idle.named("point")[-1][-2:] == ends[0][3:]
        result = (await a.matches())["results"][0]
        assert (result["id"], result["winner"]) == (match["id"], "a")
        assert [result["teams"][side]["score"] for side in "ab"] == ends[0][3:]
        assert (await b.stats())["duel"]["game_played"] == 1

    in_world(stack, duel)


@pytest.mark.one_mode
def test_a_match_goes_on_when_game_server_edge_workers_and_event_stream_are_killed(stack: Stack) -> None:
    async def duel(here: World) -> None:
        _, urls, _ = await meet(here)
        idle = Watcher()

        def strike() -> None:
            """At a serve after a point: the API has counted the point."""
            kill([stack.pids["game"], stack.pids["sse"], *children_of(stack.pids["edge"])[:1]])

        idle.on["point"] = lambda: idle.on.update(serve=strike)
        async with asyncio.TaskGroup() as tasks:
            players = [
                tasks.create_task(play(urls[0], here.tls, Bot("well", 1))),
                tasks.create_task(play(urls[1], here.tls, idle)),
            ]

        welcomes = idle.named("welcome")
        assert len(welcomes) > 1
        assert welcomes[-1][1]["score"] == idle.named("point")[0][-2:]
        assert sum(idle.named("point")[1][-2:]) == 2
        assert players[0].result() == players[1].result()

    in_world(stack, duel)


@pytest.mark.one_mode
def test_a_player_who_never_comes_or_does_not_come_back_loses(stack: Stack) -> None:
    async def duels(here: World) -> None:
        (_, never), urls, _ = await meet(here)
        _, other_urls, _ = await meet(here)

        async def come_and_go() -> None:
            async with connect(other_urls[1], ssl=here.tls, subprotocols=[PONG_1], proxy=None) as socket:
                assert json.loads(await socket.recv())[0] == "welcome"

        alone, left, _ = await asyncio.gather(
            play(urls[0], here.tls, Bot("well", 1)),
            play(other_urls[0], here.tls, Bot("well", 1)),
            come_and_go(),
        )

        assert alone == ["end", "a", "player-not-connected", 3, 0]
        assert left == ["end", "a", "player-disconnect", 3, 0]
        assert (await never.matches())["results"][0]["winner"] == "a"

    in_world(stack, duels)


@pytest.mark.one_mode
def test_six_play_a_lobby_s_match_and_a_seventh_watches(stack: Stack) -> None:
    async def custom_game(here: World) -> None:
        players = [await here.user(), *[await here.guest() for _ in range(6)]]
        streams = [await here.listen(player) for player in players]
        code = str((await players[0].create_lobby("custom_game", match_type="3v3"))["code"])
        for player in players[1:]:
            await player.join_lobby(code)
        for player in players[:6]:
            await player.update_part(code, is_ready=True)
        starts = [await stream.next("game-start") for stream in streams[:6]]
        watch = await streams[6].next("lobby-spectate-game")
        watcher = Watcher()

        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(play(watch.payload["target"][0]["url"], here.tls, watcher))
            ends = [
                tasks.create_task(play(start.payload["target"][0]["url"], here.tls, Bot("badly", n)))
                for n, start in enumerate(starts)
            ]

        assert {tuple(end.result()) for end in ends} == {tuple(watching.result())}
        welcome = watcher.named("welcome")[0][1]
        assert welcome["you"] == {"role": "spectator", "paddle": None, "side": None}
        assert [player["side"] for player in welcome["players"]] == [0, 0, 0, 1, 1, 1]
        assert all(len(state) == 6 + 6 for state in watcher.named("s"))
        assert watcher.named("serve")

    in_world(stack, custom_game)


async def refused(url: str, here: World, **more: Any) -> int:
    """The status of a refused handshake, or the code by which the open connection is closed."""
    try:
        async with connect(url, ssl=here.tls, **{"subprotocols": [PONG_1], "proxy": None, **more}) as socket:
            return await closed_after(socket)
    except InvalidStatus as refusal:
        return refusal.response.status_code


async def closed_after(socket: ClientConnection, *messages: str | bytes) -> int:
    """The code by which the server closes the connection, at the latest after these messages."""
    try:
        for message in messages:
            await socket.send(message)
        while True:
            await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 1006


@pytest.mark.one_mode
def test_a_game_lets_in_only_its_own_and_hears_only_what_it_understands(stack: Stack) -> None:
    async def knock(here: World) -> None:
        (a, _), urls, match = await meet(here)
        stranger = urls[0].replace(f"/{match['code']}/", "/0000000/")

        assert await refused(stranger, here) == 4403
        assert await refused(urls[0] + "x", here) == 4403
        assert await refused(urls[0].partition("?")[0], here) == 4403
        assert await refused(urls[0], here, origin=Origin("https://elsewhere.example.com")) == 403
        assert await refused(urls[0], here, subprotocols=None) == 400
        assert await refused(urls[0].replace("/game/", "/other/"), here) == 404
        for messages, code in (
            (["nothing of ours"], 1008),
            (['["aim",true]'], 1008),
            ([b"bytes"], 1003),
            (["x" * 257], 1009),
            (["x" * 5000], 1009),
        ):
            async with connect(urls[0], ssl=here.tls, subprotocols=[PONG_1], proxy=None) as socket:
                assert await closed_after(socket, *messages) == code, messages[0][:20]
        async with connect(urls[0], ssl=here.tls, subprotocols=[PONG_1], proxy=None) as socket:
            # The reason may meet what is still being sent, and be lost.
            assert await closed_after(socket, *['["ping",1]'] * 200) in (1008, 1006)

        async with connect(urls[0], ssl=here.tls, subprotocols=[PONG_1], proxy=None) as first:
            await first.recv()
            async with connect(urls[0], ssl=here.tls, subprotocols=[PONG_1], proxy=None) as second:
                await second.send('["ping",7]')
                while (heard := json.loads(await second.recv()))[0] != "pong":
                    pass
                assert heard[1] == 7
                assert await closed_after(first) == 4001

        await here.server.finish(match["id"], a.id, "player-disconnect")

        async def is_over() -> bool:
            return await refused(urls[0], here) in (4404, 4409)

        # Until the server has heard of the end, it lets the player in and says that the match is over.
        await until("the game refuses its player", is_over)

    in_world(stack, knock)


@contextmanager
def another_game_server(stack: Stack) -> Iterator[int]:
    """A game server that finds API and streams at an address each, as on AWS; its port."""
    port, told = free_port(), stack.environment
    token = [sys.executable, "-m", "infra.local.runner.service_token", "--port", str(stack.port)]
    environment = {
        **inherited(),
        "PONG_URL": stack.url,
        "PONG_CA": str(stack.ca),
        "PONG_EVENTS_URL": f"http://{told['SSE_HOST']}:{told['SSE_PORT']}",
        "TOKEN_COMMAND": shlex.join(token),
        "GAME_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "game"], cwd=ROOT, env=environment)
    try:
        yield port
    finally:
        process.terminate()
        assert process.wait(30) == 0


@pytest.mark.one_mode
def test_a_game_server_finds_the_streams_elsewhere_and_the_ticket_in_a_header(stack: Stack) -> None:
    """CloudFront takes the ticket out of the address."""

    async def play_there(here: World, port: int) -> None:
        (player, _), urls, match = await meet(here)
        address, _, ticket = urls[0].partition("?ticket=")
        there = f"ws://127.0.0.1:{port}{urlsplit(address).path}"

        async def listens() -> bool:
            return answers(f"http://127.0.0.1:{port}/healthz")

        await until("the other game server listens", listens)
        headers = {"X-Match-Ticket": ticket}
        async with connect(there, additional_headers=headers, subprotocols=[PONG_1], proxy=None) as socket:
            assert json.loads(await socket.recv())[0] == "welcome"
            await here.server.finish(match["id"], player.id, "player-disconnect")
            # It hears of this end by the stream only.
            assert await closed_after(socket) == 1000

    with another_game_server(stack) as port:
        in_world(stack, lambda here: play_there(here, port))
