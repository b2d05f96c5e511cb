"""A lobby of up to eight: an invitation, teams and spectators, a match 3v3 and one 1v1, and a new creator."""

import asyncio
from collections.abc import Sequence

from demo.lobbies import check_free, fill_lobby, get_ready, play_to_the_end, wait_for_start
from demo.run import OnlinePlayer, Run, ms, score_of, together

LOBBY_SIZE = 8


async def play(run: Run) -> None:
    """Each eight players share a lobby. Fewer than six play 1v1 only; a single one only watches."""
    async with run.online_players(*[OnlinePlayer.register] * run.player_count) as players:
        groups = [players[first : first + LOBBY_SIZE] for first in range(0, len(players), LOBBY_SIZE)]
        rows = await together([_play_group(run, group) for group in groups if len(group) > 1])
    run.terminal.title("Custom games, as the API tells them")
    head = ["lobby", "match", "score", "spectators", "game-start after"]
    run.terminal.table(head, [row for group in rows for row in group], left=2)


async def _play_group(run: Run, players: Sequence[OnlinePlayer]) -> list[list[str]]:
    """One lobby from its creation to its creator's leave; a row for each match."""
    creator, successor = players[:2]
    match_type = "3v3" if len(players) >= 6 else "1v1"
    code = await fill_lobby(run, players[:1], "custom_game", match_type=match_type)
    await _invite(run, creator, successor, code, match_type)
    for player in players[1:]:
        await player.join_lobby(code)
        run.say(player, f"joins {code}", f"POST /play/lobby/{code}/")
    message = await successor.say_in_lobby(code, "Ready when you are!")
    event = await creator.next("lobby-message")
    run.check(event.data == message, f"{creator} should get {message}, but gets {event.data}")

    rows = [await _play_match(run, players, code)]
    if match_type == "3v3":
        run.say(creator, "changes to 1v1", "PATCH /play/lobby/")
        await creator.update_lobby(match_type="1v1")
        rows.append(await _play_match(run, players, code))
    await asyncio.sleep(run.pace)
    run.say(creator, f"leaves {code}", f"DELETE /play/lobby/{code}/")
    await creator.leave_lobby(code)
    event = await successor.next("lobby-leave")
    run.check(event.data == {"id": creator.id}, f"{successor} was told of {event.data}")
    first = (await successor.lobby())["participants"][0]
    inherited = first["id"] == successor.id and first["creator"]
    run.check(inherited, f"{successor} should be the creator of the lobby {code} now: {first}")
    return rows


async def _invite(run: Run, creator: OnlinePlayer, friend: OnlinePlayer, code: str, match_type: str) -> None:
    request = await creator.ask(friend.username)
    await friend.accept(request["id"])
    run.say(creator, f"invites {friend}", f"POST /play/lobby/{code}/invite/{friend.id}/")
    await creator.invite_to_lobby(code, friend.id)
    invitation = await friend.next(f"invite-{match_type}")
    target = invitation.payload["target"][0]["url"]
    run.check(target == f"/lobby/{code}", f"the invitation should lead to /lobby/{code}, not {target}")


async def _play_match(run: Run, players: Sequence[OnlinePlayer], code: str) -> list[str]:
    """One match of the lobby with its present teams; the row of the table."""
    participants = (await players[0].lobby())["participants"]
    spectator_ids = {each["id"] for each in participants if each["team"] == "spectator"}
    playing = [player for player in players if player.id not in spectator_ids]
    watching = [player for player in players if player.id in spectator_ids]
    asked_at = await get_ready(run, code, playing)
    starts = await wait_for_start(playing)
    seen = await wait_for_start(watching, "lobby-spectate-game")
    match = starts[0].data
    run.check(
        {event.data["code"] for event in (*starts, *seen)} == {match["code"]},
        f"players and spectators of {code} should have been called to one match",
    )
    match = await play_to_the_end(run, match)
    await check_free(run, players[-1], code)
    delay = ms(starts[0].at - asked_at)
    return [code, match["match_type"], score_of(match), str(len(watching)), delay]
