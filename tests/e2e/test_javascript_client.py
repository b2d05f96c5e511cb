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

KILLS = 4
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A stack whose access tokens live for 8 seconds."""
    with Stack(settings={**SETTINGS, **DURATIONS, "ACCESS_SECONDS": "8"}) as running:
        yield running


async def listen_through_kills(here: World, kills: int) -> tuple[list[dict[str, Any]], int]:
    """What the program writes, and how many events were sent."""
    process = await asyncio.create_subprocess_exec(
        *("node", "--dns-result-order=ipv4first", "listen.mjs"),
        cwd=place_of(PROGRAMS),
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(here.stack.ca), "ORIGIN": here.stack.url},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    journal: list[dict[str, Any]] = []
    sent = 0
    enough = asyncio.Event()

    async def read(lines: asyncio.StreamReader) -> None:
        async for line in lines:
            journal.append(json.loads(line))

    def count(what: str) -> int:
        return sum(entry["what"] == what for entry in journal)

    async def send() -> None:
        nonlocal sent
        while not enough.is_set():
            await here.server.notify([user], "lobby-update", data={"n": sent})
            sent += 1
            await asyncio.sleep(0.03)
        await here.server.notify([user], "lobby-update", data={"n": "last"})

    async def kill() -> None:
        for _ in range(kills):
            before = count("lobby-update")

            async def goes_on(before: int = before) -> bool:
                return count("lobby-update") > before

            await until("events come", goes_on, 60)
            await asyncio.to_thread(here.stack.restart_sse)
        enough.set()

    try:
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as running:
            running.create_task(read(process.stdout))

            async def is_open() -> bool:
                return count("user") == 1

            await until("the stream is open", is_open)
            user = next(entry["id"] for entry in journal if entry["what"] == "user")
            running.create_task(send())
            running.create_task(kill())
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return journal, sent


def test_nothing_is_lost_or_doubled_while_the_sse_process_is_killed(stack: Stack, place: object) -> None:  # noqa: F811
    journal, sent = in_world(stack, lambda here: listen_through_kills(here, KILLS))
    numbers = [entry["n"] for entry in journal if entry["what"] == "lobby-update"]
    assert numbers == [*range(sent), "last"]
    assert [entry for entry in journal if entry["what"] == "resync"] == []
    assert sum(entry["what"] == "open" for entry in journal) > KILLS
