"""Friend requests, friendships and blocks: pairs of players who make and end them."""

from __future__ import annotations

from faults.load.player import Player
from faults.load.world import World

CHAPTER = "friends"


async def play(world: World) -> None:
    """One pair, who begin each round as strangers."""
    api = world.api()
    one, other = await Player.register(world, api), await Player.register(world, api)
    while world.running:
        for player in (one, other):
            await _end_all(player)
        await world.pause(0.5)
        # After the last round they stay what they are: the table at the end has friendships, requests and blocks.
        await _round(world, one, other)


async def _round(world: World, one: Player, other: Player) -> None:
    sender, receiver = world.rng.sample((one, other), 2)
    if world.rng.random() < 0.3:
        await _block(world, sender, receiver)
        return
    # Both ask at the same instant now and then: one of the two requests loses.
    request = await sender.do(CHAPTER, "send_friend_request", username=receiver.username)
    if not request.ok:
        return
    id_, fate = request.body["id"], world.rng.random()
    if fate < 0.6:
        friendship = await receiver.do(CHAPTER, "accept_friend_request", id_)
        await world.pause(2.0)
        if friendship.ok and world.rng.random() < 0.5:
            await world.rng.choice((one, other)).do(CHAPTER, "remove_friend", id_)
    elif fate < 0.9:
        await (receiver if fate < 0.75 else sender).do(CHAPTER, "end_friend_request", id_)
    else:
        await _block(world, receiver, sender)


async def _block(world: World, blocker: Player, blocked: Player) -> None:
    block = await blocker.do("blocks", "block_user", user_id=blocked.id)
    await world.pause(0.3)
    if block.ok:
        await blocker.do("blocks", "unblock_user", block.body["id"])


async def _end_all(player: Player) -> None:
    """End what is left, of operations with an unknown outcome, too."""
    for reading, ending, chapter in (
        ("list_friends", "remove_friend", CHAPTER),
        ("list_friend_requests", "end_friend_request", CHAPTER),
        ("list_blocked", "unblock_user", "blocks"),
    ):
        page = await player.read(reading)
        for entry in page["results"] if page else ():
            await player.do(chapter, ending, entry["id"])
