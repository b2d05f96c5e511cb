"""The size and the length of the measurements."""

from dataclasses import dataclass

from bench.load import Bounds


@dataclass(frozen=True, slots=True)
class Plan:
    """The bounds of the measurements."""

    bounds: Bounds
    warm_up: Bounds
    pairs: int
    """Pairs per connection that queue for a duel or a ranked match, or play a match."""
    messages: int
    """In the long conversation."""
    connections: tuple[int, ...] = (1, 16)
    login_connections: tuple[int, ...] = (1, 4, 16)


FULL = Plan(Bounds(3000, 6.0), Bounds(100, 1.0), pairs=16, messages=5000)
QUICK = Plan(Bounds(400, 1.5), Bounds(20, 0.3), pairs=4, messages=500)
