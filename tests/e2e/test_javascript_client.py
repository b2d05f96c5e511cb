"""The JavaScript client in Node: its README's example, and events while the SSE process is killed and tokens end."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import pytest

from infra.local.runner.stack import Stack
from tests.clients.javascript.test_client import CLIENT, PROGRAMS, place  # noqa: F401 (a fixture)
from tests.e2e.conftest import DURATIONS, SETTINGS
from tests.support.e2e.world import World, in_world, push, until
from tests.support.node_packages import place_of

pytestmark = [pytest.mark.one_mode, pytest.mark.usefixtures("place")]

ADDRESS = "https://localhost:4443"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A stack whose access tokens live for 6 seconds."""
    with Stack(settings={**SETTINGS, **DURATIONS, "ACCESS_SECONDS": "6"}) as running:
        yield running


async def lines_of(stack: Stack, *arguments: str) -> AsyncIterator[str]:
    """The lines that a program for Node writes; it is ended with the iteration."""
    process = await asyncio.create_subprocess_exec(
        *("node", "--dns-result-order=ipv4first", *arguments),
        cwd=place_of(PROGRAMS),
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(stack.ca), "ORIGIN": stack.url},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        while line := await process.stdout.readline():
            yield line.decode()
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_two_people_who_run_the_example_of_the_readme_meet_in_a_duel(stack: Stack) -> None:
    text = (CLIENT / "README.md").read_text("utf-8")
    (example,) = re.findall(r"^```js\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert ADDRESS in example
    program = ("--input-type=module", "--eval", example.replace(ADDRESS, stack.url))

    async def first_line() -> str:
        lines = lines_of(stack, *program)
        try:
            return await anext(lines)
        finally:
            await lines.aclose()  # type: ignore[attr-defined]

    async def both() -> tuple[str, str]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.gather(first_line(), first_line())

    matches = [
        re.fullmatch(r"(\d{4}) wss://localhost:\d+/ws/game/\1/\?ticket=\S+\n", line)
        for line in asyncio.run(both())
    ]
    one, other = [match and match[1] for match in matches]
    assert one == other is not None


class Listener:
    """The program listen.mjs; its journal grows while it runs."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.journal: list[dict[str, Any]] = []

    def count(self, what: str) -> int:
        return sum(entry["what"] == what for entry in self.journal)

    async def run(self) -> None:
        async for line in lines_of(self._stack, "listen.mjs"):
            self.journal.append(json.loads(line))

    async def goes_on(self, what: str) -> None:
        before = self.count(what)

        async def has_more() -> bool:
            return self.count(what) > before

        await until(f"another {what}", has_more, PATIENCE_SECONDS)


async def listen_through_kills(here: World, kills: int) -> tuple[list[dict[str, Any]], int]:
    """What the program writes, and how many events were sent."""
    listener, sent, enough = Listener(here.stack), 0, asyncio.Event()

    async def kill() -> None:
        await listener.goes_on("lobby-update")
        for _ in range(kills - 1):
            await asyncio.to_thread(here.stack.restart_sse)
            await listener.goes_on("lobby-update")
        if not listener.count("401 /sse/users/"):
            await listener.goes_on("401 /sse/users/")
        # The first token has ended: the stream that follows the last kill is refused, too.
        await asyncio.gather(listener.goes_on("401 /sse/users/"), asyncio.to_thread(here.stack.restart_sse))
        await listener.goes_on("lobby-update")
        enough.set()

    async with asyncio.timeout(PATIENCE_SECONDS + 10 * kills), asyncio.TaskGroup() as running:
        running.create_task(listener.run())
        await listener.goes_on("user")
        (user,) = [entry["id"] for entry in listener.journal if entry["what"] == "user"]
        running.create_task(kill())
        while not enough.is_set():
            await push(partial(here.server.notify, [user], "lobby-update", data={"probe": True, "n": sent}))
            sent += 1
            await asyncio.sleep(0.03)
        await push(partial(here.server.notify, [user], "lobby-update", data={"probe": True, "n": "last"}))
    return listener.journal, sent


def test_kills_and_refused_tokens_lose_and_double_nothing(
    stack: Stack, request: pytest.FixtureRequest
) -> None:
    kills = request.config.getoption("sse_kills")
    journal, sent = in_world(stack, lambda here: listen_through_kills(here, kills))
    happened = [entry["what"] for entry in journal]
    numbers = [entry["n"] for entry in journal if entry["what"] == "lobby-update"]
    counted = {what: happened.count(what) for what in sorted(set(happened))}
    print(counted, f"{sent + 1} events sent")  # noqa: T201 - `pytest -rP` shows it
    assert numbers == [*range(sent), "last"]
    assert "resync" not in happened
    assert happened.count("open") > kills
    last_refusal = len(happened) - happened[::-1].index("401 /sse/users/")
    assert "200 /api/auth/refresh/" in happened[last_refusal:]
    assert "200 /sse/users/" in happened[last_refusal:]
