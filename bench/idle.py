"""Many idle streams: their memory, and the latency of other requests beside them."""

import asyncio
import resource
from dataclasses import dataclass

from bench.http1 import Target
from bench.listener import ListenError, close_all, listen
from bench.load import Bounds, Result, measure, repeat
from bench.people import People
from bench.plan import Plan
from bench.processes import rss_of

SETTLE_SECONDS = 3.0
"""Between opening the last stream and measuring: the work of opening is over by then."""


@dataclass(frozen=True, slots=True)
class IdleConnections:
    """Resident memory in bytes of the SSE process and of the edge, which carries its TLS."""

    connections: int
    sse_before: int
    sse_held: int
    edge_before: int
    edge_held: int
    before: Result
    held: Result


async def idle_connections(
    target: Target, people: People, groups: dict[str, list[int]], count: int, plan: Plan
) -> IdleConnections:
    """Hold `count` streams, each of another user. Raises `ListenError` if the server closes one."""
    _allow_files(count + 200)
    guests = await people.some_guests(count)
    reader = (await people.some_registered(1))[0]
    me = repeat([target.request("GET", "/api/users/me/", reader.token)], 200)
    bounds = Bounds(plan.bounds.requests, plan.bounds.seconds)
    before = await measure(target, "GET /users/me/ before", me, 1, bounds, plan.warm_up)
    memory_before = rss_of(groups["sse"][0]), rss_of(groups["edge"][0])
    listeners = await listen(target, [guest.token for guest in guests])
    try:
        await asyncio.sleep(SETTLE_SECONDS)
        held = await measure(target, "GET /users/me/ while held", me, 1, bounds, plan.warm_up)
        memory_held = rss_of(groups["sse"][0]), rss_of(groups["edge"][0])
        lost = sum(listener.closed for listener in listeners)
        if lost:
            raise ListenError(f"{lost} of {count} idle connections were closed by the server")
    finally:
        close_all(listeners)
    return IdleConnections(
        count, memory_before[0], memory_held[0], memory_before[1], memory_held[1], before, held
    )


def _allow_files(needed: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise ListenError(f"this machine allows {hard} open files a process, {needed} are needed")
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
