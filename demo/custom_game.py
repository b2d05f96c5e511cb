"""A lobby of up to eight: an invitation, teams and spectators, a match 3v3 and one 1v1, and a new creator."""

import asyncio
from collections.abc import Sequence

from demo.lobbies import (
    check_free,
    gather,
    get_ready,
    play_to_the_end,
    starts,
)
from demo.run import EVENT_SECONDS, Actor, Stage, together

MOST = 8


async def play(stage: Stage) -> None:
    """Every eight players tell one story; fewer than six play 1v1 only, and one alone only watches."""
    async with stage.cast() as members:
        groups = [members[first : first + MOST] for first in range(0, len(members), MOST)]
        told = await together([_story(stage, group) for group in groups if len(group) > 1])
    stage.terminal.title("Custom games, as the API tells them")
    head = ["lobby", "match", "score", "spectators", "game-start after"]
    stage.terminal.table(head, [row for rows in told for row in rows], left=2)


async def _story(stage: Stage, members: Sequence[Actor]) -> list[list[str]]:
    creator, heir = members[:2]
    match_type = "3v3" if len(members) >= 6 else "1v1"
    code = await gather(stage, members[:1], "custom_game", match_type=match_type)
    await _invite(stage, creator, heir, code, match_type)
    for member in members[1:]:
        await member.player.join_lobby(code)
        stage.terminal.say(member.name, f"joins {code}", f"POST /play/lobby/{code}/")
    said = await heir.player.say_in_lobby(code, "Ready when you are!")
    heard = await creator.stream.next("lobby-message", timeout=EVENT_SECONDS)
    stage.check(heard.data == said, f"{creator.name} should hear {said}, but hears {heard.data}")

    rows = [await _match(stage, members, code)]
    if match_type == "3v3":
        stage.terminal.say(creator.name, "changes to 1v1", "PATCH /play/lobby/")
        await creator.player.update_lobby(match_type="1v1")
        rows.append(await _match(stage, members, code))
    await asyncio.sleep(stage.pace)
    stage.terminal.say(creator.name, f"leaves {code}", f"DELETE /play/lobby/{code}/")
    await creator.player.leave_lobby(code)
    news = await heir.stream.next("lobby-leave", timeout=EVENT_SECONDS)
    stage.check(news.data == {"id": creator.player.id}, f"{heir.name} was told of {news.data}")
    first = (await heir.player.lobby())["participants"][0]
    inherited = first["id"] == heir.player.id and first["creator"]
    stage.check(inherited, f"{heir.name} should have inherited the lobby {code}: {first}")
    return rows


async def _invite(stage: Stage, creator: Actor, friend: Actor, code: str, match_type: str) -> None:
    request = await creator.player.ask(friend.name)
    await friend.player.accept(request["id"])
    stage.terminal.say(
        creator.name, f"invites {friend.name}", f"POST /play/lobby/{code}/invite/{friend.player.id}/"
    )
    await creator.player.invite_to_lobby(code, friend.player.id)
    invitation = await friend.stream.next(f"invite-{match_type}", timeout=EVENT_SECONDS)
    target = invitation.payload["target"][0]["url"]
    stage.check(target == f"/lobby/{code}", f"the invitation should lead to /lobby/{code}, not {target}")


async def _match(stage: Stage, members: Sequence[Actor], code: str) -> list[str]:
    """One match of the lobby, as it is now; the row of the table."""
    lobby = await members[0].player.lobby()
    team = {participant["id"]: participant["team"] for participant in lobby["participants"]}
    playing = [member for member in members if team[member.player.id] != "spectator"]
    watching = [member for member in members if team[member.player.id] == "spectator"]
    asked_at = await get_ready(stage, code, playing)
    events = await starts(playing)
    seen = await starts(watching, "lobby-spectate-game")
    match = events[0].data
    stage.check(
        {event.data["code"] for event in (*events, *seen)} == {match["code"]},
        f"players and spectators of {code} should have been called to one match",
    )
    match = await play_to_the_end(stage, match)
    await check_free(stage, members[-1], code)
    score = " : ".join(str(match["teams"][side]["score"]) for side in "ab")
    delay = f"{(events[0].at - asked_at) * 1000:.0f} ms"
    return [code, match["match_type"], score, str(len(watching)), delay]
