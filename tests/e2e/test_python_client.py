"""The Python client on the product: the examples of its README, and restarts of the SSE process under load."""

from __future__ import annotations

import asyncio
import re
import sys
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pong_client
import pytest
from pong_client import AsyncPong, AsyncPongService, Pong, StreamSettings, TokenPair
from pong_client.client import new_http

from demo.names import new_username
from infra.local.runner.stack import Stack
from tests.support.e2e.world import push, until

pytestmark = pytest.mark.one_mode

README = Path(__file__).resolve().parents[2] / "clients" / "python" / "README.md"
EXAMPLES = dict(re.findall(r"```python\n# (\w+)\n(.*?)```", README.read_text("utf-8"), re.DOTALL))
USERS = 5
BAD_TOKEN = "no.good.token"


async def run_example(example: str, /, **names: Any) -> None:
    """Run a block of the README as the body of a coroutine."""
    code = f"async def example():\n{textwrap.indent(EXAMPLES[example], '    ')}"
    scope = {**vars(pong_client), **names}
    exec(code, scope)
    await scope["example"]()


def run(test: Any) -> None:
    asyncio.run(asyncio.wait_for(test, 120))


def test_the_example_of_a_duel_meets_an_opponent(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    async def test() -> None:
        async with AsyncPong(stack.url, ca=stack.ca) as other:
            await other.create_guest()
            async with other.events():
                await other.join_duel()
                await run_example("duel", url=stack.url, ca=stack.ca, name=new_username())
        assert "against" in capsys.readouterr().out

    run(test())


def test_the_other_examples_do_what_they_say(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    async def test() -> None:
        where = {"url": stack.url, "ca": stack.ca}
        await run_example("sync", **where)
        await run_example("restore", **where)
        async with AsyncPong(stack.url, ca=stack.ca) as a, AsyncPong(stack.url, ca=stack.ca) as b:
            await a.create_guest()
            await b.create_guest()
            ids = [(await each.get_me())["id"] for each in (a, b)]
            token = stack.service_token()
            await run_example("service", **where, service_token=token, alice=ids[0], bob=ids[1])
        printed = capsys.readouterr().out
        assert "queued at" in printed
        assert "Guest" in printed
        assert "a wins" in printed

    run(test())


def test_the_synchronous_stream_hands_over_events_and_break_closes_it(stack: Stack) -> None:
    with Pong(stack.url, ca=stack.ca) as pong:
        pong.create_guest()
        user = pong.get_me()["id"]

        async def send() -> None:
            async with AsyncPongService(stack.url, stack.service_token(), ca=stack.ca) as service:
                await service.push_event(
                    users_id=[user], event_code="lobby-update", data={"probe": True, "n": 1}
                )

        with pong.events() as events:
            asyncio.run(send())
            for event in events:
                assert event["event_code"] == "lobby-update"
                break


class Load:
    """Numbered events to a few users, each of whom reads them with a stream of the client."""

    def __init__(self, stack: Stack, http: httpx.AsyncClient) -> None:
        self.stack = stack
        self.service = AsyncPongService(stack.url, stack.service_token(), http=http)
        self.users = [AsyncPong(stack.url, http=http) for _ in range(USERS)]
        self.found: list[list[int]] = [[] for _ in self.users]
        self.sent = 0
        self.over = asyncio.Event()

    async def begin(self) -> None:
        for user in self.users:
            await user.create_guest()
        self.ids = [(await user.get_me())["id"] for user in self.users]
        self.streams = [user.events(settings=StreamSettings(longest_wait=2)) for user in self.users]
        for stream in self.streams:
            await stream.open()

    async def send(self) -> None:
        while not self.over.is_set():
            await self.push(self.sent)
            self.sent += 1
            await asyncio.sleep(0.02)
        await self.push(-1)

    async def push(self, n: int) -> None:
        data = {"probe": True, "n": n}
        await push(partial(self.service.push_event, users_id=self.ids, event_code="lobby-update", data=data))

    async def read(self, index: int) -> None:
        async for event in self.streams[index]:
            assert event["event_code"] == "lobby-update", event
            data: Any = event["data"]
            n = data["n"]
            self.found[index].append(n)
            if n == -1:
                break

    async def kill(self) -> None:
        """After every stream has got five more events."""
        before = [len(numbers) + 5 for numbers in self.found]

        async def flows() -> bool:
            return all(len(numbers) >= least for numbers, least in zip(self.found, before, strict=True))

        await until("events flow", flows, 60)
        await asyncio.to_thread(self.stack.restart_sse)

    def spoil_tokens(self) -> None:
        """Let the next connection of each stream be refused with 401."""
        for user in self.users:
            assert user.tokens is not None
            user._session.restore(TokenPair(BAD_TOKEN, user.tokens.refresh))


def test_nothing_is_lost_or_doubled_while_the_sse_process_is_killed_under_load(
    stack: Stack, pytestconfig: pytest.Config
) -> None:
    kills = int(pytestconfig.getoption("sse_kills"))

    async def test() -> None:
        async with new_http(stack.url, stack.ca) as http:
            load = Load(stack, http)
            await load.begin()
            async with asyncio.TaskGroup() as group:
                group.create_task(load.send())
                for index in range(USERS):
                    group.create_task(load.read(index))
                for turn in range(kills):
                    if turn == kills // 2:
                        load.spoil_tokens()
                    await load.kill()
                load.over.set()
            for stream in load.streams:
                await stream.close()
        assert load.found == [[*range(load.sent), -1]] * USERS
        assert all(stream.connections > kills for stream in load.streams)
        assert all(user.tokens and user.tokens.access != BAD_TOKEN for user in load.users)
        repeats = sum(stream.repeats for stream in load.streams)
        sys.stderr.write(f"{kills} kills, {load.sent} events to each of {USERS} users, {repeats} repeats\n")

    asyncio.run(asyncio.wait_for(test(), 60 + 20 * kills))
