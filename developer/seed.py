"""`make seed`: accounts with known logins and something in every list. Running it again adds what is missing."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from demo.api import Api, ApiError
from demo.game_server import GameServer
from demo.player import Player
from demo.run import together
from demo.running import RunningStack, service_token
from demo.stream import EventStream
from demo.terminal import Terminal
from developer.accounts import PASSWORD, enter
from developer.game import play_to_end

NAMES = ("ada", "ben", "cleo", "dan", "eve", "finn")
FRIENDS = (("ada", "ben"), ("ada", "cleo"), ("ben", "cleo"))
ASKS = ("dan", "ada")
"""The first has asked the second to be a friend."""

CHATS = {
    ("ada", "ben"): ("Good game!", "Thanks. Another one tonight?", "Sure, at eight."),
    ("cleo", "ada"): ("Are you in for the cup?",),
}
"""The friends write in turn, the first one first."""

CUP = NAMES[:4]
PLAYING = NAMES[4:]

TOURNAMENT_SECONDS = 180.0
"""A tournament of four takes some ten seconds."""

KNOWN_ALREADY = (
    "already_friends",
    "friend_request_exists",
    "own_friend_request",
    "chat_exists",
    "chat_hidden",
)
"""What a repeated seed is told."""

Players = dict[str, Player]


async def run(stack: RunningStack, _subject: str) -> None:
    """Make everything."""
    terminal = Terminal()
    async with Api(stack.url, stack.cacert, throttle_retries=5) as api:
        server = GameServer(api, await service_token(stack.state))
        players = {name: await enter(api, name) for name in NAMES}
        terminal.line(f"{len(players)} accounts: {', '.join(NAMES)}; the password of each is {PASSWORD}")
        await _make_friends(players)
        terminal.line(
            "friends: " + ", ".join(f"{a} and {b}" for a, b in FRIENDS) + f"; {ASKS[0]} asks {ASKS[1]}"
        )
        await _write(players)
        terminal.line("conversations: " + ", ".join(f"{a} and {b}" for a, b in CHATS))
        await _play_cup(players, server, terminal)
        match = await _begin_match(players, server)
        terminal.line(f"{' and '.join(PLAYING)} play match {match['id']}, code {match['code']}")


async def _make_friends(players: Players) -> None:
    for asking, asked in (*FRIENDS, ASKS):
        try:
            request = await players[asking].ask(asked)
        except ApiError as error:
            if error.code not in KNOWN_ALREADY:
                raise
        else:
            if (asking, asked) != ASKS:
                await players[asked].accept(request["id"])


async def _write(players: Players) -> None:
    for (first, second), texts in CHATS.items():
        try:
            chat = await players[first].start_chat(second)
        except ApiError as error:
            if error.code not in KNOWN_ALREADY:
                raise
        else:
            for index, text in enumerate(texts):
                await players[(first, second)[index % 2]].send_message(chat["id"], text)


async def _play_cup(players: Players, server: GameServer, terminal: Terminal) -> None:
    """A tournament of four, unless one of them has won one already."""
    cup = [players[name] for name in CUP]
    won = [(await player.stats())["tournament"]["tournament_wins"] for player in cup]
    if any(won):
        return
    terminal.line("a tournament of 4 is played ...")
    async with AsyncExitStack() as streams:
        listening = [await streams.enter_async_context(player.connect()) for player in cup]
        created = await cup[0].create_tournament("Seed Cup", len(cup))
        for player in cup[1:]:
            await player.join_tournament(created["code"])
        playing = [
            asyncio.create_task(_play_matches(player, stream, server))
            for player, stream in zip(cup, listening, strict=True)
        ]
        try:
            finish = await listening[0].next("tournament-finish", timeout=TOURNAMENT_SECONDS)
        finally:
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
    terminal.line(f"{finish.kwargs['username']} has won tournament {created['id']}")


async def _play_matches(player: Player, stream: EventStream, server: GameServer) -> None:
    """The game server plays the matches in which the player is on side a."""
    while True:
        start = await stream.next("game-start", timeout=TOURNAMENT_SECONDS)
        if start.data["teams"]["a"]["players"][0]["id"] == player.id:
            await play_to_end(server, start.data, pace=0.0)


async def _begin_match(players: Players, server: GameServer) -> dict[str, object]:
    """The running match of the last two; a new one if there is none."""
    first, second = (players[name] for name in PLAYING)
    try:
        return await server.running_match(first.id)
    except ApiError as error:
        if error.code != "match_not_found":
            raise
    match = await server.create_match("duel", [first.id], [second.id])
    await together([server.connect(match["id"], player.id) for player in (first, second)])
    return await server.score(first.id)
