"""The rest between two measurements: what one has left to the stack must not be measured by the next."""

import asyncio

from bench.engine_client import engine_client
from bench.http1 import Target
from bench.session import progress
from demo.running import RunningStack
from shared.settings import Settings

ATTEMPTS = 60
RESTING_CPU = 0.25
"""CPU seconds a second: the stack's polls take about half of that."""

CLOCKS = "MatchClocks"
"""A part of the queue's name (infra/cloud/static/timers.yaml)."""


async def rest(stack: RunningStack, target: Target, *, own: bool) -> None:
    """Wait until the users whose streams have closed are offline, and the stack does nothing any more; also until the
    clocks of the matches so far have struck, which those of an own stack don't.
    """
    if own:
        await asyncio.to_thread(forget_clocks, stack)
    else:
        progress("  waiting until the clocks of the matches have struck …")
        await asyncio.sleep(Settings().connect_timeout_seconds + 1)
    await asyncio.sleep(Settings().presence_grace_seconds + 1)
    for _ in range(ATTEMPTS):
        before = sum(target.cpu().values())
        await asyncio.sleep(1)
        if sum(target.cpu().values()) - before < RESTING_CPU:
            return
    progress("  the stack does not come to rest: the next measurements run beside its other work")


def forget_clocks(stack: RunningStack) -> None:
    """Throw away the clocks of the matches of an own stack, which are over: they wait for longer than the run takes
    (bench/own_stack.py), and the local engine looks at each waiting one with every write, for 1.4 µs.
    """
    queues = engine_client("sqs", stack.run)
    for url in queues.list_queues()["QueueUrls"]:
        if CLOCKS in url:
            queues.purge_queue(QueueUrl=url)
