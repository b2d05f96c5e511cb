"""The size and the length of the measurements."""

from dataclasses import dataclass, replace

from bench.load import Bounds


@dataclass(frozen=True, slots=True)
class Plan:
    """The bounds of the measurements."""

    bounds: Bounds
    """Of an endpoint at one number of connections."""
    goal_bounds: Bounds
    """Of one that a goal names."""
    warm_up: Bounds
    pairs: int
    """Pairs per connection that queue for a duel or a ranked match, or play a match."""
    messages: int
    """In the long conversation."""
    event_rounds: int
    listening: int
    """Open streams while many events are sent."""
    listening_seconds: float
    idle: int
    """Idle streams."""
    rush: int
    """Streams that reconnect at once."""
    connections: tuple[int, ...]
    login_connections: tuple[int, ...]

    def at(self, connections: list[int] | None, streams: int | None) -> "Plan":
        """The plan for these numbers of connections, and of idle streams and such that reconnect, if any are given."""
        plan = self if streams is None else replace(self, idle=streams, rush=streams)
        if not connections:
            return plan
        return replace(plan, connections=tuple(connections), login_connections=tuple(connections))


FULL = Plan(
    Bounds(3000, 1.5), Bounds(3000, 5.0), Bounds(100, 0.3), pairs=16, messages=5000, event_rounds=200,
    listening=1000, listening_seconds=20.0, idle=10_000, rush=5000, connections=(1, 16, 64),
    login_connections=(1, 4, 16, 64),
)  # fmt: skip
QUICK = Plan(
    Bounds(400, 0.3), Bounds(400, 1.0), Bounds(20, 0.1), pairs=4, messages=500, event_rounds=40,
    listening=200, listening_seconds=3.0, idle=200, rush=200, connections=(1, 16), login_connections=(1, 4, 16),
)  # fmt: skip
