"""Two and two players become friends, use the picture that it unlocks, play a match, and part by a block."""

import asyncio
import time
from typing import Any

from demo.run import EVENT_SECONDS, GAME_SERVER, Actor, Stage, together


async def play(stage: Stage) -> None:
    """Every two of them tell one story: request, friendship, picture, match, and the block that ends it."""
    async with stage.cast() as actors:
        pairs = list(zip(actors[::2], actors[1::2], strict=False))
        rows = await together([_story(stage, one, other) for one, other in pairs])
    stage.terminal.title("Friendships, as the API told them before they ended")
    head = ["player", "friend", "won", "lost", "picture", "request after", "end after"]
    stage.terminal.table(head, rows, left=2)


async def _story(stage: Stage, one: Actor, other: Actor) -> list[str]:
    say, asked_at = stage.terminal.say, time.monotonic()
    say(one.name, f"asks {other.name} to be friends", "POST /users/me/friend_requests/")
    request = (await one.player.ask(other.name))["id"]
    asked = await other.stream.next("receive-friend-request", timeout=EVENT_SECONDS)
    stage.check(asked.data["id"] == request, f"{other.name} was told of another request: {asked.data}")
    new = (await other.player.me())["notifications"]["friend_requests"]
    stage.check(new == 1, f"{other.name} should have one new friend request, but has {new}")
    await asyncio.sleep(stage.pace)

    say(other.name, f"accepts: {one.name} is a friend", f"POST /users/me/friend_requests/{request}/")
    friendship = await other.player.accept(request)
    accepted = await one.stream.next("accept-friend-request", timeout=EVENT_SECONDS)
    stage.check(
        accepted.data["id"] == friendship["id"] == request,
        f"the friendship {friendship['id']} should have the id of its request {request}",
    )
    picture = await _use_picture(stage, one)
    await asyncio.sleep(stage.pace)

    shown = await _play_match(stage, one, other, request)
    await asyncio.sleep(stage.pace)
    say(one.name, f"blocks {other.name}: that ends the friendship", "POST /users/me/blocked/")
    blocked_at = time.monotonic()
    await one.player.block(other.player.id)
    ended = await other.stream.next("delete-friend", timeout=EVENT_SECONDS)
    left = [(await actor.player.friends())["count"] for actor in (one, other)]
    stage.check(left == [0, 0], f"{one.name} and {other.name} should have no friends left, but have {left}")
    delays = [f"{(at - since) * 1000:.0f} ms" for at, since in ((asked.at, asked_at), (ended.at, blocked_at))]
    return [one.name, other.name, str(shown["me_win"]), str(shown["friend_win"]), picture, *delays]


async def _use_picture(stage: Stage, actor: Actor) -> str:
    """Equip the picture that the first friend unlocks, by the address in its event; the picture's name."""
    unlocked = await actor.stream.next("profile-picture-unlocked", timeout=EVENT_SECONDS)
    use: dict[str, Any] = unlocked.payload["target"][0]
    stage.terminal.say(
        actor.name, f"uses the picture {unlocked.data['name']}", f"{use['method']} {use['url']}"
    )
    await actor.player.call(use["method"], use["url"].removeprefix("/api"))
    name = str((await actor.player.me())["profile_picture"]["name"])
    stage.check(
        name == unlocked.data["name"], f"{actor.name} should be shown as {unlocked.data['name']}: {name}"
    )
    return name


async def _play_match(stage: Stage, one: Actor, other: Actor, friendship: int) -> dict[str, Any]:
    """A match of the two, which counts in their friendship; the friendship as the first one sees it then."""
    server = stage.game_server
    match = await server.create_match("duel", [one.player.id], [other.player.id])
    while not match["finished"]:
        match = await server.score(one.player.id)
    stage.terminal.say(GAME_SERVER, f"{one.name} beats {other.name}", f"match {match['id']}")
    shown = (await one.player.friends())["results"]
    stage.check(
        [(entry["id"], entry["me_win"], entry["friend_win"]) for entry in shown] == [(friendship, 1, 0)],
        f"the friendship of {one.name} and {other.name} should count one win: {shown}",
    )
    return dict(shown[0])
