"""Clocks that are lost on purpose, one of each kind: the sweep frees the players within a minute."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import botocore.session
import pytest
from pong_client import ApiError

from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.tournaments import Tournament, open_tournament, seeds_of
from tests.support.e2e.world import World, in_world, until

MINUTE = 60.0
SLOWNESS = 60.0
"""What a busy machine may add to the minute."""


class Clocks:
    """The clocks of a running stack: the queue of the matches' clocks, the executions of tournaments, the sweep."""

    def __init__(self, stack: Stack) -> None:
        self.outputs, environment = stack.outputs, stack.environment
        session = botocore.session.Session()
        self.queues, self.machines, self.lambdas = (
            session.create_client(
                service,
                region_name=environment["AWS_DEFAULT_REGION"],
                endpoint_url=stack.engine_url,
                aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            )
            for service in ("sqs", "stepfunctions", "lambda")
        )

    @asynccontextmanager
    async def without_matches(self) -> AsyncIterator[None]:
        """Within it no match's clock arrives; those that began meanwhile are lost."""
        queue = self.outputs["MatchClocksUrl"]
        arn = self.queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        (trigger,) = self.lambdas.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]

        async def reach(state: str) -> bool:
            return bool(self.lambdas.get_event_source_mapping(UUID=trigger["UUID"])["State"] == state)

        self.lambdas.update_event_source_mapping(UUID=trigger["UUID"], Enabled=False)
        await until("the queue's trigger is off", partial(reach, "Disabled"))
        try:
            yield
        finally:
            self.queues.purge_queue(QueueUrl=queue)
            self.lambdas.update_event_source_mapping(UUID=trigger["UUID"], Enabled=True)
            await until("the queue's trigger is on", partial(reach, "Enabled"))

    async def lose_tournament(self, tournament_id: int) -> None:
        """Wait until the execution of a tournament runs, and stop it."""
        machine, stopped = self.outputs["TournamentMachine"], []

        async def stop() -> bool:
            running = self.machines.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
            for execution in running["executions"]:
                facts = self.machines.describe_execution(executionArn=execution["executionArn"])
                if json.loads(facts["input"])["tournament_id"] == tournament_id:
                    stopped.append(self.machines.stop_execution(executionArn=execution["executionArn"]))
            return bool(stopped)

        await until("the tournament's execution is stopped", stop)

    @asynccontextmanager
    async def sweeping(self, *, by_schedule: bool) -> AsyncIterator[None]:
        """Within it there is a sweep every second, or those of the stack's own schedule only."""
        (name,) = (
            function["FunctionName"]
            for page in self.lambdas.get_paginator("list_functions").paginate()
            for function in page["Functions"]
            if function["Handler"].endswith(".sweep_overdue")
        )

        async def sweep() -> None:
            once = json.dumps({"sweeps": 1}).encode()
            while True:
                await asyncio.to_thread(self.lambdas.invoke, FunctionName=name, Payload=once)
                await asyncio.sleep(1)

        sweeps = None if by_schedule else asyncio.create_task(sweep())
        try:
            yield
        finally:
            if sweeps:
                sweeps.cancel()
                with suppress(asyncio.CancelledError):
                    await sweeps


def seconds_since(time: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds()


async def is_free(here: World, player: Player) -> bool:
    try:
        await here.server.running_match(player.id)
    except ApiError as error:
        if error.status != 404:
            raise
        return True
    return False


async def free_within_a_minute(here: World, players: Sequence[Player], due: str) -> None:
    async def free() -> bool:
        return all([await is_free(here, player) for player in players])

    await until("the players are free", free, seconds=MINUTE + SLOWNESS - seconds_since(due))


async def goes_on_within_a_minute(tournament: Tournament, due: str) -> None:
    """It starts, and its first stage begins."""
    (start, *_) = await tournament.everyone_gets("tournament-start", MINUTE + SLOWNESS - seconds_since(due))
    second = next(user_id for user_id, seed in seeds_of(start.data).items() if seed == 2)
    await tournament.streams[second].next("game-start", timeout=MINUTE + SLOWNESS)


@pytest.mark.one_mode
def test_players_are_free_within_a_minute_of_a_deadline_whose_clock_is_lost(
    stack: Stack, request: pytest.FixtureRequest
) -> None:
    clocks, by_schedule = Clocks(stack), bool(request.config.getoption("real_durations"))

    async def play(here: World) -> None:
        players: list[Player] = [await here.user() for _ in range(4)]
        for player in players:
            await here.listen(player)
        tournament = await open_tournament(here, 8, 7)
        counting: dict[str, Any] = await tournament.first.tournament()
        await clocks.lose_tournament(tournament.id)
        async with clocks.without_matches(), clocks.sweeping(by_schedule=by_schedule):
            alone = await here.server.create_match("duel", [players[0].id], [players[1].id])
            played = await here.match(players[2], players[3])
            page = await here.server.pong.list_running_matches()
            due = {match["id"]: match for match in page["results"]}
            await asyncio.gather(
                free_within_a_minute(here, players[:2], due[alone["id"]]["connect_before"]),
                free_within_a_minute(here, players[2:], due[played["id"]]["finish_before"]),
                goes_on_within_a_minute(tournament, counting["start_at"]),
            )
        for player in players:
            await player.join_duel()

    in_world(stack, play)
