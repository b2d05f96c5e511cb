"""Rate limits: the table of all limits, and the rule that admits or refuses a request.

The rule is GCRA, the generic cell rate algorithm (ITU-T I.371): all that is stored of a caller is the theoretical
arrival time, at which the whole burst is back. Times are Unix times in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from math import ceil


class By(Enum):
    """The requests that are counted together, in the words of the documentation."""

    ACCOUNT = "account"
    CONFIRMATION = "account, if a password is sent"
    PERSON = "account and person"
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `burst` requests at once, and `burst` in every `seconds` from then on."""

    name: str
    burst: int
    seconds: int
    by: By

    @property
    def interval(self) -> int:
        """The time in which one request comes back."""
        return ceil(self.seconds * 1000 / self.burst)

    def times(self, factor: float) -> Limit:
        """A limit that is this many times as generous."""
        return replace(self, burst=max(1, round(self.burst * factor)))

    def latest(self, now: int) -> int:
        """The latest arrival time with which one more request is admitted."""
        return now + (self.burst - 1) * self.interval

    def used_up(self, now: int) -> int:
        """The arrival time with which the next request is admitted one interval from now."""
        return now + self.burst * self.interval

    def charge(self, arrival: int, now: int) -> Quota:
        """The quota after one more request, or the unchanged one if the request is refused."""
        if arrival > self.latest(now):
            return Quota(self, arrival, now, admitted=False)
        return Quota(self, max(arrival, now) + self.interval, now, admitted=True)


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a limit."""

    limit: Limit
    arrival: int
    """The theoretical arrival time."""
    now: int
    admitted: bool

    @property
    def remaining(self) -> int:
        """How many requests are admitted at once."""
        return max(0, (self.limit.used_up(self.now) - max(self.arrival, self.now)) // self.limit.interval)

    @property
    def reset_seconds(self) -> int:
        """When the whole burst is back."""
        return max(0, ceil((self.arrival - self.now) / 1000))

    @property
    def retry_seconds(self) -> int:
        """When a request is admitted again, rounded up."""
        return max(1, ceil((self.arrival - self.limit.latest(self.now)) / 1000))


def person(account: int | str, who: int | str) -> str:
    """The caller of a limit by account and person; `who` is the person's name or id."""
    return f"{account}#{who}"


LOGIN = Limit(name="login", burst=10, seconds=600, by=By.NAME)
"""From an address that has logged in to the name lately, the right password gets in beyond it."""
LOGIN_ADDRESS = Limit(name="login-address", burst=60, seconds=600, by=By.ADDRESS)
PASSWORD = Limit(name="password", burst=10, seconds=600, by=By.CONFIRMATION)
REGISTRATION = Limit(name="registration", burst=20, seconds=3600, by=By.ADDRESS)
GUEST = Limit(name="guest", burst=30, seconds=3600, by=By.ADDRESS)
JOIN = Limit(name="join", burst=10, seconds=120, by=By.ACCOUNT)
FRIEND_REQUEST = Limit(name="friend-request", burst=3, seconds=900, by=By.PERSON)
"""A rejection uses it up."""
INVITATION = Limit(name="invitation", burst=3, seconds=60, by=By.PERSON)
MESSAGE = Limit(name="message", burst=60, seconds=20, by=By.ACCOUNT)
PLACE_MESSAGE = Limit(name="place-message", burst=60, seconds=20, by=By.ACCOUNT)
TOURNAMENT = Limit(name="tournament", burst=10, seconds=600, by=By.ACCOUNT)

LIMITS: Mapping[str, Limit] = {
    limit.name: limit
    for limit in (
        *(LOGIN, LOGIN_ADDRESS, PASSWORD, REGISTRATION, GUEST),
        *(JOIN, FRIEND_REQUEST, INVITATION, MESSAGE, PLACE_MESSAGE, TOURNAMENT),
    )
}
