"""Over how many shards the tickets of a crowded queue are spread: a pure rule (docs/decisions/0025-shared-items.md)."""

from __future__ import annotations

from dataclasses import dataclass

FRESH_SECONDS = 1.0
"""Fresh tickets, younger than this, tell how many come; older ones wait for an opponent whom they may meet."""

SHARE = 3
"""So many fresh tickets at a time share a shard: few enough for its partition, enough to find an opponent in it."""

MOST_SHARDS = 64


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many fresh tickets a queue has at a time."""

    size: float = 0.0

    @property
    def shards(self) -> int:
        """The number of shards for so many. One for a queue in which a ticket often finds itself alone."""
        return min(MOST_SHARDS, max(1, int(self.size / SHARE)))

    def seen(self, others: int) -> Crowd:
        """The crowd after one more ticket, which found so many other fresh ones in its shard."""
        return Crowd((self.size + others * self.shards) / 2)
