"""Tournaments from creation to history, over HTTPS and SSE."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

import botocore.session
import pytest

from demo.api import ApiError, UnreachableError
from demo.client import Player
from infra.local.stack import Stack
from tests.e2e.cups import (
    STAGES,
    Cup,
    Json,
    finish_match,
    open_cup,
    patiently,
    play_out,
    play_stage,
    seeds_of,
    story,
)
from tests.e2e.world import World, in_world, refusal, until

embedded_only = pytest.mark.parametrize("stack", ["embedded"], indirect=True)


def executions(stack: Stack, tournament_id: int) -> list[str]:
    """The status of every execution that there has been for a tournament."""
    client = botocore.session.Session().create_client(
        "stepfunctions",
        region_name=stack.environment["AWS_DEFAULT_REGION"],
        endpoint_url=stack.engine_url,
        aws_access_key_id=stack.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=stack.environment["AWS_SECRET_ACCESS_KEY"],
    )
    listed = client.list_executions(stateMachineArn=stack.outputs["TournamentMachine"], maxResults=1000)
    facts = [client.describe_execution(executionArn=each["executionArn"]) for each in listed["executions"]]
    return [each["status"] for each in facts if json.loads(each["input"])["tournament_id"] == tournament_id]


async def check_history(cup: Cup, seeds: dict[int, int]) -> None:
    """A finished tournament that the best seed has won, as everybody can read it."""
    played = await cup.first.played_tournament(cup.id)
    matches = [match for stage in played["matches"].values() for match in stage]
    assert list(played["matches"]) == list(STAGES[-(cup.size.bit_length() - 1) :])
    assert len(matches) == cup.size - 1
    assert all(match["finished"] for match in matches)
    assert played["finish_at"]
    byes = [match for match in matches if match["finish_reason"] == "game-not-played"]
    assert [(m["id"], m["score_winner"], m["score_looser"], m["user_2"]) for m in byes] == [
        (None, 3, 0, None)
    ] * (cup.size - len(cup.players))
    (best,) = [user_id for user_id, seed in seeds.items() if seed == 1]
    final = played["matches"]["final"][0]
    side = final["winner"]
    assert final["user_1" if side == "a" else "user_2"]["id"] == best
    assert (final["score_winner"], final["score_looser"]) == (3, 1)
    for player in cup.players:
        stats = (await player.stats())["tournament"]
        assert stats["tournament_wins"] == (player.id == best)
        games = [m for m in matches if m["id"] and player.id in (m["user_1"]["id"], m["user_2"]["id"])]
        assert stats["game_played"] == len(games)
        listed = (await player.matches())["results"]
        assert {m["id"] for m in listed} == {m["id"] for m in games}
        assert all(m["tournament_id"] == cup.id for m in listed)
        assert (await refusal(player.tournament()))[0] == 404


async def whole_run(here: World, size: int, entrants: int) -> None:
    """A tournament from its creation to its end, in which everyone is told exactly what they should be told."""
    cup = await open_cup(here, size, entrants)
    starts = await cup.everyone_gets("tournament-start", 60)
    tournament = starts[0].data
    assert all(start.data == tournament for start in starts)
    seeds = seeds_of(cup, tournament)
    assert sorted(seeds.values()) == list(range(1, entrants + 1))
    for _ in range(size - entrants):
        byes = await cup.everyone_gets("tournament-match-finish")
        assert {bye.kwargs["finish_reason"] for bye in byes} == {"game-not-played"}
    await play_out(cup, seeds)
    finishes = await cup.everyone_gets("tournament-finish")
    assert {finish.kwargs["id"] for finish in finishes} == {cup.id}
    for joined, player in enumerate(cup.players, 1):
        assert cup.codes(player) == list(story(size, entrants, joined, seeds[player.id])), player.username
    await check_history(cup, seeds)


def test_a_tournament_of_4_is_played_to_its_end(stack: Stack) -> None:
    in_world(stack, lambda here: whole_run(here, 4, 4))


@embedded_only
@pytest.mark.parametrize(("size", "entrants"), [(8, 8), (8, 7), (16, 16), (16, 13)])
def test_a_tournament_of_any_size_is_played_to_its_end(stack: Stack, size: int, entrants: int) -> None:
    in_world(stack, lambda here: whole_run(here, size, entrants))


def test_everything_that_can_be_done_before_the_start_and_who_is_told(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, carol, guest = await here.user(), await here.user(), await here.user(), await here.guest()
        assert (await refusal(alice.create_tournament("Cup", 8)))[1]["code"] == "sse_connection_required"
        hers, his, _, its = [await here.listen(player) for player in (alice, bob, carol, guest)]
        for body in ({"name": "", "size": 8}, {"name": "x" * 51, "size": 8}, {"name": "Cup", "size": 5}, {}):
            assert (await refusal(alice.call("POST", "/play/tournament/", json=body)))[0] == 400
        assert (await refusal(guest.create_tournament("Cup", 8)))[1]["code"] == "guest_not_allowed"
        assert (await refusal(alice.tournament()))[0] == 404

        made = await alice.create_tournament("  Cup of Alice ", 8)
        assert made == await alice.tournament()
        assert {key: made[key] for key in ("name", "private", "is_started", "start_at", "size")} == {
            "name": "Cup of Alice", "private": False, "is_started": False, "start_at": None, "size": 8,
        }  # fmt: skip
        assert made["created_by"] == alice.id
        assert made["participants"][0]["creator"]
        assert "matches" not in made
        code = made["code"]
        assert (await refusal(alice.create_tournament("Another", 4)))[1]["code"] == "already_hosting"
        assert (await refusal(bob.played_tournament(made["id"])))[0] == 404

        joined = await bob.join_tournament(code)
        seen = await hers.next("tournament-join")
        assert (seen.data, seen.kwargs) == (joined, {"username": bob.username})
        assert (joined["tournament"], joined["still_in"], joined["creator"]) == (made["id"], True, False)
        assert (joined["seed"], joined["stage"]) == (None, None)
        assert await bob.join_tournament(code) == joined  # a second time changes nothing
        await guest.join_tournament(code)
        await his.next("tournament-join")
        for wrong in ("0", "99999", "abc"):
            assert (await refusal(carol.join_tournament(wrong)))[1]["code"] == "tournament_not_found"

        assert await bob.say_in_tournament(code, " hello ") == {"id": bob.id, "content": "hello"}
        said = await hers.next("tournament-message")
        assert (said.data, said.kwargs) == ({"id": bob.id, "content": "hello"}, {"username": bob.username})
        await its.next("tournament-message")
        assert (await refusal(bob.say_in_tournament(code, " ")))[0] == 400
        assert (await refusal(carol.say_in_tournament(code, "x")))[1]["code"] == "not_in_tournament"

        status, body = await refusal(bob.invite_to_tournament(code, carol.id))
        assert (status, body["code"]) == (403, "not_friends")
        await carol.accept((await bob.ask(carol.username))["id"])
        hers_too = await here.listen(carol)
        assert (await bob.invite_to_tournament(code, carol.id)).status == 204
        invited = await hers_too.next("invite-tournament")
        assert (invited.data, invited.kwargs) == (
            {"id": made["id"], "code": code},
            {"username": bob.username, "code": code},
        )
        assert invited.payload["target"][0]["url"] == f"/tournament/{code}"
        assert (await refusal(bob.invite_to_tournament(code, bob.id)))[0] == 403
        assert (await refusal(bob.invite_to_tournament(code, 1)))[0] == 404
        assert (await refusal(carol.invite_to_tournament(code, bob.id)))[1]["code"] == "not_in_tournament"
        await carol.join_tournament(code)
        assert (await refusal(bob.invite_to_tournament(code, carol.id)))[0] == 409

        assert (await refusal(bob.ban_from_tournament(code, carol.id)))[1]["code"] == "not_creator"
        assert (await refusal(alice.ban_from_tournament(code, alice.id)))[0] == 403
        assert (await refusal(alice.ban_from_tournament(code, 1)))[0] == 404
        assert (await refusal(alice.ban_from_tournament("0000", bob.id)))[0] == 403
        assert (await alice.ban_from_tournament(code, bob.id)).status == 204
        assert (await his.next("tournament-banned")).data is None
        gone = await hers.next("tournament-leave")
        assert (gone.data, gone.kwargs) == ({"id": bob.id}, {"username": bob.username})
        assert (await refusal(bob.join_tournament(code)))[0] == 404
        assert (await refusal(bob.leave_tournament(code)))[1]["code"] == "not_in_tournament"
        assert [p["id"] for p in (await alice.tournament())["participants"]] == [alice.id, guest.id, carol.id]

        assert (await alice.leave_tournament(code)).status == 204
        await its.next("tournament-leave", where=lambda event: event.data == {"id": alice.id})
        assert (await refusal(alice.create_tournament("Another", 4)))[1]["code"] == "already_hosting"
        assert (await alice.join_tournament(code))["creator"]
        for player in (guest, carol, alice):
            await player.leave_tournament(code)
        assert (await refusal(carol.join_tournament(code)))[0] == 404
        assert (await alice.create_tournament("Another", 4))["size"] == 4

    in_world(stack, play)


def test_the_search_shows_what_one_can_join(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, carol, dora = [await here.user() for _ in range(4)]
        for player in (alice, bob, carol, dora):
            await here.listen(player)
        mark = alice.username
        open_ = await alice.create_tournament(f"Open {mark}", 8)
        secret = await bob.create_tournament(f"Secret {mark}", 4, private=True)

        async def found(player: Player, q: str = mark) -> list[int]:
            return [line["id"] for line in (await player.search_tournaments(q))["results"]]

        (line,) = (await carol.search_tournaments(mark.upper()))["results"]
        assert line == {
            "id": open_["id"], "code": open_["code"], "name": f"Open {mark}", "n_participants": 1, "size": 8,
            "created_by": alice.username,
        }  # fmt: skip
        assert await found(bob) == [secret["id"], open_["id"]]
        await carol.join_tournament(secret["code"])
        assert await found(carol) == [open_["id"]]
        assert await found(carol, f"{mark} no such") == []
        await dora.join_tournament(open_["code"])
        assert (await carol.search_tournaments(mark))["results"][0]["n_participants"] == 2
        await alice.ban_from_tournament(open_["code"], dora.id)
        assert await found(dora) == []
        block = await carol.block(alice.id)
        assert await found(carol) == []
        assert await found(alice) == [open_["id"]]
        await carol.unblock(block["id"])
        await alice.block(carol.id)
        assert await found(carol) == []
        assert (await refusal(carol.join_tournament(open_["code"])))[0] == 404
        page = await bob.search_tournaments(mark, limit=1)
        assert (page["count"], len(page["results"])) == (2, 1)
        assert "q=" in page["next"]

    in_world(stack, play)


def test_a_started_tournament_holds_who_may_still_win_it_and_is_open_to_nobody(stack: Stack) -> None:
    async def try_everything(cup: Cup, late: Player, best: Player) -> None:
        status, body = await refusal(late.join_tournament(cup.code))
        assert (status, body["code"]) == (403, "tournament_started")
        for call in (best.join_duel, partial(best.create_lobby, "clash")):
            # Between two matches, or in one.
            status, body = await refusal(call())
            assert (status, body["code"]) in {(409, "in_tournament"), (409, "already_playing")}
        status, body = await refusal(cup.first.ban_from_tournament(cup.code, cup.players[1].id))
        assert (status, body["code"]) == (403, "tournament_started")
        assert (await refusal(cup.first.invite_to_tournament(cup.code, late.id)))[0] == 403
        found = (await late.search_tournaments("Autumn Cup"))["results"]
        assert cup.id not in [line["id"] for line in found]
        shown = await late.played_tournament(cup.id)
        assert (shown["finish_at"], list(shown["matches"])) == (None, ["semi-final", "final"])

    async def play(here: World) -> None:
        late = await here.user()
        await here.listen(late)
        cup = await open_cup(here, 4, 4)
        (start, *_) = await cup.everyone_gets("tournament-start")
        by_seed = {seed: cup.player(user_id) for user_id, seed in seeds_of(cup, start.data).items()}
        trying = asyncio.create_task(try_everything(cup, late, by_seed[1]))
        await play_stage(cup, "semi-final", seeds_of(cup, start.data))
        # Who is out may go, or leave and come back to watch.
        assert (await by_seed[3].join_duel()).status == 201
        await cup.streams[by_seed[1].id].next(
            "tournament-leave", where=lambda e: e.data["id"] == by_seed[3].id
        )
        assert (await by_seed[4].leave_tournament(cup.code)).status == 204
        assert (await by_seed[4].join_tournament(cup.code))["still_in"] is False
        await trying

    in_world(stack, play)


def test_who_leaves_during_a_match_loses_it_and_the_opponent_goes_on(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 4, 4)
        (start, *_) = await cup.everyone_gets("tournament-start")
        by_seed = {seed: user_id for user_id, seed in seeds_of(cup, start.data).items()}
        for user_id in by_seed.values():
            await cup.streams[user_id].next("game-start")
        best, last = cup.player(by_seed[1]), cup.player(by_seed[4])
        assert (await patiently(lambda: best.leave_tournament(cup.code))).status == 204
        result = await cup.streams[last.id].next("tournament-match-finish")
        assert result.kwargs == {
            "winner": last.username, "looser": best.username, "score_winner": 3, "score_looser": 0,
            "finish_reason": "player-disconnect",
        }  # fmt: skip
        assert result.data["matches"]["final"][0]["user_1"]["id"] == last.id
        await cup.streams[last.id].next("tournament-leave")
        assert (await best.stats())["tournament"]["game_played"] == 1
        assert (await best.join_duel()).status == 201
        match = await here.server.running_match(by_seed[2])
        await finish_match(here, match, by_seed[2])
        # The second one leaves between the stages: nobody is left to play the final against.
        await patiently(lambda: cup.player(by_seed[2]).leave_tournament(cup.code))
        final = await cup.streams[last.id].next(
            "tournament-match-finish", where=lambda event: event.kwargs["finish_reason"] == "game-not-played"
        )
        assert (final.kwargs["winner"], final.kwargs["score_winner"]) == (last.username, 3)
        finish = await cup.streams[last.id].next("tournament-finish")
        assert finish.kwargs["username"] == last.username
        assert (await last.stats())["tournament"]["tournament_wins"] == 1

    in_world(stack, play)


@embedded_only
def test_a_tournament_that_everyone_leaves_ends_without_a_winner(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 4, 4)
        await cup.everyone_gets("tournament-start")
        for player in cup.players:
            await patiently(partial(player.leave_tournament, cup.code))

        async def is_over() -> bool:
            return (await cup.first.played_tournament(cup.id))["finish_at"] is not None

        await until("the tournament is over", is_over, 30)
        final = (await cup.first.played_tournament(cup.id))["matches"]["final"][0]
        assert (final["finish_reason"], final["winner"], final["user_1"]) == ("no-game", None, None)
        assert (await cup.first.create_tournament("Another", 4))["size"] == 4

    in_world(stack, play)


@embedded_only
def test_of_two_who_do_not_show_up_the_better_seed_goes_on(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 4, 4)
        (start, *_) = await cup.everyone_gets("tournament-start")
        by_seed = {seed: user_id for user_id, seed in seeds_of(cup, start.data).items()}
        for _ in range(3):
            results = await cup.everyone_gets("tournament-match-finish", 40)
            assert {result.kwargs["finish_reason"] for result in results} == {"players-timeout"}
        (finish, *_) = await cup.everyone_gets("tournament-finish")
        assert finish.kwargs["username"] == cup.player(by_seed[1]).username
        for player in cup.players:
            assert (await player.stats())["global"]["game_played"] == 0
            assert (await player.matches())["count"] == 0

    in_world(stack, play)


@embedded_only
def test_40_users_joining_a_tournament_of_16_at_once_fill_it_and_it_starts_once(stack: Stack) -> None:
    async def play(here: World) -> None:
        creator = await here.user()
        users = await asyncio.gather(*(here.guest() for _ in range(40)))
        streams = [await here.listen(user) for user in (creator, *users)]
        made = await creator.create_tournament("Rush", 16)

        async def attempt(user: Player) -> int:
            try:
                await patiently(lambda: user.join_tournament(made["code"]))
            except ApiError as error:
                return error.status
            return 201

        statuses = await asyncio.gather(*(attempt(user) for user in users))
        assert {status: statuses.count(status) for status in set(statuses)} == {201: 15, 403: 25}
        inside = [0, *(n for n, status in enumerate(statuses, 1) if status == 201)]
        starts = [await streams[n].next("tournament-start", timeout=30) for n in inside]
        assert {len(start.data["participants"]) for start in starts} == {16}
        games = [await streams[n].next("game-start", timeout=30) for n in inside]
        assert len({game.data["id"] for game in games}) == 8
        for n in inside:
            assert len(streams[n].received("tournament-start")) == 1
            assert len(streams[n].received("tournament-start-at")) <= 1
        assert len(executions(stack, made["id"])) == 1

    in_world(stack, play)


@embedded_only
def test_leaving_and_joining_around_the_threshold_50_times_leaves_one_countdown(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 8, 6)
        seventh = await here.user()
        stream = await here.listen(seventh)
        for _ in range(50):
            await patiently(lambda: seventh.join_tournament(cup.code))
            shown = (await cup.first.tournament())["start_at"]
            begun = await stream.next("tournament-start-at")
            assert begun.data == {"id": cup.id, "start_at": shown}
            await patiently(lambda: seventh.leave_tournament(cup.code))
            assert (await cup.first.tournament())["start_at"] is None
        await patiently(lambda: seventh.join_tournament(cup.code))
        start = await stream.next("tournament-start", timeout=30)
        assert len(start.data["participants"]) == 7
        told = [event.code for event in cup.streams[cup.first.id].events if "start" in event.code]
        assert told == ["tournament-start-at", "tournament-start-cancel"] * 50 + [
            "tournament-start-at", "tournament-start",
        ]  # fmt: skip
        assert executions(stack, cup.id).count("RUNNING") == 1

    in_world(stack, play)


@embedded_only
def test_processes_killed_at_every_stage_do_not_stop_a_tournament(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 8, 7)
        await kill_all_over(stack, cup)  # during the countdown
        (start, *_) = await cup.everyone_gets("tournament-start", 60)
        seeds = seeds_of(cup, start.data)
        for stage in STAGES[1:]:
            killing = asyncio.create_task(kill_all_over(stack, cup))
            await lose_stage(cup, stage, seeds)
            await killing
        finishes = await cup.everyone_gets("tournament-finish", 60)
        winner = next(cup.player(user_id) for user_id, seed in seeds.items() if seed == 1)
        assert {finish.kwargs["username"] for finish in finishes} == {winner.username}
        for player in cup.players:
            stats = (await player.stats())["tournament"]
            assert stats["tournament_wins"] == (player is winner)
            assert stats["game_played"] == (await player.matches())["count"]
            assert len(cup.streams[player.id].received("tournament-match-finish")) == 7
            assert len(cup.streams[player.id].received("tournament-finish")) == 1
            assert cup.streams[player.id].resyncs == []

    in_world(stack, play)


async def lose_stage(cup: Cup, stage: str, seeds: dict[int, int]) -> None:
    """In every match of a stage the worse seed goes away, whatever dies meanwhile."""
    matches: dict[int, Json] = {}
    expected = {"quarter-final": 3, "semi-final": 2, "final": 1}[stage]
    for user_id, stream in cup.streams.items():
        if seeds[user_id] <= 2 * expected or stage == "quarter-final":
            if stage == "quarter-final" and seeds[user_id] == 1:
                continue  # has a bye
            start = await stream.next("game-start", timeout=60)
            matches[start.data["id"]] = start.data
    assert len(matches) == expected
    for match in matches.values():
        users = [match["teams"][side]["players"][0]["id"] for side in "ab"]
        worse = max(users, key=lambda user_id: seeds[user_id])

        async def is_over(match_id: int = match["id"], loser: int = worse) -> bool:
            try:
                await cup.here.server.finish(match_id, loser, "player-disconnect")
            except (ApiError, UnreachableError) as error:
                return isinstance(error, ApiError) and error.status in (404, 409)
            return True

        await until("the match is over", is_over, 60)


async def kill_all_over(stack: Stack, cup: Cup, seconds: float = 2.0) -> None:
    """Kill the handler processes, for a while all processes of functions that there are, then the SSE process."""
    kill(leaves_below(stack.pids["edge"]))
    ends = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < ends:
        kill(leaves_below(stack.pids["engine"]))
        await asyncio.sleep(0.3)
    await asyncio.to_thread(stack.restart_sse)
    for stream in cup.streams.values():
        await stream.connected(30)


def kill(pids: Iterable[int]) -> None:
    """End processes as a machine does that loses its power."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def leaves_below(pid: int) -> list[int]:
    """The process ids below a process that have no children: those that do the work."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    ahead, leaves = list(children.get(pid, ())), []
    while ahead:
        each = ahead.pop()
        below = children.get(each, ())
        ahead += below
        if not below:
            leaves.append(each)
    return leaves
