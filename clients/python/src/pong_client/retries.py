"""When a request is sent again, and after how long. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pong_client.errors import ApiError, UnreachableError

REPEATED_STATUSES = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Retries:
    """How often, and how patiently. `Retries(0)` shows the program each refusal."""

    times: int = 3
    first_wait: float = 0.5
    """Seconds; twice as long each time, of which a random part is waited (full jitter)."""
    longest_wait: float = 20.0
    """Seconds. A longer Retry-After is left to the program."""

    def wait(
        self,
        failure: ApiError | UnreachableError,
        attempt: int,
        *,
        repeatable: bool,
        uniform: Callable[[float, float], float],
    ) -> float | None:
        """Seconds until the request is sent again; None if it isn't.

        `repeatable`: sending it twice does no more than sending it once. Requests that aren't are sent again only
        if the first one changed nothing: it wasn't sent, or was throttled.
        """
        if attempt >= self.times:
            return None
        jitter = uniform(0, back_off(attempt, self.first_wait, self.longest_wait))
        if isinstance(failure, UnreachableError):
            return jitter if repeatable or not failure.sent else None
        if failure.status not in REPEATED_STATUSES or not (repeatable or failure.status == 429):
            return None
        if failure.retry_after is None:
            return jitter
        return failure.retry_after if failure.retry_after <= self.longest_wait else None


def back_off(failures: int, first: float, longest: float) -> float:
    """The longest wait after so many failures."""
    return min(longest, first * 2.0 ** min(failures, 32))
