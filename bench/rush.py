"""The SSE process is killed, and all its clients come back at once: how long that takes, and what others feel of it."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from bench.http1 import connect
from bench.load import GENERATOR, Bounds, Recorder, Result, measure, repeat, run
from bench.people import Person, SetupError
from bench.routes import title
from bench.session import Session

PATIENCE_SECONDS = 120.0
LINE_BYTES = 64 * 1024 * 1024


async def rush(session: Session) -> dict[str, Any]:
    """Kill the SSE process under many streams. Raises `SetupError` unless they come back."""
    plan, count = session.plan, session.plan.rush
    guests = await session.people.some_guests(count)
    (reader,) = await session.people.fresh(1)
    me = repeat([session.api.request("get_me", reader)], 200)
    async with _flock(session, guests) as flock:
        before = await measure(
            session.target, title("get_me", "before"), me, 1, plan.goal_bounds, plan.warm_up
        )
        answer = asyncio.create_task(_line(flock))
        os.kill(session.groups["sse"][0], signal.SIGKILL)
        killed = time.monotonic()
        recorder = Recorder(Bounds(10**9, PATIENCE_SECONDS))
        answer.add_done_callback(lambda _: recorder.stop())
        connection = await connect(session.target)
        try:
            await run(me, [connection], recorder)
        finally:
            connection.close()
        found = json.loads(await answer)
    back = [at - killed for at in found["back"]]
    seconds = recorder.ended - recorder.started
    meanwhile = Result(
        title("get_me", "meanwhile"), 1, recorder.latencies, seconds, recorder.throttled, {GENERATOR: 0}
    )
    return {
        "streams": count,
        "failed_attempts": found["failed"],
        "first_seconds": round(back[0], 2),
        "half_seconds": round(back[len(back) // 2], 2),
        "all_seconds": round(back[-1], 2),
        "requests": [before.row(), meanwhile.row()],
        "curve": [[round(back[n], 3), n + 1] for n in range(0, count, max(1, count // 100))],
        "slowest_ms": round(max(recorder.latencies) * 1000, 1),
    }


@asynccontextmanager
async def _flock(session: Session, guests: list[Person]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The clients (bench/flock.py), all connected."""
    target = session.target
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.flock", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES,
    )  # fmt: skip
    given = {"host": target.host, "port": target.port, "authority": target.authority,
             "tokens": [guest.token for guest in guests]}  # fmt: skip
    try:
        cast(asyncio.StreamWriter, process.stdin).write(json.dumps(given).encode() + b"\n")
        await _line(process)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await cast(asyncio.StreamReader, process.stdout).readline()
    except TimeoutError:
        raise SetupError(f"not all streams were open within {PATIENCE_SECONDS:g} s") from None
    if not line:
        raise SetupError("the streams' process ended")
    return line
