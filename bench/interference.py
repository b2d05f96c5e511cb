"""The latency of other requests beside logins: Argon2 takes a core for 26 ms at a time."""

import asyncio
from typing import Any

from bench.load import Bounds, measure, repeat
from bench.routes import title
from bench.session import Session
from bench.signing_in import log_ins

LOGIN_CONNECTIONS = 4


async def interference(session: Session) -> list[dict[str, Any]]:
    """`GET /users/me/` at one connection, alone and beside logins, and the logins."""
    target, warm_up = session.target, session.plan.warm_up
    (reader,) = await session.people.fresh(1)
    me = repeat([session.api.request("get_me", reader)], 200)
    bounds = Bounds(1_000_000, session.plan.goal_bounds.seconds)
    alone = await measure(target, title("get_me", "alone"), me, 1, bounds, warm_up)
    logins = await log_ins(session, LOGIN_CONNECTIONS)
    beside, logged_in = await asyncio.gather(
        measure(target, title("get_me", "beside logins"), me, 1, bounds, warm_up),
        measure(target, title("log_in"), logins, LOGIN_CONNECTIONS, bounds, warm_up),
    )
    return [alone.row(), beside.row(), logged_in.row()]
