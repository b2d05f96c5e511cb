"""Matches against the house: asked for at the game server, played by its bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pong_client import ApiError, AsyncPongService
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from demo.event_log import EventLog, Received
from demo.player import Player
from developer.game_client import Message, play
from game.house import House, Refused
from game.rooms import Rooms
from game.settings import Settings
from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world, refusal_code
from tests.support.processes import kill

PONG_1 = Subprotocol("pong.1")


async def ask(here: World, *messages: str | bytes, path: str = "/ws/game/house/") -> tuple[int, str]:
    """Close code and reason after these messages."""
    url = here.stack.url.replace("http", "ws") + path
    async with connect(url, ssl=here.tls, subprotocols=[PONG_1], proxy=None) as socket:
        try:
            for message in messages:
                await socket.send(message)
            while True:
                await socket.recv()
        except ConnectionClosed:
            return socket.close_code or 0, socket.close_reason or ""


async def ask_as(here: World, player: Player) -> tuple[int, str]:
    return await ask(here, json.dumps(["play", player.tokens.access]))


async def waiting(here: World) -> tuple[Player, EventLog]:
    """A guest who waits for a duel."""
    player = await here.guest()
    events = await here.listen(player)
    await player.join_duel()
    return player, events


class Idle:
    """A player who does nothing but hear, and lets a test act on it."""

    def __init__(self, **on: Callable[[], object]) -> None:
        self.heard: list[Message] = []
        self.on = on
        """What to do at the next message of this name."""

    def __call__(self, message: Message) -> None:
        self.heard.append(message)
        name = str(message[0])
        if name == "s" and message[-1] != self.named("s")[0][-1]:
            name = "moved"  # the last paddle
        if (act := self.on.pop(name, None)) is not None:
            act()

    def named(self, name: str) -> list[Message]:
        return [message for message in self.heard if message[0] == name]


async def played(here: World, player: Player, start: Received, idle: Idle, last: str) -> Message:
    """The end of the match, which the player leaves at the next message of this name."""
    left: list[asyncio.Task[Any]] = []

    def leave() -> None:
        finish = here.server.finish(start.data["id"], player.id, "player-disconnect")
        left.append(asyncio.create_task(finish))

    idle.on[last] = leave
    end = await play(start.payload["target"][0]["url"], here.tls, idle)
    await asyncio.gather(*left)
    return end


@pytest.mark.one_mode
def test_who_waits_alone_and_asks_plays_against_the_house(stack: Stack) -> None:
    async def story(here: World) -> None:
        player, events = await waiting(here)

        assert await ask_as(here, player) == (1000, "")

        start = await events.next("game-start")
        house = start.data["teams"]["b"]["players"][0]
        assert start.data["game_mode"] == "custom_game"
        assert start.data["teams"]["a"]["players"][0]["id"] == player.id
        assert (house["username"][:6], house["is_guest"]) == ("House-", True)
        assert await refusal_code(player.leave_duel()) == (404, "not_in_queue")
        idle = Idle()
        message, winner, reason, *score = await played(here, player, start, idle, last="moved")
        assert (message, winner, score) == ("end", "b", [0, 3])
        # By points, if a function's first call takes longer than the house needs for three.
        assert reason in ("player-disconnect", "normal-end")
        welcome = idle.named("welcome")[0][1]
        assert [each["house"] for each in welcome["players"]] == [0, 1]
        assert [each["present"] for each in welcome["players"]] == [1, 1]
        assert [each["game_mode"] for each in (await player.matches())["results"]] == ["custom_game"]
        assert (await player.stats())["global"]["game_played"] == 0
        assert (await player.me())["trophies"] == 0

    in_world(stack, story)


@pytest.mark.one_mode
def test_the_house_comes_back_when_the_game_server_is_killed(stack: Stack) -> None:
    async def story(here: World) -> None:
        player, events = await waiting(here)
        await ask_as(here, player)
        start = await events.next("game-start")
        idle = Idle()

        def kill_and_go_on() -> None:
            kill([stack.pids["game"]])
            idle.on["welcome"] = lambda: idle.on.update(point=idle.on.pop("left"))

        idle.on["serve"] = kill_and_go_on
        await played(here, player, start, idle, last="left")

        first, again = [message[1]["players"] for message in idle.named("welcome")]
        assert first[1] == again[1]
        assert again[1]["house"] == again[1]["present"] == 1

    in_world(stack, story)


@pytest.mark.one_mode
def test_the_house_refuses_who_is_unknown_offline_or_playing_and_no_token_is_logged(stack: Stack) -> None:
    async def story(here: World) -> None:
        offline = await here.guest()
        assert await ask_as(here, offline) == (4403, "sse_connection_required")
        assert await ask(here, '["play","a.b.c"]') == (4403, "token_not_valid")
        assert await ask(here, json.dumps(["play", stack.service_token()])) == (4403, "token_not_valid")
        for wrong in (
            '["play"]',
            '["play",1]',
            '["play","a\\nb"]',
            '["play","ü"]',
            "x",
            b"\xff",
            '["ping",1]',
        ):
            assert (await ask(here, wrong))[0] == 1008, wrong
        assert (await ask(here, "x" * 1025))[0] == 1009

        (one, one_events), (other, _) = await waiting(here), await waiting(here)
        await one_events.next("game-start")
        assert await ask_as(here, one) == (4409, "already_playing")
        assert await ask_as(here, one) == (1013, "throttled")
        assert await ask_as(here, other) == (4409, "already_playing")
        used = [player.tokens.access.rpartition(".")[2] for player in (offline, one, other)]
        for log in stack.state.logs.iterdir():
            text = log.read_text("utf-8", "replace")
            assert not [signature for signature in used if signature in text], log.name

    in_world(stack, story)


@pytest.mark.one_mode
def test_of_forty_asks_at_once_one_gets_a_match_which_is_void_without_the_player(stack: Stack) -> None:
    async def story(here: World) -> None:
        player, events = await waiting(here)
        answers = await asyncio.gather(*(ask_as(here, player) for _ in range(40)))

        assert answers.count((1000, "")) == 1
        # An ask that comes only after the pause between two asks meets the match.
        assert {code for code, _ in answers} - {4409} == {1000, 1013}
        async with httpx.AsyncClient() as http:
            health = (await http.get(stack.game_url + "/healthz")).json()
        assert health["house_accounts"] <= 3

        await events.next("game-void", timeout=60)
        assert [event.code for event in events.events].count("game-start") == 1
        assert (await player.matches())["results"] == []

    in_world(stack, story)


@pytest.mark.one_mode
def test_who_is_paired_while_asking_plays_one_match(stack: Stack) -> None:
    async def story(here: World) -> None:
        for _ in range(3):
            (one, events), other = await waiting(here), await here.guest()
            other_events = await here.listen(other)

            answer, _ = await asyncio.gather(ask_as(here, one), other.join_duel())

            assert answer in ((1000, ""), (4409, "already_playing"))
            start = await events.next("game-start")
            against_house = start.data["game_mode"] == "custom_game"
            assert against_house == (answer[0] == 1000)
            if against_house:
                await other.leave_duel()
            else:
                await other_events.next("game-start")
            assert [event.code for event in events.events].count("game-start") == 1

    in_world(stack, story)


@pytest.mark.one_mode
def test_the_house_has_as_many_accounts_as_matches_and_forgets_those_that_are_gone(stack: Stack) -> None:
    async def story(here: World) -> None:
        settings = Settings(stack.url, (), game_house_matches=1)
        async with (
            AsyncPongService(stack.url, stack.service_token(), http=here.api.http) as api,
            asyncio.TaskGroup() as tasks,
        ):
            # Rooms that hear of no match: only the API knows whether an account plays.
            house = House(api, settings, Rooms(api, settings, tasks, lambda: None))
            house.accounts.append(1)
            (one, events), (other, other_events) = await waiting(here), await waiting(here)
            await asyncio.gather(events.next("game-start"), other_events.next("game-start"))
            with pytest.raises(Refused, match="house_busy"):
                await house.play(one.tokens.access)
            assert house.accounts == []
            with pytest.raises(ApiError, match="already_playing"):
                await house.play(other.tokens.access)

            alone, events = await waiting(here)
            await house.play(alone.tokens.access)
            await events.next("game-start")
            late, _ = await waiting(here)
            with pytest.raises(Refused, match="house_busy"):
                await house.play(late.tokens.access)
            assert len(house.accounts) == 1
            await late.leave_duel()

    in_world(stack, story)
