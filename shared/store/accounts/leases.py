"""Which SSE containers are alive; a process keeps the leases that it has read (docs/decisions/0025-shared-items.md)."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import JSONAttribute

from shared.settings import settings
from shared.store import keys
from shared.store.base import Item, Key, Versioned, read_item, utc_now

ENDED_SECONDS = 1.0
"""A kept lease that has ended counts as ended for so long; then it is read again: it may have been renewed late."""


class Leases(Versioned, discriminator="leases"):
    """When (Unix time, seconds) the lease of each SSE container ends."""

    ends = JSONAttribute(default=dict)

    def alive(self, now: datetime) -> frozenset[str]:
        """Ids of the containers whose leases run."""
        return frozenset(container for container, end in self.ends.items() if end > now.timestamp())


@dataclass(slots=True)
class _Kept:
    """The leases as this process last read them. Threads replace the pair as one."""

    copy: tuple[Leases, float] | None = None
    """With the Unix time of the reading."""


_kept = _Kept()


def forget() -> None:
    """The next request reads the leases, as in a new process."""
    _kept.copy = None


def keep(row: Item | None) -> Leases:
    """Keep what was just read under the leases' key."""
    leases = row if isinstance(row, Leases) else Leases.at(keys.leases())
    _kept.copy = leases, utc_now().timestamp()
    return leases


def lease_keys() -> list[Key]:
    """The leases' key if a request has to read them with its accounts; usually none.

    A container renews its lease after a third of its life. A copy is kept as long, so it shows each living container
    as alive.
    """
    return [] if 0 <= _age() < settings().presence_lease_seconds / 3 else [keys.leases()]


def alive_among(containers: AbstractSet[str], found: Mapping[Key, Item], now: datetime) -> frozenset[str]:
    """Those of the containers whose leases run; `found` was read with `lease_keys`.

    A lease is never taken back while a seat names its container, so what the copy shows as alive is alive. A container
    that it doesn't know has just started: the leases are read again.
    """
    if keys.leases() in found:
        keep(found[keys.leases()])
    if not containers:
        return frozenset()
    leases = _kept.copy[0] if _kept.copy else keep(read_item(keys.leases()))
    alive = leases.alive(now)
    if not containers <= alive and (not containers <= leases.ends.keys() or _age() > ENDED_SECONDS):
        alive = keep(read_item(keys.leases())).alive(now)
    return alive & containers


def _age() -> float:
    """Seconds since the reading of the copy; below 0 without one."""
    return utc_now().timestamp() - _kept.copy[1] if _kept.copy else -1.0
