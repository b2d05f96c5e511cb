"""Tournaments with many requests at once, and with processes that are killed."""

from __future__ import annotations

import asyncio
import json

import botocore.session
import pytest
from pong_client import ApiError, UnreachableError

from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.tournaments import STAGES, Json, Tournament, open_tournament, retried, seeds_of
from tests.support.e2e.world import World, in_world, until
from tests.support.processes import children_of, kill, leaves_below


def executions(stack: Stack, tournament_id: int) -> list[str]:
    """The status of every execution that has begun for a tournament."""
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


@pytest.mark.one_mode
def test_40_users_joining_a_tournament_of_16_at_once_fill_it_and_it_starts_once(stack: Stack) -> None:
    async def play(here: World) -> None:
        creator = await here.user()
        users = await asyncio.gather(*(here.guest() for _ in range(40)))
        streams = [await here.listen(user) for user in (creator, *users)]
        made = await creator.create_tournament("Rush", 16)

        async def attempt(user: Player) -> int:
            try:
                await retried(lambda: user.join_tournament(made["code"]))
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


@pytest.mark.one_mode
def test_leaving_and_joining_around_the_threshold_50_times_leaves_one_countdown(stack: Stack) -> None:
    async def play(here: World) -> None:
        tournament = await open_tournament(here, 8, 6)
        seventh = await here.user()
        stream = await here.listen(seventh)
        for _ in range(50):
            await retried(lambda: seventh.join_tournament(tournament.code))
            shown = (await tournament.first.tournament())["start_at"]
            begun = await stream.next("tournament-start-at")
            assert begun.data == {"id": tournament.id, "start_at": shown}
            await retried(lambda: seventh.leave_tournament(tournament.code))
            assert (await tournament.first.tournament())["start_at"] is None
        await retried(lambda: seventh.join_tournament(tournament.code))
        watcher = tournament.streams[tournament.first.id]
        start = await watcher.next("tournament-start", timeout=30)
        assert len(start.data["participants"]) == 7
        codes = [event.code for event in watcher.events if "start" in event.code]
        assert codes == ["tournament-start-at", "tournament-start-cancel"] * 50 + [
            "tournament-start-at", "tournament-start",
        ]  # fmt: skip
        assert executions(stack, tournament.id).count("RUNNING") == 1

    in_world(stack, play)


@pytest.mark.long
@pytest.mark.one_mode
def test_processes_killed_at_every_stage_do_not_stop_a_tournament(stack: Stack) -> None:
    async def play(here: World) -> None:
        tournament = await open_tournament(here, 8, 7)
        # From now on every client has an event's id to resume from.
        await tournament.everyone_gets("tournament-start-at", 60)
        await kill_all_over(stack, tournament)  # during the countdown
        (start, *_) = await tournament.everyone_gets("tournament-start", 60)
        seeds = seeds_of(start.data)
        for stage in STAGES[1:]:
            killing = asyncio.create_task(kill_all_over(stack, tournament))
            await lose_stage(tournament, stage, seeds)
            await killing
        finishes = await tournament.everyone_gets("tournament-finish", 60)
        winner = next(tournament.player(user_id) for user_id, seed in seeds.items() if seed == 1)
        assert {finish.kwargs["username"] for finish in finishes} == {winner.username}
        for player in tournament.players:
            stats = (await player.stats())["tournament"]
            assert stats["tournament_wins"] == (player is winner)
            assert stats["game_played"] == (await player.matches())["count"]
            assert len(tournament.streams[player.id].received("tournament-match-finish")) == 7
            assert len(tournament.streams[player.id].received("tournament-finish")) == 1
            assert tournament.streams[player.id].resyncs == []

    in_world(stack, play)


async def lose_stage(tournament: Tournament, stage: str, seeds: dict[int, int]) -> None:
    """In every match of a stage the worse seed disconnects; processes may be killed meanwhile."""
    matches: dict[int, Json] = {}
    expected = {"quarter-final": 3, "semi-final": 2, "final": 1}[stage]
    for user_id, stream in tournament.streams.items():
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
                await tournament.here.server.finish(match_id, loser, "player-disconnect")
            except (ApiError, UnreachableError) as error:
                return isinstance(error, ApiError) and error.status in (404, 409)
            return True

        await until("the match is over", is_over, 60)


async def kill_all_over(stack: Stack, tournament: Tournament, seconds: float = 2.0) -> None:
    """Kill the SSE process and the edge's workers, and for some seconds all processes of functions.

    The SSE process goes first: it would count the players as gone whose streams end with the workers.
    """
    kill([stack.pids["sse"], *children_of(stack.pids["edge"])])
    ends = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < ends:
        # An engine that isn't ours keeps its processes to itself.
        if engine := stack.pids.get("engine"):
            kill(leaves_below(engine))
        await asyncio.sleep(0.3)
    for stream in tournament.streams.values():
        await stream.open(30)
