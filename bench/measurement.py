"""One measurement of the list of all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.load import Bounds, Result
from bench.plan import Plan

if TYPE_CHECKING:
    from bench.session import Session

GOAL_PER_SECOND: dict[str, tuple[int, int]] = {
    "get_me": (16, 400),
    "log_in": (4, 50),
    "list_matches": (16, 350),
    "list_friends": (16, 350),
    "list_chats": (16, 280),
    "get_tournament": (16, 300),
    "join_duel": (16, 170),
    "update_participant": (16, 300),
    "score_point": (16, 300),
}
"""By route: the number of connections, and the wanted requests a second. These are measured for longer."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Measures some routes together."""

    routes: tuple[str, ...]
    run: Callable[["Session", int], Awaitable[list[Result]]]
    """With so many connections."""
    leaves_work: bool = False
    """The stack works on after it: streams have closed, matches have ended."""


def bounds_of(name: str, plan: Plan) -> Bounds:
    """How long a route is measured."""
    return plan.goal_bounds if name in GOAL_PER_SECOND else plan.bounds
