"""The latency of other requests beside logins: Argon2 takes a core for 26 ms at a time."""

import asyncio
from dataclasses import dataclass

from bench.http1 import Target
from bench.load import Bounds, Result, measure, repeat
from bench.people import People
from bench.plan import Plan
from bench.throughput import log_ins

LOGIN_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Interference:
    """`GET /users/me/` at one connection, alone and beside logins, and the logins."""

    alone: Result
    beside: Result
    logins: Result

    def slowdown(self, share: float) -> float:
        """The latency beside logins as a multiple of that alone, at this percentile."""
        return self.beside.ms(share) / self.alone.ms(share)


async def interference(target: Target, people: People, plan: Plan) -> Interference:
    """Measure for as long as one measurement of the plan, twice."""
    (reader,) = await people.some_registered(1)
    me = repeat([target.request("GET", "/api/users/me/", reader.token)], 200)
    bounds = Bounds(1_000_000, plan.bounds.seconds)
    alone = await measure(target, "GET /users/me/ alone", me, 1, bounds, plan.warm_up)
    logins = log_ins(target, await people.some_who_log_in(LOGIN_CONNECTIONS))
    beside_result, logins_result = await asyncio.gather(
        measure(target, "GET /users/me/ beside logins", me, 1, bounds, plan.warm_up),
        measure(target, "POST /auth/login/", logins, LOGIN_CONNECTIONS, bounds, plan.warm_up),
    )
    return Interference(alone, beside_result, logins_result)
