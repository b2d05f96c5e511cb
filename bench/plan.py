"""How much is measured, and how long."""

from dataclasses import dataclass

from bench.load import Bounds


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each measurement may take."""

    bounds: Bounds
    warm_up: Bounds
    pairs: int
    """Pairs per connection that queue for a duel, for a ranked match, and that play a match."""
    messages: int
    """In the conversation whose two ends are compared."""
    connections: tuple[int, ...] = (1, 16)
    login_connections: tuple[int, ...] = (1, 4, 16)


FULL = Plan(Bounds(3000, 6.0), Bounds(100, 1.0), pairs=16, messages=5000)
QUICK = Plan(Bounds(400, 1.5), Bounds(20, 0.3), pairs=4, messages=500)
