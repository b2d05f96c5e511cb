"""One connection writes for an hour: `make soak`, or `python -m bench.soak --help`.

Starts a stack of its own, sends messages and makes guests in turn, and notes how long each write takes, why the slow
ones were slow, and the memory of the stack's processes. Writes soak.json, soak.svg and soak.md.
Exit code 0 if the goals are met, 1 if not, 2 without a stack.
"""

import argparse
import asyncio
import gc
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from bench.depth import message
from bench.engine_client import engine_client
from bench.findings import commit_of
from bench.http1 import Connection, Target, connect, tls_for
from bench.load import GENERATOR
from bench.own_stack import own_stack
from bench.parts import MEASUREMENT_ERRORS
from bench.people import People
from bench.plots import svg
from bench.processes import busy_seconds, cpu_seconds, groups_of, resident
from bench.readers import start_chat
from bench.routes import Api
from bench.soak_report import Sample, Slow, Soak, Write, goals, page, pictures, tables
from bench.standstill import Watch
from bench.waiting import Waits, longest_waits, waited_for_disk
from demo.running import NotRunningError, RunningStack
from infra.local.settings import ROOT
from shared.store.client import UNANSWERED

CONVERSATIONS = 8
SAMPLES = 360
"""Over the whole time; one a second at most."""
WARM_UP = 100
"""The first writes don't count: a worker handles each kind of request for the first time."""
SLOW_SECONDS = 0.05
SETTINGS = {"ACCESS_SECONDS": "86400"}
"""The writers' tokens are good to the end."""
DOCS = ROOT / "docs" / "soak"
REAL_TIME = (os.SCHED_FIFO, os.SCHED_RR)
"""The policies by which a program never waits for usual ones (sched(7))."""


class Soaking:
    """A running soak."""

    def __init__(self, stack: RunningStack, minutes: float, rate: float) -> None:
        self.writes: list[Write] = []
        self.slow: list[Slow] = []
        self.samples: list[Sample] = []
        self.collections: dict[float, float] = {}
        """Long collections in the engine: when they began, and their seconds."""
        self.standstills: list[tuple[float, float]] = []
        """Of a processor: when they began, and their seconds."""
        self._stack = stack
        self._rate = rate
        self._seconds = minutes * 60
        self._groups = groups_of(stack.run["pids"])
        in_the_way = {name: self._groups[name] for name in ("engine", "edge", "sse")}
        self._waits = Waits({**in_the_way, GENERATOR: [os.getpid()]})
        self._target = Target("localhost", int(stack.state.name), tls_for(str(stack.cacert)))
        self._log = stack.state / "logs" / "edge.log"
        self._began = time.monotonic()
        self._watch = Watch()

    async def run(self) -> None:
        """Write until the time is over, and take samples between two writes."""
        # This program's collections of garbage are no pauses of the stack: they come with the samples.
        gc.disable()
        turn = cycle(await self._requests())
        connection = await connect(self._target)
        with self._watch:
            await self._write(connection, turn)
        connection.close()
        self._explain()

    async def _write(self, connection: Connection, turn: Iterator[tuple[str, bytes]]) -> None:
        async with httpx.AsyncClient(base_url=self._stack.run["engine"]) as engine:
            for _ in range(WARM_UP):
                await connection.send(next(turn)[1])
            self._began = next_at = time.monotonic()
            pause = max(1.0, self._seconds / SAMPLES)
            while (now := time.monotonic()) < self._began + self._seconds:
                if now >= self._began + len(self.samples) * pause:
                    await self._sample(engine)
                if self._rate:
                    next_at = max(next_at + 1 / self._rate, now - 1)
                    await asyncio.sleep(next_at - now)
                await self._send(connection, *next(turn))
            await self._sample(engine)

    async def _requests(self) -> list[tuple[str, bytes]]:
        """What is sent in turn: a message to one of the conversations, a new guest."""
        people = await People(self._stack.url, self._stack.cacert).fresh(2 * CONVERSATIONS)
        api = Api(self._target, "")
        guest = api.request("create_guest")
        connection = await connect(self._target)
        found = []
        for one, other in zip(people[::2], people[1::2], strict=True):
            chat = await start_chat(connection, api, one, other)
            found += [("message", message(api, one, chat)), ("guest", guest)]
        connection.close()
        return found

    async def _send(self, connection: Connection, kind: str, request: bytes) -> None:
        before, disk = self._waits.read(), waited_for_disk()
        sent = time.monotonic()
        status, body = await connection.send(request)
        took = time.monotonic() - sent
        if status != 201:
            raise OSError(f"a {kind} was answered {status}: {body[:300]!r}")
        self.writes.append(Write(sent - self._began, took, kind))
        if took > SLOW_SECONDS:
            waited = longest_waits(before, self._waits.read())
            disk = waited_for_disk() - disk
            self.slow.append(Slow(sent - self._began, took, kind, 0.0, waited, disk=disk))

    async def _sample(self, engine: httpx.AsyncClient) -> None:
        gc.collect()
        self._waits.find_threads()
        activity = (await engine.get("/_pong/activity")).json()
        long = {at - self._began: took for at, took in activity["long_collections"]}
        self.collections |= {at: took for at, took in long.items() if at > 0}
        memory = resident(self._groups)
        others = busy_seconds() - sum(cpu_seconds(self._groups).values()) - time.process_time()
        self.samples.append(
            Sample(
                time.monotonic() - self._began, memory, activity["items"], activity["stream_records"], others
            )
        )

    def _explain(self) -> None:
        """Say of each slow write how long the engine collected garbage meanwhile and a processor stood still, and
        which calls were made again.
        """
        self.standstills = [(at - self._began, seconds) for at, seconds in self._watch.found]
        began_at = time.time() - (time.monotonic() - self._began)
        unanswered = [(at - began_at, call) for at, call in unanswered_calls(self._log.read_text())]
        for write in self.slow:
            ends = write.at + write.seconds
            write.collecting = overlap(write, self.collections.items())
            write.still = overlap(write, self.standstills)
            write.repeated = [call for at, call in unanswered if write.at <= at <= ends]


def overlap(write: Slow, pauses: Iterable[tuple[float, float]]) -> float:
    """The seconds of the write that lie in pauses, which began at a time and took some seconds."""
    ends = write.at + write.seconds
    return sum(max(0.0, min(at + took, ends) - max(at, write.at)) for at, took in pauses)


def unanswered_calls(log: str) -> Iterator[tuple[float, str]]:
    """The calls to DynamoDB without an answer in the log of the handlers: when (Unix time), and which."""
    for line in log.splitlines():
        if UNANSWERED in line:
            fields = json.loads(line)
            how = f"status {fields['status']}" if fields["status"] else fields["error"]
            yield (
                datetime.fromisoformat(fields["at"]).timestamp(),
                f"{fields['operation']} made again after {how}",
            )


def stored_bytes(stack: RunningStack) -> int:
    """The size of all items: names and values of their attributes, as DynamoDB bills them."""
    pages = engine_client("dynamodb", stack.run).get_paginator("scan").paginate(TableName=stack.run["table"])
    return sum(_size(item) for page in pages for item in page["Items"])


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return sum(len(name) * (len(name) > 2) + _size(each) for name, each in value.items())
    if isinstance(value, list):
        return sum(map(_size, value))
    return len(value) if isinstance(value, str | bytes) else 1


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    policy = ", with real-time priority" if os.sched_getscheduler(0) in REAL_TIME else ""
    return f"{cores} cores, Python {platform.python_version()}, commit {commit_of(ROOT)}{policy}"


async def soak(options: argparse.Namespace) -> Soak:
    """Run one on a stack of its own."""
    async with own_stack(SETTINGS, ["--persist", str(options.persist)] if options.persist else []) as stack:
        soaking = Soaking(stack, options.minutes, options.rate)
        await soaking.run()
        size = await asyncio.to_thread(stored_bytes, stack)
    return Soak.of(_machine(), options.rate, soaking.writes, soaking.slow, soaking.samples,
                   sorted(soaking.collections.items()), size, soaking.standstills)  # fmt: skip


def publish(found: Soak, directory: Path) -> None:
    """Write the figures, the plots and the tables."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "soak.json").write_text(found.to_json())
    (directory / "soak.svg").write_text(svg(pictures(found)))
    (directory / "soak.md").write_text(page(found))


def main(argv: list[str] | None = None) -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(
        "bench.soak", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--rate", type=float, default=20, help="writes a second (20); 0 for as many as there can be"
    )
    parser.add_argument("--persist", type=Path, metavar="DIRECTORY", help="the stack keeps its data there")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "bench" / "results", help="directory of the results"
    )
    parser.add_argument(
        "--publish", action="store_true", help=f"write into {DOCS.relative_to(ROOT)}/ instead"
    )
    options = parser.parse_args(argv)
    try:
        found = asyncio.run(soak(options))
    except (NotRunningError, *MEASUREMENT_ERRORS) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    publish(found, DOCS if options.publish else options.out)
    print(tables(found))
    return 0 if all(goal.met for goal in goals(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
