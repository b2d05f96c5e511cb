"""Conversations: pairs of players, each with several writers at once to the same conversation."""

from __future__ import annotations

import asyncio

from faults.load.player import Player
from faults.load.world import World

WRITERS = 3
"""Of each player of a pair, in the busiest pair four times as many."""


PAUSE_SECONDS = 2.0
"""Between two messages of a writer."""


async def play(world: World, busy: int = 1) -> None:
    """One pair: a conversation, its writers, and a reader on each side."""
    api = world.api()
    one, other = await Player.register(world, api), await Player.register(world, api)
    await other.until_done("accounts", "update_me", accept_chat_from="everyone")
    chat = await conversation(world, one, other)
    async with asyncio.TaskGroup() as group:
        for player in (one, other):
            for _ in range(WRITERS * busy):
                world.start(group, _write(world, player, chat))
            world.start(group, _read(world, player, chat))


async def conversation(world: World, one: Player, other: Player) -> int:
    """The conversation of two players, whether or not the answer to its creation came; 0 at the end of the run."""
    while world.running:
        done = await one.do("chat", "create_chat", username=other.username)
        if done.ok:
            return int(done.body["id"])
        page = await one.read("list_chats", q=other.username)
        if page and page["results"]:
            return int(page["results"][0]["id"])
        await world.pause(0.5)
    return 0


async def _write(world: World, player: Player, chat: int) -> None:
    while world.running:
        how = "send_message" if world.rng.random() < 0.6 else "send_message_once"
        await player.do("chat", how, chat, content=world.tag("message"))
        await world.pause(PAUSE_SECONDS)


async def _read(world: World, player: Player, chat: int) -> None:
    while world.running:
        await player.read("list_messages", chat)
        if world.rng.random() < 0.1:
            # Until the next reading, or message of the other one, writing is refused: that is an outcome, too.
            await player.do("chat", "hide_chat", chat)
        await world.pause(2.0)
