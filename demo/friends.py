"""Pairs of players become friends, use the picture that this unlocks, play a match, and part by a block."""

import asyncio
import time
from typing import Any

from demo.run import GAME_SERVER, OnlinePlayer, Run, ms, together


async def play(run: Run) -> None:
    """Each pair: request, friendship, picture, match, and the block that ends the friendship."""
    async with run.online_players(*[OnlinePlayer.register] * run.player_count) as players:
        pairs = list(zip(players[::2], players[1::2], strict=False))
        rows = await together([_play_pair(run, one, other) for one, other in pairs])
    run.terminal.title("Friendships, as the API told them before they ended")
    head = ["player", "friend", "won", "lost", "picture", "request after", "end after"]
    run.terminal.table(head, rows, left=2)


async def _play_pair(run: Run, one: OnlinePlayer, other: OnlinePlayer) -> list[str]:
    asked_at = time.monotonic()
    run.say(one, f"asks {other} to be friends", "POST /users/me/friend_requests/")
    request = (await one.ask(other.username))["id"]
    asked = await other.next("receive-friend-request")
    run.check(asked.data["id"] == request, f"{other} was told of another request: {asked.data}")
    new = (await other.me())["notifications"]["friend_requests"]
    run.check(new == 1, f"{other} should have one new friend request, but has {new}")
    await asyncio.sleep(run.pace)

    run.say(other, f"accepts: {one} is a friend", f"POST /users/me/friend_requests/{request}/")
    friendship = await other.accept(request)
    accepted = await one.next("accept-friend-request")
    run.check(
        accepted.data["id"] == friendship["id"] == request,
        f"the friendship {friendship['id']} should have the id of its request {request}",
    )
    picture = await _use_picture(run, one)
    await asyncio.sleep(run.pace)

    shown = await _play_match(run, one, other, request)
    await asyncio.sleep(run.pace)
    run.say(one, f"blocks {other}: that ends the friendship", "POST /users/me/blocked/")
    blocked_at = time.monotonic()
    await one.block(other.id)
    ended = await other.next("delete-friend")
    left = [(await player.friends())["count"] for player in (one, other)]
    run.check(left == [0, 0], f"{one} and {other} should have no friends left, but have {left}")
    counts = [str(shown["me_win"]), str(shown["friend_win"])]
    return [str(one), str(other), *counts, picture, ms(asked.at - asked_at), ms(ended.at - blocked_at)]


async def _use_picture(run: Run, player: OnlinePlayer) -> str:
    """Equip the picture of the first friend, by the address in the event that unlocks it; its name."""
    unlocked = await player.next("profile-picture-unlocked")
    use: dict[str, Any] = unlocked.payload["target"][0]
    run.say(player, f"uses the picture {unlocked.data['name']}", f"{use['method']} {use['url']}")
    await player.call(use["method"], use["url"].removeprefix("/api"))
    name = str((await player.me())["profile_picture"]["name"])
    run.check(name == unlocked.data["name"], f"{player} should be shown as {unlocked.data['name']}: {name}")
    return name


async def _play_match(run: Run, one: OnlinePlayer, other: OnlinePlayer, friendship: int) -> dict[str, Any]:
    """A match of the two, which counts in their friendship; the friendship as the winner sees it then."""
    match = await run.game_server.create_match("duel", [one.id], [other.id])
    while not match["finished"]:
        match = await run.game_server.score(one.id)
    run.say(GAME_SERVER, f"{one} beats {other}", f"match {match['id']}")
    shown = (await one.friends())["results"]
    run.check(
        [(entry["id"], entry["me_win"], entry["friend_win"]) for entry in shown] == [(friendship, 1, 0)],
        f"the friendship of {one} and {other} should count one win: {shown}",
    )
    return dict(shown[0])
