"""Lobbies over HTTPS and SSE, with 2 to 8 participants: every status and every event of the contract."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from pong_client import ApiError

from demo.event_log import EventLog, Received
from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world, refusal, refusal_code, until

EVENTS = (
    *("lobby-join", "lobby-leave", "lobby-banned", "lobby-message", "lobby-update-participant"),
    *("lobby-spectate-game", "lobby-destroy", "game-start", "invite-clash", "invite-1v1", "invite-3v3"),
    "lobby-update",
)


@dataclass
class Participant:
    """A player and their event stream."""

    player: Player
    stream: EventLog

    @property
    def id(self) -> int:
        return self.player.id

    @property
    def name(self) -> str:
        return self.player.username


async def listening_players(here: World, count: int, *, registered: int | None = None) -> list[Participant]:
    players = [
        await (here.user() if registered is None or n < registered else here.guest()) for n in range(count)
    ]
    return [Participant(player, await here.listen(player)) for player in players]


async def gather(mode: str, players: Sequence[Participant], **more: str) -> str:
    code = str((await players[0].player.create_lobby(mode, **more))["code"])
    for member in players[1:]:
        await member.player.join_lobby(code)
    return code


async def new_events(
    here: World, players: Sequence[Participant], since: dict[int, int]
) -> dict[int, list[Received]]:
    """The events of each participant since the last call, once all have arrived."""
    await here.server.notify([member.id for member in players], "reject-friend-request", data={"probe": True})
    found = {}
    for member in players:
        await member.stream.next("reject-friend-request")
        got = [event for event in member.stream.events if event.code in EVENTS]
        found[member.id] = got[since.get(member.id, 0) :]
        since[member.id] = len(got)
    return found


def brief(events: Sequence[Received]) -> list[tuple[str, Any]]:
    return [(event.code, event.data) for event in events]


async def finish(here: World, winner: Participant, loser: Participant) -> None:
    match = await here.server.running_match(winner.id)
    await here.server.finish(match["id"], loser.id, "player-disconnect")


def test_a_custom_game_of_eight_from_invitation_to_the_second_match(stack: Stack) -> None:
    async def play(here: World) -> None:
        players = await listening_players(here, 8, registered=6)
        alice, bob, carol, dave = players[:4]
        ids, since = [member.id for member in players], dict[int, int]()
        request = await alice.player.ask(bob.name)
        await bob.player.accept(request["id"])
        lobby = await alice.player.create_lobby("custom_game", match_type="3v3")
        code = lobby["code"]
        assert (lobby["max_participants"], lobby["is_full"], lobby["match_type"]) == (8, False, "3v3")

        await alice.player.invite_to_lobby(code, bob.id)
        invited = await bob.stream.next("invite-3v3")
        assert invited.data == {"id": lobby["id"], "code": code}
        assert invited.kwargs == {"username": alice.name, "code": code}
        assert invited.payload["type"] == "notification"
        assert invited.payload["target"][0]["url"] == f"/lobby/{code}"
        await new_events(here, players, since)

        joined = [await member.player.join_lobby(code) for member in players[1:]]
        assert [each["team"] for each in joined] == [*"aabbb", "spectator", "spectator"]
        heard = await new_events(here, players, since)
        for n, member in enumerate(players):
            assert brief(heard[member.id]) == [("lobby-join", each) for each in joined[n:]]
        assert heard[alice.id][0].kwargs == {"username": bob.name}
        shown = await players[7].player.lobby()
        assert [each["id"] for each in shown["participants"]] == ids
        assert shown["is_full"] is True

        said = await bob.player.say_in_lobby(code, " hello ")
        assert said == {"id": bob.id, "content": "hello"}
        heard = await new_events(here, players, since)
        assert all(brief(heard[i]) == ([] if i == bob.id else [("lobby-message", said)]) for i in ids)
        assert heard[alice.id][0].kwargs == {"username": bob.name}

        watcher = players[6].player
        assert await refusal_code(watcher.update_part(code, is_ready=True)) == (403, "spectator_not_ready")
        assert await refusal_code(watcher.update_part(code, team="a")) == (403, "team_full")
        for member in players[:6]:
            assert (await member.player.update_part(code, is_ready=True))["is_ready"] is True
        heard = await new_events(here, players, since)
        match = await here.server.running_match(alice.id)
        await here.server.connect(match["id"], alice.id)  # from now on it can't become void
        assert [p["id"] for side in "ab" for p in match["teams"][side]["players"]] == ids[:6]
        for n, member in enumerate(players):
            ready = [
                ("lobby-update-participant", {"id": i, "is_ready": True}) for i in ids[:6] if i != member.id
            ]
            *before, last = heard[member.id]
            assert brief(before) == ready
            assert last.code == ("game-start" if n < 6 else "lobby-spectate-game")
            assert last.data["code"] == match["code"]
        shown = await alice.player.lobby()
        assert (shown["game_playing"], shown["is_ready"]) == (match["code"], False)
        assert await refusal_code(alice.player.update_lobby(match_type="1v1")) == (403, "match_running")
        assert await refusal_code(dave.player.update_part(code, team="spectator")) == (403, "match_running")

        await finish(here, alice, dave)
        assert (await alice.player.lobby())["game_playing"] is None
        assert await refusal_code(bob.player.update_lobby(match_type="1v1")) == (403, "not_creator")
        await alice.player.update_lobby(match_type="1v1")
        heard = await new_events(here, players, since)
        watching = [("lobby-update-participant", {"id": ids[n], "team": "spectator"}) for n in (1, 2, 4, 5)]
        for member in players:
            changed = [] if member is alice else [("lobby-update", {"match_type": "1v1"})]
            assert brief(heard[member.id]) == changed + watching

        await alice.player.update_part(code, is_ready=True)
        await dave.player.update_part(code, is_ready=True)
        match = await here.server.running_match(dave.id)
        await here.server.connect(match["id"], dave.id)
        assert match["match_type"] == "1v1"
        await alice.player.leave_lobby(code)
        await finish(here, dave, alice)
        heard = await new_events(here, players, since)
        assert brief(heard[carol.id])[-2:] == [
            ("lobby-leave", {"id": alice.id}),
            ("lobby-update-participant", {"id": bob.id, "creator": True}),
        ]
        assert (await carol.player.lobby())["participants"][0]["creator"] is True

    in_world(stack, play)


def test_bans_guests_and_the_end_of_a_lobby(stack: Stack) -> None:
    async def play(here: World) -> None:
        players = await listening_players(here, 4, registered=2)
        alice, bob, guest, other = players
        since: dict[int, int] = {}
        assert await refusal_code(guest.player.create_lobby("clash")) == (403, "guest_not_allowed")
        code = await gather("custom_game", players)
        assert await refusal_code(alice.player.ban_from_lobby(code, alice.id)) == (403, "self_ban")
        assert await refusal_code(bob.player.ban_from_lobby(code, guest.id)) == (403, "not_creator")
        assert await refusal_code(alice.player.ban_from_lobby(code, 1)) == (404, "not_in_place")
        assert await refusal_code(alice.player.invite_to_lobby(code, bob.id)) == (409, "already_there")
        assert await refusal_code(alice.player.invite_to_lobby(code, alice.id)) == (403, "self_invitation")
        assert (await refusal(bob.player.say_in_lobby(code, " ")))[0] == 400
        await new_events(here, players, since)

        await alice.player.ban_from_lobby(code, bob.id)
        heard = await new_events(here, players, since)
        assert brief(heard[bob.id]) == [("lobby-banned", None)]
        for each in (alice, guest, other):
            assert brief(heard[each.id]) == [("lobby-leave", {"id": bob.id})]
            assert heard[each.id][0].kwargs == {"username": bob.name}
        assert await refusal_code(bob.player.join_lobby(code)) == (404, "lobby_not_found")
        assert await refusal_code(bob.player.leave_lobby(code)) == (403, "not_in_lobby")
        assert await refusal_code(bob.player.lobby()) == (404, "in_no_lobby")

        await alice.player.leave_lobby(code)
        heard = await new_events(here, players, since)
        assert [brief(heard[each.id]) for each in (guest, other)] == [[("lobby-destroy", None)]] * 2
        assert heard[bob.id] == heard[alice.id] == []
        assert await refusal_code(guest.player.lobby()) == (404, "in_no_lobby")
        assert await refusal_code(guest.player.join_lobby(code)) == (404, "lobby_not_found")

    in_world(stack, play)


def test_lobbies_of_three_two_and_one_play_a_clash(stack: Stack) -> None:
    async def play(here: World) -> None:
        players = await listening_players(here, 6)
        since: dict[int, int] = {}
        groups = (players[:3], players[3:5], players[5:])
        codes = [await gather("clash", group) for group in groups]
        assert await refusal_code(players[5].player.join_lobby(codes[0])) == (403, "lobby_full")
        status, body = await refusal(players[0].player.update_lobby(match_type="3v3"))
        assert (status, body["code"]) == (405, "method_not_allowed")
        assert (await refusal(players[0].player.update_part(codes[0], team="a")))[0] == 400
        await new_events(here, players, since)
        for code, group in zip(codes, groups, strict=True):
            for member in group:
                assert (await member.player.update_part(code, is_ready=True))["is_ready"] is True
        heard = await new_events(here, players, since)
        match = await here.server.running_match(players[0].id)
        await here.server.connect(match["id"], players[0].id)
        for member in players:
            assert brief(heard[member.id])[-1] == ("game-start", heard[players[0].id][-1].data)
            assert (await member.player.lobby())["game_playing"] == match["code"]
        sides = [{player["id"] for player in match["teams"][side]["players"]} for side in "ab"]
        assert sides == [{member.id for member in players[n : n + 3]} for n in (0, 3)]
        await here.server.score(players[0].id, own_goal=True)
        for _ in range(2):
            await here.server.score(players[3].id)
        assert (await players[5].player.stats())["clash"]["wins"] == 1
        assert (await players[0].player.stats())["clash"]["own_goals"] == 1
        assert (await players[0].player.lobby())["game_playing"] is None

    in_world(stack, play)


def test_disconnecting_and_joining_elsewhere_leave_the_lobby(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, carol = await listening_players(here, 3)
        outsider = await here.user()
        assert (await refusal(outsider.create_lobby("clash")))[0] == 401
        code = await gather("custom_game", [alice, bob, carol])
        assert await refusal_code(outsider.join_lobby(code)) == (401, "sse_connection_required")
        await alice.stream.close()
        assert (await bob.stream.next("lobby-leave")).data == {"id": alice.id}
        heir = await bob.stream.next("lobby-update-participant")
        assert heir.data == {"id": bob.id, "creator": True}
        await carol.player.join_duel()
        assert (await bob.stream.next("lobby-leave")).data == {"id": carol.id}
        assert [each["id"] for each in (await bob.player.lobby())["participants"]] == [bob.id]
        await bob.player.block(carol.id)
        assert await refusal_code(carol.player.join_lobby(code)) == (404, "lobby_not_found")
        await here.server.create_match("duel", [carol.id], [alice.id])
        other = (await listening_players(here, 1))[0]
        free = await gather("clash", [other])
        assert await refusal_code(carol.player.join_lobby(free)) == (409, "already_playing")

    in_world(stack, play)


@pytest.mark.one_mode
def test_of_32_users_who_race_for_the_last_place_one_gets_it(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, *racers = await listening_players(here, 34, registered=1)
        code = await gather("clash", [alice, bob])

        async def race(racer: Participant) -> int:
            try:
                await racer.player.join_lobby(code)
            except ApiError as error:
                return error.status
            return 201

        statuses = await asyncio.gather(*(race(racer) for racer in racers))
        assert statuses.count(201) == 1
        assert set(statuses) <= {201, 403, 409, 429}
        assert len((await alice.player.lobby())["participants"]) == 3

        async def has_arrived() -> bool:
            return len(alice.stream.received("lobby-join")) == 2

        await until("the newcomers are announced", has_arrived)

    in_world(stack, play)
