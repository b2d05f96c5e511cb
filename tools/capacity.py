"""How many containers, shards and game servers a number of players a day takes."""

from __future__ import annotations

from math import ceil

from infra.cloud import template
from tools.player_day import MATCHES, ONLINE_HOURS, PEAK, online, units

STREAMS_PER_CONTAINER = 20_000
FIRST_SHARDS = 4
"""Of a new table on demand, which bears 4,000 write units a second; a partition bears 1,000, and has a shard."""

MATCH_MINUTES = 2.0
MATCHES_PER_PROCESSOR = 400
"""At once, on the game server: a hundred took 19 % of a core, and steps are punctual up to three quarters of it."""


def default(parameter: str) -> int:
    """What the stack has without this parameter."""
    return int(template.whole()["Parameters"][parameter]["Default"])


def most_players() -> int:
    """The most players a day whose event streams the containers bear, of which the template takes MaxSseTasks."""
    tasks = int(template.whole()["Parameters"]["MaxSseTasks"]["MaxValue"])
    return int(tasks * STREAMS_PER_CONTAINER / (ONLINE_HOURS / 24 * PEAK))


def containers(players: int) -> int:
    """SSE containers at the busiest hour."""
    return max(1, ceil(online(players) / STREAMS_PER_CONTAINER))


def shards(players: int) -> int:
    """Shards of the table's stream: those of the busiest hour, because partitions aren't merged again."""
    return max(FIRST_SHARDS, ceil(units().writes * players / 86_400 * PEAK / 1_000))


def matches_at_once(players: int) -> float:
    """In the busiest hour."""
    return players * MATCHES * MATCH_MINUTES / (24 * 60) * PEAK


def matches_of_a_game_server() -> float:
    """The most matches at once that one game server bears, of the size that the template gives it."""
    return MATCHES_PER_PROCESSOR * default("GameCpu") / 1024


def players_of_a_game_server() -> int:
    """The most players a day whose matches it bears."""
    return int(matches_of_a_game_server() / matches_at_once(1))


def game_servers(players: int) -> int:
    """Game servers at the busiest hour. The stack has one; the others are operated beside it."""
    return max(1, ceil(matches_at_once(players) / matches_of_a_game_server()))
