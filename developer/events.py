"""`make events`: events as they are committed, out of the table's stream. Nobody gets online by it."""

from __future__ import annotations

import asyncio
import json
import time

from demo.running import RunningStack
from demo.terminal import Terminal
from developer.table import find_user
from shared.settings import settings
from shared.store.accounts.users import read_usernames
from sse.dynamo_stream import DynamoStream, find_stream, streams_client
from sse.outbox import Delivery, read_outbox
from sse.tail import Start, Tail

POLL_SECONDS = 0.1
"""A local engine allows any number of reads."""

SHOWN_RECEIVERS = 6


async def run(_stack: RunningStack, subject: str) -> None:
    """Show every event, or those that one user gets, until Ctrl-C."""
    user = find_user(subject) if subject else None
    client = streams_client()
    stream = find_stream(settings().table_name, client)
    now = time.time()
    tail = Tail(DynamoStream(stream.arn, client), Start(otherwise="latest", covered_since=now), began=now)
    terminal = Terminal(name_width=32, text_width=64)
    terminal.line(f"Events {'for ' + user.username if user else 'of all users'} from now on; Ctrl-C ends.")
    while True:
        for delivery in _deliveries(tail):
            if user is None or user.id in delivery.to:
                _show(terminal, delivery)
        await asyncio.sleep(POLL_SECONDS)


def _deliveries(tail: Tail) -> list[Delivery]:
    records = [record for batch in tail.poll(time.time()).batches for record in batch.records]
    items = [item for record in records if (item := read_outbox(record)) is not None]
    return [delivery for item in items for delivery in item.deliveries]


def _show(terminal: Terminal, delivery: Delivery) -> None:
    event = json.loads(delivery.frame.split(b"data: ", 1)[1])
    names = read_usernames(delivery.to[:SHOWN_RECEIVERS])
    to = ", ".join(names.get(user_id, str(user_id)) for user_id in delivery.to[:SHOWN_RECEIVERS])
    more = f" and {len(delivery.to) - SHOWN_RECEIVERS} more" if len(delivery.to) > SHOWN_RECEIVERS else ""
    terminal.say(delivery.code, f"to {to}{more}", delivery.id)
    for name in ("message", "data", "kwargs", "target"):
        if event[name]:
            terminal.line(f"{'':12} {name}: {json.dumps(event[name], ensure_ascii=False)}")
