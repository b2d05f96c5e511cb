"""Players with the JavaScript client, in one process of Node whose lines go into the history."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from faults.load.world import World

PROGRAM = Path(__file__).parent / "node" / "players.mjs"
STOP_SECONDS = 60.0


class NodePlayers:
    """The running process."""

    def __init__(self, world: World, process: asyncio.subprocess.Process) -> None:
        self._world = world
        self._process = process
        self._stopped = asyncio.Event()
        self._reading = asyncio.create_task(self._read(), name="players in Node")

    async def stop(self) -> None:
        """Wait until the players do nothing any more; their streams stay open."""
        await self._say("stop")
        async with asyncio.timeout(STOP_SECONDS):
            await self._stopped.wait()

    async def end(self) -> None:
        """Close their streams, and take the last lines."""
        await self._say("end")
        async with asyncio.timeout(STOP_SECONDS):
            await self._reading
            if await self._process.wait():
                self._world.failures.append(f"Node ended with exit code {self._process.returncode}")

    async def _say(self, word: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(f"{word}\n".encode())
        await self._process.stdin.drain()

    async def _read(self) -> None:
        history = self._world.history
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        while line := (await self._process.stdout.readline()).decode().strip():
            record = json.loads(line)
            if record["kind"] == "stopped":
                self._stopped.set()
                continue
            if record.pop("kind") == "event":
                history.add_event(record)
                continue
            history.counts[record.get("outcome", "streams of Node")] += 1
            history.add_line(line)
        self._stopped.set()


def is_there() -> bool:
    """Whether this machine has Node."""
    return shutil.which("node") is not None


@asynccontextmanager
async def node_players(world: World, count: int, seed: int) -> AsyncIterator[NodePlayers]:
    """So many players; the process is ended with the block."""
    trusted = {"NODE_EXTRA_CA_CERTS": str(world.ca)} if world.ca else {}
    process = await asyncio.create_subprocess_exec(
        *(
            "node",
            "--dns-result-order=ipv4first",
            str(PROGRAM),
            world.url,
            str(count),
            str(world.pace),
            str(seed),
        ),
        env={**os.environ, **trusted},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    try:
        yield NodePlayers(world, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
