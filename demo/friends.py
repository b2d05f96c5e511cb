"""Two and two players become friends, use the picture that it unlocks, play a match, and part by a block."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from demo.client import EventStream, Player
from demo.stage import GAME_SERVER, Stage, together

EVENT_SECONDS = 10.0
"""No event is waited for longer than this; a sound stack takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Guest:
    """One player and their events."""

    player: Player
    stream: EventStream

    @property
    def name(self) -> str:
        """The player's name."""
        return self.player.username


async def play(stage: Stage) -> None:
    """Every two of them tell one story: request, friendship, picture, match, and the block that ends it."""
    players = await stage.sign_up()
    async with stage.listening(players) as streams:
        guests = [Guest(player, streams[player.id]) for player in players]
        pairs = list(zip(guests[::2], guests[1::2], strict=False))
        rows = await together([_story(stage, one, other) for one, other in pairs])
    stage.terminal.title("Friendships, as the API told them before they ended")
    head = ["player", "friend", "won", "lost", "picture", "request after", "end after"]
    stage.terminal.table(head, rows, left=2)


async def _story(stage: Stage, one: Guest, other: Guest) -> list[str]:
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
    left = [(await guest.player.friends())["count"] for guest in (one, other)]
    stage.check(left == [0, 0], f"{one.name} and {other.name} should have no friends left, but have {left}")
    delays = [f"{(at - since) * 1000:.0f} ms" for at, since in ((asked.at, asked_at), (ended.at, blocked_at))]
    return [one.name, other.name, str(shown["me_win"]), str(shown["friend_win"]), picture, *delays]


async def _use_picture(stage: Stage, guest: Guest) -> str:
    """Equip the picture that the first friend unlocks, by the address in its event; the picture's name."""
    unlocked = await guest.stream.next("profile-picture-unlocked", timeout=EVENT_SECONDS)
    use: dict[str, Any] = unlocked.payload["target"][0]
    stage.terminal.say(
        guest.name, f"uses the picture {unlocked.data['name']}", f"{use['method']} {use['url']}"
    )
    await guest.player.call(use["method"], use["url"].removeprefix("/api"))
    name = str((await guest.player.me())["profile_picture"]["name"])
    stage.check(
        name == unlocked.data["name"], f"{guest.name} should be shown as {unlocked.data['name']}: {name}"
    )
    return name


async def _play_match(stage: Stage, one: Guest, other: Guest, friendship: int) -> dict[str, Any]:
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
