"""How many messages a client may send. Pure."""

from __future__ import annotations

AT_ONCE = 120
PER_SECOND = 60


class Allowance:
    """A bucket of tokens."""

    def __init__(self) -> None:
        self._left = float(AT_ONCE)
        self._at = 0.0

    def takes(self, now: float) -> bool:
        """Whether a message may come now, in seconds of any clock that doesn't go back."""
        self._left = min(AT_ONCE, self._left + (now - self._at) * PER_SECOND) if self._at else self._left
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
