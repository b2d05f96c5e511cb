"""A service that sends events to all players who are online: one commit, many deliveries."""

from __future__ import annotations

from faults.load.player import GameServer
from faults.load.world import World

RECEIVERS = 1_000
"""The most that one call takes."""


async def play(world: World, server: GameServer) -> None:
    """One announcement after the other, as a lobby's message of user 1."""
    while world.running:
        # The event is in the partition of its first receiver, which must not be erased with an account.
        receivers = sorted(
            {player.id for player in world.players}, key=lambda id_: (id_ in world.leaving, id_)
        )
        receivers = receivers[:RECEIVERS]
        if receivers:
            data = {"id": receivers[0], "content": world.tag("announcement")}
            kwargs = {"username": receivers[0]}
            await server.do(
                "announcements", "push_event",
                users_id=receivers, event_code="lobby-message", data=data, kwargs=kwargs,
            )  # fmt: skip
        await world.pause(0.5)
