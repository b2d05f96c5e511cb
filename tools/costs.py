"""Compute what the product costs on AWS, and write the tables into docs/operations.md.

    python -m tools.costs

The units of an endpoint are measured (docs/endpoints.md); a player's day (PROFILE) and the duration of a function are
assumed. Prices are list prices of us-east-1, on demand, without free tiers, in US dollars: look them up before you
rely on a figure. A month has 30 days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.marked import DOCS, with_part

ENDPOINTS = DOCS / "endpoints.md"
FILE = DOCS / "operations.md"

PLAYERS = (1_000, 100_000, 10_000_000)
"""Players a day."""

DAYS = 30
MILLION = 1_000_000

# Prices.
API_REQUEST = 3.50 / MILLION
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000166667
READ_UNIT = 0.125 / MILLION
WRITE_UNIT = 0.625 / MILLION
STREAM_READ = 0.02 / 100_000
STORED_GB = 0.25
QUEUE_REQUEST = 0.40 / MILLION
FARGATE_HOUR = 0.5 * 0.04048 + 1 * 0.004445
BALANCER_HOUR = 0.0225 + 0.008
CDN_REQUEST = 0.010 / 10_000
CDN_FUNCTION = 0.10 / MILLION
CDN_GB = 0.085
LOG_GB = 0.50
ACCESS_LOG_GB = 0.023
TRACE = 5.0 / MILLION
SECRETS_ALARMS_METRICS = 2 * 0.40 + 27 * 0.10 + 8 * 0.30

# Assumptions.
FUNCTION_SECONDS = 0.045
"""Duration of a warm call with 512 MB: three calls of the table at 5 ms each and 30 ms of Python."""
CPU_HEAVY = {"POST /auth/login/", "POST /auth/register/", "PATCH /users/me/", "DELETE /users/me/"}
CPU_HEAVY_SECONDS = 0.07
CLOCK_STEPS_PER_MATCH = 2
"""Times that a match's clock comes back from its queue. Few matches are over at the first one."""
QUEUE_REQUESTS_PER_STEP = 3
"""Sending, receiving and deleting a message, each in a call of its own: batches make it fewer."""
CLOCK_STEP_SECONDS = 0.02
"""Duration of a step that finds nothing to do: a read."""
MATCH_MINUTES = 2.0
SWEEPS_PER_MINUTE = 2
SWEEP_SECONDS = 31
"""Duration of the function that sweeps twice a minute, mostly a pause, with 512 MB."""
SWEEP_QUERIES = 8
SWEPT_UNITS_PER_MATCH = 1.04
"""Of a running match in a sweep: its row, and its share of the list."""
ANSWER_KB = 1.5
LOG_KB = 0.7
ACCESS_LOG_KB = 0.5
"""A line of CloudFront's access log, which S3 keeps for a month."""
TRACED = 0.05
"""The share of requests that X-Ray keeps."""
STREAM_CONNECTIONS_PER_CONTAINER = 20_000
ONLINE_HOURS = 0.75
PEAK = 4.0
"""Users online in the busiest hour, as a multiple of the average."""
STORED_KB_PER_PLAYER_AND_DAY = 4.0


@dataclass(frozen=True, slots=True)
class Use:
    """How often a day a player calls an endpoint, and the case of its line in docs/endpoints.md."""

    times: float
    endpoint: str
    case: str = ""


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


@dataclass(frozen=True, slots=True)
class Taken:
    """The capacity units of one request."""

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


def monthly(players: int) -> dict[str, float]:
    """Dollars a month by service, for a number of players a day."""
    taken = measured()
    month = players * DAYS
    requests = sum(use.times for use in PROFILE) * month
    reads = sum(use.times * taken[use.endpoint, use.case].reads for use in PROFILE) * month
    writes = sum(use.times * taken[use.endpoint, use.case].writes for use in PROFILE) * month
    containers = max(1, -(-online(players) // STREAM_CONNECTIONS_PER_CONTAINER))
    return {
        "API Gateway": requests * API_REQUEST,
        "Lambda": requests * LAMBDA_REQUEST + _gb_seconds() * month * LAMBDA_GB_SECOND,
        "DynamoDB, reads": reads * READ_UNIT,
        "DynamoDB, writes": writes * WRITE_UNIT,
        "DynamoDB, data of a month": STORED_KB_PER_PLAYER_AND_DAY * month / 2**20 * STORED_GB,
        "DynamoDB Streams": containers * 5 * 3600 * 24 * DAYS * STREAM_READ,
        "Match clocks and sweeps": MATCHES * month * _clock() + _sweeps(),
        "Fargate and load balancer": containers * 24 * DAYS * FARGATE_HOUR + 24 * DAYS * BALANCER_HOUR,
        "CloudFront": requests * (CDN_REQUEST + CDN_FUNCTION + ANSWER_KB / 2**20 * CDN_GB),
        "Logs, traces, alarms": requests * _observed() + SECRETS_ALARMS_METRICS,
    }


def _observed() -> float:
    """The price of a request's logs and trace."""
    return LOG_KB / 2**20 * LOG_GB + ACCESS_LOG_KB / 2**20 * ACCESS_LOG_GB + TRACED * TRACE


def _clock() -> float:
    """The price of a match's clock, and of its reading by the sweeps."""
    call = LAMBDA_REQUEST + CLOCK_STEP_SECONDS * 0.5 * LAMBDA_GB_SECOND
    step = QUEUE_REQUESTS_PER_STEP * QUEUE_REQUEST + call + READ_UNIT
    return (
        CLOCK_STEPS_PER_MATCH * step + MATCH_MINUTES * SWEEPS_PER_MINUTE * SWEPT_UNITS_PER_MATCH * READ_UNIT
    )


def _sweeps() -> float:
    """What sweeps cost a month when there is nothing to do."""
    minute = LAMBDA_REQUEST + SWEEP_SECONDS * 0.5 * LAMBDA_GB_SECOND
    return 60 * 24 * DAYS * (minute + SWEEPS_PER_MINUTE * SWEEP_QUERIES * READ_UNIT)


def online(players: int) -> int:
    """Users online at once in the busiest hour."""
    return round(players * ONLINE_HOURS / 24 * PEAK)


def _gb_seconds() -> float:
    """Lambda's GB-seconds of a player's day."""
    heavy = sum(use.times for use in PROFILE if use.endpoint in CPU_HEAVY)
    light = sum(use.times for use in PROFILE) - heavy
    return light * FUNCTION_SECONDS * 0.5 + heavy * CPU_HEAVY_SECONDS * 1769 / 1024


def tables() -> str:
    """The profile and the costs as Markdown."""
    return "\n".join([*_profile(), "", *_costs(), ""])


def _profile() -> Iterator[str]:
    yield "| a player's day | times | read units | write units |"
    yield "| --- | ---: | ---: | ---: |"
    taken = measured()
    for use in PROFILE:
        one = taken[use.endpoint, use.case]
        case = f" ({use.case})" if use.case else ""
        yield f"| `{use.endpoint}`{case} | {use.times:g} | {one.reads:g} | {one.writes:g} |"


def _costs() -> Iterator[str]:
    by_players: Mapping[int, Mapping[str, float]] = {players: monthly(players) for players in PLAYERS}
    yield "| dollars a month | " + " | ".join(f"{players:,} players a day" for players in PLAYERS) + " |"
    yield "| --- |" + " ---: |" * len(PLAYERS)
    for service in by_players[PLAYERS[0]]:
        yield f"| {service} | " + " | ".join(f"{by_players[p][service]:,.0f}" for p in PLAYERS) + " |"
    yield "| **all** | " + " | ".join(f"**{sum(by_players[p].values()):,.0f}**" for p in PLAYERS) + " |"
    requests = [sum(use.times for use in PROFILE) * players / 86_400 for players in PLAYERS]
    yield "| requests a second, average | " + " | ".join(f"{number:,.1f}" for number in requests) + " |"
    yield "| online at the busiest hour | " + " | ".join(f"{online(p):,}" for p in PLAYERS) + " |"


def text() -> str:
    """The file as it should be."""
    return with_part(FILE.read_text(encoding="utf-8"), "costs", tables())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print("docs/operations.md: costs")
