"""A long conversation beside a short one: message 5,000 should cost no more than message 5."""

from dataclasses import dataclass

from bench.http1 import Target, connect
from bench.load import Result, measure, repeat
from bench.people import People, Person, ask
from bench.plan import Plan
from bench.throughput import PAGE, message, start_chat

FIRST = 5


@dataclass(frozen=True, slots=True)
class Depth:
    """Pages of and messages into a conversation, at one connection each."""

    messages: int
    newest: Result
    deepest: Result
    first: Result
    """Sending into a conversation that has just begun."""
    last: Result
    """Sending into the long one."""

    def deeper(self, share: float) -> float:
        """The latency of the deepest page as a multiple of the newest one, at this percentile."""
        return self.deepest.ms(share) / self.newest.ms(share)

    def later(self, share: float) -> float:
        """The latency of sending into the long conversation as a multiple of the short one."""
        return self.last.ms(share) / self.first.ms(share)


async def depth(target: Target, people: People, plan: Plan) -> Depth:
    """Write a long conversation, untimed, and measure."""
    # Other users than those of the other measurements.
    one, *others = (await people.some_registered(max(plan.connections) + 3))[-3:]
    connection = await connect(target)
    try:
        short, long = [await start_chat(target, connection, one, other) for other in others]
        for chat, messages in ((short, FIRST), (long, plan.messages)):
            for _ in range(messages):
                await ask(connection, message(target, one, chat), 201)
    finally:
        connection.close()
    # The pages first: sending moves them.
    offsets = {"newest": 0, "deepest": plan.messages - PAGE}
    pages = {name: repeat([page(target, one, long, offset)], 200) for name, offset in offsets.items()}
    name = f"GET /chat/<id>/messages/ the {{}} of {plan.messages}"
    newest, deepest = [
        await measure(target, name.format(which), worker, 1, plan.bounds, plan.warm_up)
        for which, worker in pages.items()
    ]
    first, last = [
        await measure(target, f"POST /chat/<id>/messages/ from {written} on",
                      repeat([message(target, one, chat)], 201), 1, plan.bounds, plan.warm_up)
        for chat, written in ((short, FIRST), (long, plan.messages))
    ]  # fmt: skip
    return Depth(plan.messages, newest, deepest, first, last)


def page(target: Target, reader: Person, chat: int, offset: int) -> bytes:
    """The request that reads a page."""
    path = f"/api/chat/{chat}/messages/?limit={PAGE}&offset={offset}"
    return target.request("GET", path, reader.token)
