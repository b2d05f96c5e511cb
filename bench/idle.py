"""Many idle streams: their memory, and the latency of other requests beside them."""

import asyncio
import resource
from typing import Any

from bench.listener import ListenError, close_all, listen
from bench.load import measure, repeat
from bench.processes import rss_of, spent
from bench.routes import title
from bench.session import Session

SETTLE_SECONDS = 3.0
"""Between opening the last stream and measuring: the work of opening is over by then."""

HOLDING_SECONDS = 30.0
"""Over which the CPU of idle streams is counted: each of them gets two heartbeats in this time."""


async def idle_connections(session: Session) -> dict[str, Any]:
    """Hold many streams, each of another user. Raises `ListenError` if the server closes one."""
    plan, target, groups, count = session.plan, session.target, session.groups, session.plan.idle
    allow_files(count + 200)
    guests = await session.people.some_guests(count)
    (reader,) = await session.people.fresh(1)
    me = repeat([session.api.request("get_me", reader)], 200)
    before = await measure(target, title("get_me", "before"), me, 1, plan.goal_bounds, plan.warm_up)
    memory_before = rss_of(groups["sse"][0]), rss_of(groups["edge"][0])
    cpu_before = target.cpu()
    listeners = await listen(target, [guest.token for guest in guests])
    opening = spent(cpu_before, target.cpu())
    try:
        await asyncio.sleep(SETTLE_SECONDS)
        cpu_before = target.cpu()
        await asyncio.sleep(HOLDING_SECONDS)
        holding = spent(cpu_before, target.cpu())
        held = await measure(target, title("get_me", "while held"), me, 1, plan.goal_bounds, plan.warm_up)
        memory_held = rss_of(groups["sse"][0]), rss_of(groups["edge"][0])
        lost = sum(listener.closed for listener in listeners)
        if lost:
            raise ListenError(f"{lost} of {count} idle connections were closed by the server")
    finally:
        close_all(listeners)
    return {
        "connections": count,
        "sse_rss": [memory_before[0], memory_held[0]],
        "edge_rss": [memory_before[1], memory_held[1]],
        "opening_cpu_ms": {name: round(seconds * 1000 / count, 3) for name, seconds in opening.items()},
        "holding_cpu": {name: round(seconds / HOLDING_SECONDS, 4) for name, seconds in holding.items()},
        "requests": [before.row(), held.row()],
    }


def allow_files(needed: int) -> None:
    """Let this process have so many files and sockets. Raises `ListenError` with what to do."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise ListenError(
            f"this machine allows {hard} open files a process, {needed} are needed: raise the limit with"
            f" `ulimit -Hn {needed}` as root, or in /etc/security/limits.conf"
        )
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
