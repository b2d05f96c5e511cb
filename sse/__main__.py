"""The SSE container: `python -m sse`.

It takes its lease, fills its rings from the table's stream, then accepts clients. SIGTERM ends the streams, takes the
users offline and exits with 0. When a part of the process fails it exits with 1 and leaves the users online: a
successor that starts within the lease finds everything as it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import resource
import secrets
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from shared.auth.keys_text import BadKey
from shared.auth.signing_keys import service_keys, signing_keys
from shared.domain.errors import Unavailable
from shared.logs import JsonLines
from shared.settings import Settings, settings
from shared.store import checkpoints
from shared.store.base import connection
from shared.usecases.accounts import presence as presence_writes
from sse.dynamo_stream import DynamoStream, StreamInfo, StreamNotFound, find_stream, streams_client
from sse.expiry import Expiry
from sse.heartbeat import Heartbeat
from sse.http1 import ENDING_SECONDS, StreamServer, bind
from sse.hub import Hub
from sse.marks import choose_start, obsolete
from sse.measures import Delays, report
from sse.presence import Presence
from sse.reader import Reader
from sse.server import EventServer
from sse.shards import StreamUnavailable
from sse.tail import Start, Tail

log = logging.getLogger("sse")

SKEW_SECONDS = 30.0
"""How far apart in time two shards may be read. Limits the repeats of a replay (see sse/ring.py)."""

STALL_PER_SKEW = 5 / 6
"""A shard may be unreadable for a bit less than the skew. Then the process ends, and another starts from the marks."""

MARKS_PER_WINDOW = 15
SWEEPS_PER_WINDOW = 30
SHARDS_AT_ONCE = 8
FINDING_SECONDS = 30.0


class Fatal(Exception):
    """The process can't go on; the text is for the operator."""


@dataclass(slots=True)
class Parts:
    """The parts of the process."""

    container: str
    stream: StreamInfo
    hub: Hub
    tail: Tail
    reader: Reader
    presence: Presence
    heartbeat: Heartbeat
    expiry: Expiry
    app: EventServer
    window: float
    delays: Delays
    release: bool = True
    """Whether the stop takes the users offline."""


def main() -> int:
    """Run until stopped; returns the exit code."""
    config = settings()
    lines = logging.StreamHandler(sys.stdout)
    lines.setFormatter(JsonLines())
    logging.basicConfig(level=config.log_level, handlers=[lines])
    for chatty in ("uvicorn", "botocore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    _allow_many_connections()
    try:
        asyncio.run(_run(config))
    except Fatal as error:
        log.critical("stopping: %s", error)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


async def _run(config: Settings) -> None:
    try:
        await asyncio.to_thread(signing_keys)
        await asyncio.to_thread(service_keys)
    except (BadKey, Unavailable) as error:
        raise Fatal(f"can't verify tokens: {error}") from error
    try:
        listener = bind(config.sse_host, config.sse_port)
    except OSError as error:
        raise Fatal(f"can't listen on {config.sse_host}:{config.sse_port}: {error.strerror}") from error
    try:
        parts = await _assemble(config)
        await _serve(parts, listener)
    finally:
        listener.close()


async def _assemble(config: Settings) -> Parts:
    container = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    # Tests shorten the ring; the skew and the window shrink with it.
    skew = min(SKEW_SECONDS, config.sse_ring_seconds / 10)
    window = config.sse_ring_seconds + skew
    # PynamoDB has a session per thread: both clients are made in this one, and share botocore's memory.
    database = connection()
    log.info("engine=%s", database.client.meta.endpoint_url)
    client = streams_client(database.session)
    stream = await _find_stream(config.table_name, client)
    start = await _choose_start(stream, window)
    hub = Hub(
        name=container,
        ring_seconds=config.sse_ring_seconds,
        skew_seconds=skew,
        queue_events=config.sse_queue_events,
        match_ring_events=config.sse_feed_ring_events,
        match_queue_events=config.sse_feed_queue_events,
        covered_since=start.covered_since,
    )
    tail = Tail(
        DynamoStream(stream.arn, client),
        start,
        began=time.time(),
        stall_seconds=skew * STALL_PER_SKEW,
        map_shards=ThreadPoolExecutor(SHARDS_AT_ONCE, thread_name_prefix="shard").map,
    )
    delays = Delays()
    reader = Reader(tail, hub, poll_seconds=config.sse_poll_seconds, delays=delays)
    presence = Presence(
        presence_writes,
        container,
        grace_seconds=config.presence_grace_seconds,
        lease_seconds=config.presence_lease_seconds,
    )
    heartbeat = Heartbeat(config.sse_heartbeat_seconds)
    expiry = Expiry(config.sse_notice_seconds)
    app = EventServer(hub, presence, heartbeat, expiry, on_first_stream=reader.wake)
    return Parts(container, stream, hub, tail, reader, presence, heartbeat, expiry, app, window, delays)


async def _find_stream(table: str, client: Any) -> StreamInfo:
    deadline = time.monotonic() + FINDING_SECONDS
    while True:
        try:
            return await asyncio.to_thread(find_stream, table, client)
        except (StreamNotFound, StreamUnavailable) as error:
            if time.monotonic() > deadline:
                raise Fatal(f"no stream to read: {error}") from error
            log.warning("no stream to read yet: %s", error)
            await asyncio.sleep(1)


async def _choose_start(stream: StreamInfo, window: float) -> Start:
    now = time.time()
    marks = await asyncio.to_thread(checkpoints.read_marks, stream.arn)
    start = choose_start(marks, stream_created=stream.created, now=now, window=window)
    log.info(
        "reading from=%s marks=%d covered_seconds=%.0f",
        "mark" if start.positions else start.otherwise,
        len(marks),
        now - max(start.covered_since, stream.created),
    )
    return start


async def _serve(parts: Parts, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await parts.presence.start()
    reading_thread = ThreadPoolExecutor(1, thread_name_prefix="tail")
    server = StreamServer(parts.app, lambda: _end_streams(parts))
    reading = asyncio.ensure_future(loop.run_in_executor(reading_thread, parts.reader.run))
    background = {
        "tail": reading,
        "heartbeat": loop.create_task(parts.heartbeat.run()),
        "expiry": loop.create_task(parts.expiry.run()),
        "sweep": loop.create_task(_sweep(parts)),
        "marks": loop.create_task(_save_marks(parts)),
        "measures": loop.create_task(report(parts.hub, parts.tail, parts.delays)),
    }
    try:
        await _first_of(background, loop.create_task(parts.reader.caught_up.wait()))
        _give_memory_back()
        for number in (signal.SIGTERM, signal.SIGINT):
            # uvicorn stops by them and raises them again afterwards: this handler keeps the exit code 0.
            loop.add_signal_handler(number, setattr, server, "should_exit", True)
        serving = loop.create_task(server.serve(sockets=[listener]))
        log.info("ready container=%s rings=%d", parts.container, parts.hub.feed_count)
        try:
            await _first_of(background, serving)
        except Fatal:
            parts.release = False
            server.should_exit = True
            await serving
            raise
        log.info("stopped container=%s", parts.container)
    finally:
        parts.reader.stop()
        await parts.presence.stop(release=False)
        for task in background.values():
            if task is not reading:
                task.cancel()
        await asyncio.gather(*background.values(), return_exceptions=True)
        reading_thread.shutdown()


async def _first_of(background: dict[str, asyncio.Future[None]], wanted: asyncio.Future[Any]) -> None:
    """Wait for `wanted`. Fatal if a background task, which should run for ever, ends before."""
    await asyncio.wait({wanted, *background.values()}, return_when=asyncio.FIRST_COMPLETED)
    for name, task in background.items():
        if task.done():
            error = task.exception()
            raise Fatal(f"{name} has failed: {error!r}") from error
    await wanted


async def _end_streams(parts: Parts) -> None:
    log.info("ending streams=%d container=%s", parts.hub.stream_count, parts.container)
    await parts.app.drain(ENDING_SECONDS)
    await parts.presence.stop(release=parts.release)


async def _sweep(parts: Parts) -> None:
    while True:
        await asyncio.sleep(parts.window / SWEEPS_PER_WINDOW)
        parts.hub.expire(time.time())


async def _save_marks(parts: Parts) -> None:
    """Save a mark again and again, so that a successor can refill the rings."""
    await parts.reader.caught_up.wait()
    taken: list[float] = []
    while True:
        now = time.time()
        mark = checkpoints.Mark(parts.stream.arn, now, parts.tail.positions)
        old = obsolete(taken, now=now, window=parts.window)
        try:
            await asyncio.to_thread(checkpoints.save_mark, mark, parts.container)
            taken.append(now)
            await asyncio.to_thread(checkpoints.drop_marks, old, parts.container)
            taken = [moment for moment in taken if moment not in old]
        except Exception:
            # With fewer marks a restart reads more than it has to. The next mark comes soon.
            log.exception("a mark could not be saved")
        await asyncio.sleep(parts.window / MARKS_PER_WINDOW)


def _give_memory_back() -> None:
    """Starting leaves garbage behind; the objects that are here now will never be garbage."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # the C library is another one than glibc
        ctypes.CDLL(None).malloc_trim(0)


def _allow_many_connections() -> None:
    """Every stream is an open file; the usual soft limit is 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
