"""A player's day: what they call, and the capacity that it takes. `make costs` and others compute with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tools.marked import DOCS

ENDPOINTS = DOCS / "endpoints.md"

PRIVATE = "/private/"
"""Begins the paths that game servers call."""


@dataclass(frozen=True, slots=True)
class Use:
    """How often a day a player calls an endpoint, and the case of its line in docs/endpoints.md."""

    times: float
    endpoint: str
    case: str = ""

    @property
    def is_private(self) -> bool:
        """Whether game servers call it."""
        return PRIVATE in self.endpoint


PROFILE = (
    Use(2, "POST /auth/refresh/"),
    Use(0.2, "POST /auth/login/"),
    Use(0.02, "POST /auth/register/"),
    Use(0.1, "POST /auth/guest/"),
    Use(8, "GET /users/me/"),
    Use(6, "GET /users/{user_id}/"),
    Use(3, "GET /users/me/stats/"),
    Use(1, "GET /users/me/stats/ranked/"),
    Use(2, "GET /game/matches/{user_id}/", "own"),
    Use(2.5, "POST /play/duel/", "alone"),
    Use(2.5, "POST /play/duel/", "and pair"),
    Use(0.5, "DELETE /play/duel/"),
    # The game server's reports of five matches, shared by their two players.
    Use(5, "GET /private/match/{id}/{user_id}/"),
    Use(10, "PUT /private/match/score/{user_id}/"),
    Use(2.5, "PUT /private/match/score/{user_id}/", "winning"),
)
"""A player's day: five duels of some four points each, and reading in between."""

MATCHES = 2.5
"""Matches a day and player: five, with two players each."""

ONLINE_HOURS = 0.75
VISITS = 3.0
"""Event streams that a player opens a day. One that comes back within PRESENCE_GRACE_SECONDS writes nothing."""
PEAK = 4.0
"""The busiest hour, as a multiple of the average."""

READS_PER_VISIT = 2.0
WRITES_PER_VISIT = 8.0
"""Of the container's writes of presence (shared/usecases/accounts/presence.py): coming online, going offline."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Capacity units."""

    reads: float
    writes: float


def measured() -> dict[tuple[str, str], Taken]:
    """Capacity units by endpoint and case, as docs/endpoints.md has them."""
    found = {}
    for line in ENDPOINTS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[0].startswith("`"):
            methods, _, path = cells[0].strip("`").rpartition(" ")
            for method in methods.split(", "):
                found[f"{method} {path}", cells[1]] = Taken(float(cells[5]), float(cells[6]))
    return found


def requests() -> float:
    """A player's requests a day."""
    return sum(use.times for use in PROFILE)


def units() -> Taken:
    """The units of a player's day, presence included."""
    taken = measured()
    return Taken(
        sum(use.times * taken[use.endpoint, use.case].reads for use in PROFILE) + VISITS * READS_PER_VISIT,
        sum(use.times * taken[use.endpoint, use.case].writes for use in PROFILE) + VISITS * WRITES_PER_VISIT,
    )


def online(players: int) -> int:
    """Users online at once in the busiest hour, of a number of players a day."""
    return round(players * ONLINE_HOURS / 24 * PEAK)


def table() -> Iterator[str]:
    """The day as a table."""
    yield "| a player's day | times | read units | write units |"
    yield "| --- | ---: | ---: | ---: |"
    taken = measured()
    for use in PROFILE:
        one = taken[use.endpoint, use.case]
        case = f" ({use.case})" if use.case else ""
        yield f"| `{use.endpoint}`{case} | {use.times:g} | {one.reads:g} | {one.writes:g} |"
    yield f"| an event stream, its presence | {VISITS:g} | {READS_PER_VISIT:g} | {WRITES_PER_VISIT:g} |"
