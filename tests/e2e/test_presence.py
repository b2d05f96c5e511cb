"""Presence, deleted accounts and crashed processes, as clients see them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial

import pytest
from pong_client import ApiError, UnreachableError

from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world, push, refusal, until
from tests.support.processes import children_of, kill

CUT_OFF = 0
"""Stands for the status of a request whose connection has ended."""


def test_a_user_is_online_until_the_last_of_several_streams_has_been_closed_for_a_while(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob = await here.user(), await here.user()
        assert (await refusal(alice.join_duel()))[1]["code"] == "sse_connection_required"
        first, second = await here.listen(alice), await here.listen(alice)
        assert (await bob.user(alice.id))["status"]["is_online"]
        await here.server.notify([alice.id], "lobby-update", data={"probe": True, "n": 1})
        for stream in (first, second):
            assert (await stream.next("lobby-update")).data == {"probe": True, "n": 1}

        await alice.join_duel()
        await first.close()
        await here.server.notify([alice.id], "lobby-update", data={"probe": True, "n": 2})
        await second.next("lobby-update")
        await second.close()

        async def is_offline() -> bool:
            return not (await bob.user(alice.id))["status"]["is_online"]

        await until("alice is offline", is_offline)
        status, body = await refusal(alice.leave_duel())
        assert (status, body["code"]) == (404, "not_in_queue")

    in_world(stack, play)


def test_deleting_an_account_ends_every_stream_frees_the_name_and_hides_the_user(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob = await here.user(), await here.user()
        match = await here.match(alice, bob)
        status, body = await refusal(alice.delete_account())
        assert (status, body["code"]) == (403, "in_match")
        await here.server.finish(match["id"], bob.id, "player-disconnect")

        streams = [await here.listen(alice), await here.listen(alice)]
        await alice.join_duel()
        # The client would forget the tokens of an account that it deletes.
        refresh, confirmed = alice.tokens.refresh, {"password": alice.password}
        assert (await alice.call("DELETE", "/users/me/", json=confirmed)).status == 204
        for stream in streams:
            await stream.next("delete-user")
            failure = await stream.ended()
            assert isinstance(failure, ApiError)
            assert failure.body["code"] == "user_not_found"

        assert (await refusal(bob.user(alice.id)))[0] == 404
        assert (await refusal(bob.matches(alice.id)))[0] == 404
        assert (await refusal(alice.me()))[1]["code"] == "user_not_found"
        status, body = await refusal(here.api.call("POST", "/auth/refresh/", json={"refresh": refresh}))
        assert (status, body["code"]) == (401, "user_not_found")
        (seen,) = (await bob.matches())["results"]
        assert seen["teams"]["a"]["players"] == [{"id": alice.id, "score": 0, "username": "deleted-user"}]
        again = {"username": alice.username, "password": "another-horse-8"}
        await here.api.call("POST", "/auth/register/", json=again)

    in_world(stack, play)


@pytest.mark.one_mode
def test_clients_that_resume_after_the_sse_process_was_killed_miss_nothing(stack: Stack) -> None:
    async def play(here: World) -> None:
        players = await asyncio.gather(*(here.guest() for _ in range(10)))
        gone = await here.guest()
        streams = [await here.listen(player) for player in players]
        await (await here.listen(gone)).close()
        ids = [player.id for player in players]
        await _send(here, ids, range(20))
        for stream in streams:
            await stream.next("lobby-update", where=lambda event: event.data["n"] == 0)
        traffic = asyncio.create_task(_send(here, ids, range(20, 80)))
        await asyncio.to_thread(stack.restart_sse)
        await traffic
        for stream in streams:
            await stream.open(30)
        await _send(here, ids, [80])
        for stream in streams:
            await stream.next("lobby-update", timeout=30, where=lambda event: event.data["n"] == 80)
            assert [event.data["n"] for event in stream.received("lobby-update")] == list(range(81))
            assert stream.resyncs == []

        await asyncio.gather(*(stream.close() for stream in streams[5:]))

        async def presence_is_right() -> bool:
            seen = [(await players[0].user(player.id))["status"]["is_online"] for player in players]
            return seen == [True] * 5 + [False] * 5

        await until("presence is right again", presence_is_right, 35)

    in_world(stack, play)


def test_an_id_that_the_server_does_not_know_is_answered_with_resync(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice = await here.guest()
        async with alice.connect(last_event_id="123456789-0") as stream:
            await stream.next("resync")

    in_world(stack, play)


@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
def test_killing_a_worker_cuts_off_its_requests_and_nothing_else(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice = await here.user()
        statuses: list[int] = []

        async def ask() -> None:
            for _ in range(40):
                try:
                    statuses.append((await alice.call("GET", "/users/me/")).status)
                except UnreachableError:
                    statuses.append(CUT_OFF)

        asking = [asyncio.create_task(ask()) for _ in range(4)]

        async def some_are_answered() -> bool:
            return len(statuses) > 8

        await until("requests run", some_are_answered)
        kill(children_of(stack.pids["edge"])[:1])
        await asyncio.gather(*asking)
        assert set(statuses) <= {200, CUT_OFF}
        assert statuses[-1] == 200
        assert (await alice.me())["id"] == alice.id

    in_world(stack, play)


async def _send(here: World, ids: list[int], numbers: Iterable[int]) -> None:
    """Send one event per number, in order."""
    for number in numbers:
        await push(partial(here.server.notify, ids, "lobby-update", data={"probe": True, "n": number}))
