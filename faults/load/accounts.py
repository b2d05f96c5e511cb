"""Accounts that come and go: guests who register, changes of name and settings, deletions."""

from __future__ import annotations

from faults.load.player import PASSWORD, Player
from faults.load.world import World

CHAPTER = "accounts"


async def play(world: World) -> None:
    """One account after the other, from its first request to its deletion."""
    api = world.api()
    while world.running:
        player = await _new(world, Player(world, api))
        if player is None:
            continue
        world.leaving.add(player.id)
        await player.listen()
        for _ in range(world.rng.randint(1, 4)):
            await _change(world, player)
            await world.pause(0.5)
        await _delete(world, player)


async def _new(world: World, player: Player) -> Player | None:
    if world.rng.random() < 0.5:
        done = await player.do(CHAPTER, "register_user", username=world.name(), password=PASSWORD)
        return player if done.ok and await player.read_me() else None
    done = await player.do(CHAPTER, "create_guest")
    if not done.ok or not await player.read_me():
        return None
    # Without its answer the guest may be registered or not: the account is left as it is.
    registered = await player.do(CHAPTER, "register_guest", username=world.name(), password=PASSWORD)
    return player if registered.ok and await player.read_me() else None


async def _change(world: World, player: Player) -> None:
    choice = world.rng.random()
    if choice < 0.6:
        await player.do(CHAPTER, "update_me", username=world.name())
    elif choice < 0.9:
        await player.do(CHAPTER, "update_me", accept_chat_from=world.rng.choice(["everyone", "none"]))
    else:
        await player.read("list_stats")


async def _delete(world: World, player: Player) -> None:
    """Delete the account. Without an answer, the next reading says whether it is gone."""
    # What is committed while a stream is away can't come after a deletion.
    await player.connected()
    while world.running:
        done = await player.do(CHAPTER, "delete_me", password=PASSWORD)
        if done.ok or done.code == "user_not_found":
            await player.ended()
            return
        await world.pause(1.0)
