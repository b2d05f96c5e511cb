"""A long conversation beside a short one: message 5,000 should cost no more than message 5. And many writers of one."""

from typing import Any

from bench.http1 import connect
from bench.load import Result, measure, repeat
from bench.people import Person, ask
from bench.readers import PAGE, start_chat
from bench.routes import Api, title
from bench.session import Session

FIRST = 5
WRITERS = 16
CONNECTIONS = (1, 16)

NEWEST = title("list_messages", "the newest page")
DEEPEST = title("list_messages", "the deepest page")
BEGUN = title("send_message", "into a new conversation")
LONG = title("send_message", "into the long conversation")
BY_WRITERS = title("send_message", f"into one conversation by {WRITERS} writers")


async def depth(session: Session) -> dict[str, Any]:
    """Write a long conversation, untimed, and measure."""
    plan, api = session.plan, session.api
    # Other users than those of the other measurements.
    one, *others = await session.people.some("long conversations", 4)
    connection = await connect(session.target)
    try:
        short, long, crowded = [await start_chat(connection, api, one, other) for other in others]
        for chat, messages in ((short, FIRST), (long, plan.messages)):
            for _ in range(messages):
                await ask(connection, message(api, one, chat), 201)
    finally:
        connection.close()
    # The pages first: sending moves them.
    results = []
    for name, offset in ((NEWEST, 0), (DEEPEST, plan.messages - PAGE)):
        page = api.request("list_messages", one, query=f"?limit={PAGE}&offset={offset}", chat_id=long)
        results += [await _measured(session, name, [page], connections) for connections in CONNECTIONS]
    for name, chat in ((BEGUN, short), (LONG, long)):
        results.append(await _measured(session, name, [message(api, one, chat)], 1))
    both = [message(api, author, crowded) for author in (one, others[2])]
    results.append(await _measured(session, BY_WRITERS, both, WRITERS))
    rows = [result.row() for result in results]
    return {"messages": plan.messages, "compared": [NEWEST, DEEPEST, BEGUN, LONG], "requests": rows}


async def _measured(session: Session, name: str, requests: list[bytes], connections: int) -> Result:
    worker = repeat(requests, 200 if requests[0].startswith(b"GET") else 201)
    return await measure(
        session.target, name, worker, connections, session.plan.goal_bounds, session.plan.warm_up
    )


def message(api: Api, author: Person, chat: int) -> bytes:
    """The request that writes a message."""
    return api.request("send_message", author, {"content": "Good game! One more?"}, chat_id=chat)
