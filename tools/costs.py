"""Compute what the product costs on AWS, and write the tables into docs/operations.md.

    python -m tools.costs

The units of an endpoint are measured (docs/endpoints.md); a player's day (tools/player_day.py) and the duration of a
function are assumed; prices are in tools/prices.py; numbers and sizes of resources are the template's. A month has
30 days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from infra.cloud import template
from infra.cloud.chalice_config import config
from shared.domain.play.matches import GameMode
from shared.metrics import METRICS
from shared.security_events import SecurityEvent
from tools import prices
from tools.capacity import (
    MATCH_MINUTES,
    STREAMS_PER_CONTAINER,
    containers,
    default,
    game_servers,
    matches_at_once,
    most_players,
    players_of_a_game_server,
    shards,
)
from tools.marked import DOCS, with_part
from tools.player_day import MATCHES, ONLINE_HOURS, PROFILE, VISITS, online, requests, table, units
from tools.prices import price

FILE = DOCS / "operations.md"

PLAYERS = (1_000, 10_000, 100_000, 300_000, 1_000_000, 10_000_000)
"""Players a day; more than can be deployed are left out."""

DAYS = 30
HOURS = 24 * DAYS
SECONDS = 3600 * HOURS
GB = 2**20
"""Kilobytes."""

# Assumptions.
FUNCTION_SECONDS = 0.045
"""Duration of a warm call with 512 MB: three calls of the table at 5 ms each and 30 ms of Python."""
JOIN = "POST /play/duel/"
JOIN_SECONDS = 0.12
"""Duration of a join of the duel queue, which waits for a partner: the mean in the simulation (docs/operations.md)."""
CPU_HEAVY = {"POST /auth/login/", "POST /auth/register/", "PATCH /users/me/", "DELETE /users/me/"}
CPU_HEAVY_SECONDS = 0.07
CLOCK_STEPS_PER_MATCH = 2
"""Times that a match's clock comes back from its queue. Few matches are over at the first one."""
QUEUE_REQUESTS_PER_STEP = 3
"""Sending, receiving and deleting a message, each in a call of its own: batches make it fewer."""
CLOCK_STEP_SECONDS = 0.02
"""Duration of a step that finds nothing to do: a read."""
SWEEPS_PER_MINUTE = 2
SWEEP_SECONDS = 31
"""Duration of the function that sweeps twice a minute, mostly a pause."""
SWEEP_QUERIES = 8
SWEPT_UNITS_PER_MATCH = 1.04
"""Of a running match in a sweep: its row, and its share of the list."""
ANSWER_KB = 1.5
EVENTS_KB = 30.0
"""A player's events a day."""
GAME_KB_A_SECOND = 0.65
"""What a player is sent in a match (`make bench-game`)."""
HEARTBEATS_KB = 24.0
"""A stream's heartbeats an hour: 240, each with TLS and framing."""
LOG_KB = 0.7
METRIC_LINES_KB = 1.0
"""The lines of a match's metrics: started, waited, ended."""
ACCESS_LOG_KB = 0.5
"""A line of CloudFront's access log, which S3 keeps for a month."""
TRACED = 0.05
"""The share of requests that X-Ray keeps, besides the first of each second."""
STORED_KB_PER_PLAYER_AND_DAY = 4.0
READS_OF_A_SHARD = 5
"""A second, by each container: SSE_POLL_SECONDS."""


@cache
def resources() -> Mapping[str, Any]:
    """The template's resources."""
    found: dict[str, Any] = template.whole()["Resources"]
    return found


def _properties(name: str) -> Mapping[str, Any]:
    found: dict[str, Any] = resources()[name]["Properties"]
    return found


def _count(kind: str) -> int:
    return sum(made["Type"] == f"AWS::{kind}" for made in resources().values())


def monthly(players: int) -> dict[str, float]:
    """Dollars a month by service, for a number of players a day."""
    month = players * DAYS
    taken, matches, calls = units(), MATCHES * month, requests() * month
    return {
        "API Gateway": _gateway(month),
        # A call for each match is the stream's trigger.
        "Lambda": (calls + matches) * prices.LAMBDA_REQUEST
        + price(_gb_seconds() * month, prices.LAMBDA_GB_SECOND[config().lambda_architecture]),
        "DynamoDB, reads": taken.reads * month * prices.READ_UNIT,
        "DynamoDB, writes": taken.writes * month * prices.WRITE_UNIT,
        "DynamoDB, a month's data and its backup": STORED_KB_PER_PLAYER_AND_DAY
        * month
        / GB
        * (prices.STORED_GB + prices.POINT_IN_TIME_GB),
        "DynamoDB Streams": containers(players)
        * shards(players)
        * READS_OF_A_SHARD
        * SECONDS
        * prices.STREAM_READ,
        "Match clocks and sweeps": matches * _clock() + _sweeps(),
        "SSE containers, their public addresses": containers(players) * HOURS * _container_hour("Sse"),
        "Game servers, their NAT gateway": HOURS
        * (game_servers(players) * _container_hour("Game") + prices.NAT_GATEWAY_HOUR)
        + _game_calls_gb(month) * prices.NAT_GATEWAY_GB,
        "Load balancer": HOURS * _balancer_hour(players),
        "CloudFront": _cloudfront(month),
        "Firewall": prices.FIREWALL
        + len(_properties("Firewall")["Rules"]) * prices.FIREWALL_RULE
        + calls * prices.FIREWALL_REQUEST,
        "Logs, traces": _logs(month, matches),
        "Alarms, metrics, dashboard, secrets": always_watched(),
    }


def _gateway(month: float) -> float:
    """Requests; what services get goes to the internet, what users get to CloudFront for nothing."""
    private = sum(use.times for use in PROFILE if use.is_private) * month
    sent = private * ANSWER_KB / GB
    return price(requests() * month, prices.API_REQUEST) + price(sent, prices.DATA_OUT_GB)


def _gb_seconds() -> float:
    """Lambda's GB-seconds of a player's day."""
    heavy = sum(use.times for use in PROFILE if use.endpoint in CPU_HEAVY)
    joins = sum(use.times for use in PROFILE if use.endpoint == JOIN)
    light = (requests() - heavy - joins + MATCHES) * FUNCTION_SECONDS + joins * JOIN_SECONDS
    memory = config().lambda_memory_size / 1024
    return light * memory + heavy * CPU_HEAVY_SECONDS * 1769 / 1024


def _call(seconds: float) -> float:
    """The price of a function's call that isn't among the requests."""
    ((_, second), *_) = prices.LAMBDA_GB_SECOND[config().lambda_architecture]
    return prices.LAMBDA_REQUEST + seconds * config().lambda_memory_size / 1024 * second


def _clock() -> float:
    """The price of a match's clock, and of its reading by the sweeps."""
    step = QUEUE_REQUESTS_PER_STEP * prices.QUEUE_REQUEST + _call(CLOCK_STEP_SECONDS) + prices.READ_UNIT
    swept = MATCH_MINUTES * SWEEPS_PER_MINUTE * SWEPT_UNITS_PER_MATCH * prices.READ_UNIT
    return CLOCK_STEPS_PER_MATCH * step + swept


def _sweeps() -> float:
    """What sweeps cost a month when there is nothing to do."""
    minute = _call(SWEEP_SECONDS) + SWEEPS_PER_MINUTE * SWEEP_QUERIES * prices.READ_UNIT
    return HOURS * 60 * minute


def _container_hour(which: str) -> float:
    """Of a container (Sse, Game) of the template's size, with a public address."""
    cpu, memory = (default(which + size) / 1024 for size in ("Cpu", "Memory"))
    return cpu * prices.CPU_HOUR + memory * prices.MEMORY_GB_HOUR + prices.PUBLIC_ADDRESS_HOUR


def _game_calls_gb(month: float) -> float:
    """What the game server gets by its NAT gateway: answers, and the events of each match's start and end."""
    private = sum(use.times for use in PROFILE if use.is_private)
    return (private + 2 * MATCHES) * ANSWER_KB * month / GB


def _streamed_kb() -> float:
    """Of a player's event streams and matches, a day. A match has two players."""
    played = 2 * MATCHES * MATCH_MINUTES * 60 * GAME_KB_A_SECOND
    return EVENTS_KB + HEARTBEATS_KB * ONLINE_HOURS + played


def balancer_units(players: int) -> float:
    """Load balancer capacity units, on average: the dimension that takes most of them counts."""
    return max(
        players * ONLINE_HOURS / 24 / prices.UNIT_CONNECTIONS,
        players * VISITS / 86_400 / prices.UNIT_NEW_CONNECTIONS,
        players * _streamed_kb() / 24 / GB / prices.UNIT_GB,
    )


def _balancer_hour(players: int) -> float:
    return prices.BALANCER_HOUR + balancer_units(players) * prices.BALANCER_UNIT_HOUR


def _cloudfront(month: float) -> float:
    public = sum(use.times for use in PROFILE if not use.is_private) * month
    sent = (public * ANSWER_KB + month * _streamed_kb()) / GB
    logged = public * ACCESS_LOG_KB / GB * prices.ACCESS_LOG_GB
    called = public * (prices.CDN_REQUEST + prices.CDN_FUNCTION) + VISITS * month * prices.CDN_REQUEST
    return called + price(sent, prices.CDN_GB) + logged


def _logs(month: float, matches: float) -> float:
    calls = requests() * month
    first = min(calls, SECONDS)
    lines = calls * LOG_KB + matches * METRIC_LINES_KB
    return lines / GB * prices.LOG_GB + (first + TRACED * (calls - first)) * prices.TRACE


def own_metrics() -> int:
    """The product's metrics at most: one is paid for in the hours in which it is counted."""
    by_mode = sum(metric.by_mode for metric in METRICS.values()) * len(get_args(GameMode))
    return len(METRICS) + by_mode + len(SecurityEvent)


def always_watched() -> float:
    """What watching costs, whatever the players do."""
    return (
        _count("CloudWatch::Alarm") * prices.ALARM
        + own_metrics() * prices.METRIC
        + _count("CloudWatch::Dashboard") * prices.DASHBOARD
        + _count("SecretsManager::Secret") * prices.SECRET
    )


def tables() -> str:
    """A player's day and the costs as Markdown."""
    return "\n".join([*table(), "", *_costs(), "", *_notes(), ""])


def _costs() -> Iterator[str]:
    columns = [players for players in PLAYERS if players <= most_players()]
    costs = {players: monthly(players) for players in columns}
    yield "| dollars a month | " + " | ".join(f"{players:,} players a day" for players in columns) + " |"
    yield "| --- |" + " ---: |" * len(columns)
    for service in costs[columns[0]]:
        yield f"| {service} | " + " | ".join(f"{costs[p][service]:,.0f}" for p in columns) + " |"
    yield "| **all** | " + " | ".join(f"**{sum(costs[p].values()):,.0f}**" for p in columns) + " |"
    rows = {
        "a thousand players a day": [f"{sum(costs[p].values()) / p * 1000:,.2f}" for p in columns],
        "requests a second, average": [f"{requests() * p / 86_400:,.1f}" for p in columns],
        "online at the busiest hour": [f"{online(p):,}" for p in columns],
        "SSE containers": [f"{containers(p)}" for p in columns],
        "shards of the stream": [f"{shards(p)}" for p in columns],
        "matches at once in the busiest hour": [f"{matches_at_once(p):,.0f}" for p in columns],
        "game servers": [f"{game_servers(p)}" for p in columns],
        "load balancer units": [f"{balancer_units(p):,.2f}" for p in columns],
    }
    for name, cells in rows.items():
        yield f"| {name} | " + " | ".join(cells) + " |"


def _notes() -> Iterator[str]:
    yield f"More than {most_players():,} players a day can't be deployed: {STREAMS_PER_CONTAINER:,} streams for each of"
    yield f"the containers of `MaxSseTasks`. The stack has one game server, for {players_of_a_game_server():,} players"
    yield "a day, twice as many with `GameCpu=1024`. More take game servers of your own (`GameUrl`):"
    yield "the table prices them like the stack's."
    yield "Watching costs the same for all:"
    yield f"{_count('CloudWatch::Alarm')} alarms, {own_metrics()} metrics, a dashboard."


def text() -> str:
    """The file as it should be."""
    return with_part(FILE.read_text(encoding="utf-8"), "costs", tables())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print("docs/operations.md: costs")
