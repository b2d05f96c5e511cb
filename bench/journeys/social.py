"""Friendships, blocks, conversations."""

from bench.journey import Steps, Walk, journey
from bench.session import Session


@journey("send_friend_request", "accept_friend_request", "remove_friend", "end_friend_request")
async def befriending(session: Session, _connections: int) -> Walk:
    """Two users become friends and part; then a request is taken back."""
    pairs = await session.players.pairs()

    async def walk(steps: Steps, number: int) -> None:
        # The two of a pair are friends already.
        one, other = pairs[number][0], pairs[(number + 1) % len(pairs)][1]
        while steps.more():
            asked = await steps.timed("send_friend_request", one, {"username": other.username})
            await steps.timed("accept_friend_request", other, friend_request_id=asked["id"])
            await steps.timed("remove_friend", one, friendship_id=asked["id"])
            asked = await steps.timed("send_friend_request", one, {"username": other.username})
            await steps.timed("end_friend_request", one, friend_request_id=asked["id"])

    return walk


@journey("block_user", "unblock_user")
async def blocking(session: Session, connections: int) -> Walk:
    """A user blocks another one, and ends the block."""
    users = await session.people.some("blockers", 2 * connections)

    async def walk(steps: Steps, number: int) -> None:
        one, other = users[2 * number : 2 * number + 2]
        while steps.more():
            block = await steps.timed("block_user", one, {"user_id": other.id})
            await steps.timed("unblock_user", one, blocked_id=block["id"])

    return walk


@journey("create_chat", "hide_chat")
async def conversing(session: Session, _connections: int) -> Walk:
    """Conversations begin, and are hidden."""
    await session.players.conversations()

    async def walk(steps: Steps, _: int) -> None:
        while steps.more() and (pair := session.players.strangers()):
            chat = await steps.timed("create_chat", pair[0], {"username": pair[1].username})
            await steps.timed("hide_chat", pair[0], chat_id=chat["id"])

    return walk


JOURNEYS = [befriending, blocking, conversing]
