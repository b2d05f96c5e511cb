"""Streams in a process of their own, which come back when they break: `python -m bench.flock`.

It reads one line of JSON from standard input (host, port, authority's file or null, tokens), opens a stream for each
token and writes a line when all are open. When all have broken and are open again it writes a line of JSON: when each
was back (seconds of the system's monotonic clock), and the attempts that failed. It ends with its standard input.

The clients are in a process of their own so that their work doesn't delay the requests that are timed beside them.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.http1 import Target, tls_for
from bench.idle import allow_files
from bench.listener import Listener, ListenError

OPENED_AT_ONCE = 64
RETRY_SECONDS = 1.0
"""The pause after an attempt that failed, as the server asks browsers for. The first attempt comes at once."""


@dataclass(slots=True)
class Flock:
    """All the streams."""

    target: Target
    tokens: list[str]
    back: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    """Attempts that failed, by their error."""

    async def run(self) -> None:
        """Open the streams, wait until all have broken and come back, and report."""
        gate, opened = asyncio.Semaphore(OPENED_AT_ONCE), asyncio.Event()
        came_back = asyncio.Event()
        open_now = 0

        async def keep(token: str) -> None:
            nonlocal open_now
            async with gate:
                stream = await self._open(token)
            open_now += 1
            if open_now == len(self.tokens):
                opened.set()
            await stream.lost.wait()
            await self._return(token)
            if len(self.back) == len(self.tokens):
                came_back.set()

        tasks = [asyncio.create_task(keep(token)) for token in self.tokens]
        await opened.wait()
        print("open", flush=True)
        await came_back.wait()
        print(json.dumps({"back": sorted(self.back), "failed": self.failed}), flush=True)
        await asyncio.gather(*tasks)

    async def _return(self, token: str) -> None:
        while True:
            try:
                await self._open(token)
            except (OSError, ListenError) as error:
                self.failed[f"{type(error).__name__}: {error}"] += 1
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.back.append(time.monotonic())
                return

    async def _open(self, token: str) -> Listener:
        request = self.target.request("GET", "/sse/users/", token)
        _, listener = await asyncio.get_running_loop().create_connection(
            lambda: Listener(request, None), self.target.host, self.target.port, ssl=self.target.tls
        )
        await listener.opened
        return listener


async def main() -> None:
    """The program."""
    given = json.loads(sys.stdin.readline())
    allow_files(len(given["tokens"]) + 200)
    tls = None if given["authority"] is None else tls_for(given["authority"])
    flock = asyncio.create_task(Flock(Target(given["host"], given["port"], tls), given["tokens"]).run())
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait({flock, ended}, return_when=asyncio.FIRST_COMPLETED)
    if flock.done():
        flock.result()
        await ended


if __name__ == "__main__":
    asyncio.run(main())
