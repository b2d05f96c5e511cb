"""The JavaScript client in Node: events while the SSE process is killed and tokens end."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.runner.stack import Stack
from tests.clients.javascript.test_client import PROGRAMS, place  # noqa: F401 (a fixture)
from tests.e2e.conftest import DURATIONS, SETTINGS
from tests.support.e2e.world import World, in_world, until
from tests.support.node_packages import place_of

pytestmark = pytest.mark.one_mode

KILLS = 2
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A stack whose access tokens live for 8 seconds."""
    with Stack(settings={**SETTINGS, **DURATIONS, "ACCESS_SECONDS": "8"}) as running:
        yield running


class Listener:
    """The program listen.mjs; its journal grows while it runs."""

    def __init__(self, stack: Stack) -> None:
        self._environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(stack.ca), "ORIGIN": stack.url}
        self.journal: list[dict[str, Any]] = []

    def count(self, what: str) -> int:
        return sum(entry["what"] == what for entry in self.journal)

    async def run(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *("node", "--dns-result-order=ipv4first", "listen.mjs"),
            cwd=place_of(PROGRAMS),
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                self.journal.append(json.loads(line))
            assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def goes_on(self, what: str) -> None:
        before = self.count(what)

        async def has_more() -> bool:
            return self.count(what) > before

        await until(f"another {what}", has_more, 60)


async def listen_through_kills(here: World, kills: int) -> tuple[list[dict[str, Any]], int]:
    """What the program writes, and how many events were sent."""
    listener, sent, enough = Listener(here.stack), 0, asyncio.Event()

    async def kill() -> None:
        for _ in range(kills):
            await listener.goes_on("lobby-update")
            await asyncio.to_thread(here.stack.restart_sse)
        enough.set()

    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as running:
        running.create_task(listener.run())
        await listener.goes_on("user")
        (user,) = [entry["id"] for entry in listener.journal if entry["what"] == "user"]
        running.create_task(kill())
        while not enough.is_set():
            await here.server.notify([user], "lobby-update", data={"probe": True, "n": sent})
            sent += 1
            await asyncio.sleep(0.03)
        await here.server.notify([user], "lobby-update", data={"probe": True, "n": "last"})
    return listener.journal, sent


def test_nothing_is_lost_or_doubled_while_the_sse_process_is_killed(stack: Stack, place: object) -> None:  # noqa: F811
    journal, sent = in_world(stack, lambda here: listen_through_kills(here, KILLS))
    numbers = [entry["n"] for entry in journal if entry["what"] == "lobby-update"]
    assert numbers == [*range(sent), "last"]
    assert [entry for entry in journal if entry["what"] == "resync"] == []
    assert sum(entry["what"] == "open" for entry in journal) > KILLS
