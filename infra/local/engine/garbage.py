"""Keeps Python's collector of cyclic garbage from walking through all that is stored, again and again.

A full collection looks at every object, half a second for 60,000 stored items, and no request is answered meanwhile.
Stored items have no cycles: they go with their last reference. So what a full collection leaves is frozen when it is
much, and the next one looks at newer objects only. A cycle that is alive then and breaks later stays in memory: those
are the few objects of requests that are open at that moment, so few objects are left to the next time. Standard
library only.
"""

from __future__ import annotations

import gc
import time
from collections import deque
from typing import Any

FULL = 2
"""The oldest generation; a collection of it is a full one."""

THRESHOLDS = (700, 10, 3)
"""A full collection after 3 of the middle generation, by default 10: each one has less to look at."""

MANY = 10_000
"""So many objects are frozen: what some 700 writes leave."""

LONG_SECONDS = 0.005
"""Collections that take longer are remembered."""


class Collector:
    """Freezes what full collections leave, and remembers the long ones."""

    def __init__(self) -> None:
        self.long: deque[tuple[float, float]] = deque(maxlen=1000)
        """When the last long collections began (time.monotonic), and the seconds they took."""
        self._began = 0.0

    def start(self) -> None:
        """From now on. What has been imported so far is frozen as well."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.callbacks.append(self._notice)

    def _notice(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._began = time.monotonic()
            return
        if info["generation"] == FULL and len(gc.get_objects(generation=FULL)) > MANY:
            gc.freeze()
        took = time.monotonic() - self._began
        if took > LONG_SECONDS:
            self.long.append((self._began, took))
