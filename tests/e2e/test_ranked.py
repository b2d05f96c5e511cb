"""Ranked over HTTPS and SSE: the queue, the window that widens, trophies."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from demo.event_log import EventLog, EventTimeoutError, Received
from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world, refusal, until

WIDEN = 1
"""Seconds per widening, in the stack that all end-to-end tests share."""

WAITING = 0.6
"""Seconds without a match that prove that none starts at once: a stack takes a tenth of a second."""


async def with_trophies(here: World, trophies: int) -> Player:
    """A new user with so many trophies, from a booked result."""
    player = await here.user()
    if trophies:
        await here.server.book_ranked(player.id, 1, trophies)
    return player


async def two_users(here: World, trophies: int, gap: int) -> tuple[Player, Player, EventLog, EventLog]:
    """Two users with open streams, whose trophies differ by `gap`."""
    one, other = await with_trophies(here, trophies), await with_trophies(here, trophies + gap)
    return one, other, await here.listen(one), await here.listen(other)


def players_of(match: dict[str, Any]) -> list[int]:
    return [player["id"] for side in "ab" for player in match["teams"][side]["players"]]


async def no_match(stream: EventLog, seconds: float = WAITING) -> None:
    with pytest.raises(EventTimeoutError):
        await stream.next("game-start", timeout=seconds)


async def total(player: Player) -> int:
    return int((await player.me())["trophies"])


async def win(here: World, winner: Player, other: Player) -> dict[str, Any]:
    """Let one of two players win their match by 3 to 0; returns the match after the last point."""
    match = await here.server.running_match(winner.id)
    for player in (winner, other):
        await here.server.connect(match["id"], player.id)
    for _ in range(2):
        await here.server.score(winner.id)
    return await here.server.score(winner.id)


def change(match: dict[str, Any], player: Player) -> int:
    """The trophies that a match shows for one of its players."""
    (shown,) = [p for side in "ab" for p in match["teams"][side]["players"] if p["id"] == player.id]
    return int(shown["trophies"])


def test_ranked_matches_change_trophies_as_the_contract_computes_them(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here, 0, 0)
        carol = await here.user()
        await here.listen(carol)

        # 0 beats 0: 36.
        ticket = await alice.join_ranked()
        assert (ticket["game_mode"], ticket["trophies"]) == ("ranked", 0)
        assert set(ticket) == {"id", "game_mode", "trophies", "join_at"}
        assert await alice.join_ranked() == ticket
        await bob.join_ranked()
        start = (await hers.next("game-start")).data
        assert (await his.next("game-start")).data == start
        assert (start["game_mode"], players_of(start)) == ("ranked", [alice.id, bob.id])
        assert (await bob.user(alice.id))["status"]["game_playing"] == start["code"]
        assert (await refusal(alice.join_ranked()))[1]["code"] == "already_playing"
        match = await win(here, alice, bob)
        assert (change(match, alice), change(match, bob)) == (36, 0)

        # Then 36 beats 0: 32, which makes 68.
        await alice.join_ranked()
        await carol.join_ranked()
        await hers.next("game-start", where=lambda event: event.data["id"] != match["id"])
        match = await win(here, alice, carol)
        assert (change(match, alice), change(match, carol)) == (32, 0)

        # Then 36 beats 68: 39, and the other one loses 21.
        await here.server.book_ranked(bob.id, 1, 36)
        await bob.join_ranked()
        await alice.join_ranked()
        await his.next("game-start", where=lambda event: event.data["id"] != start["id"])
        match = await win(here, bob, alice)
        assert (change(match, bob), change(match, alice)) == (39, -21)
        assert (await total(bob), await total(alice)) == (75, 47)

        changes = (await alice.trophy_changes())["results"]
        shown = [(entry["trophies"], entry["total_trophies"]) for entry in changes]
        assert shown == [(0, 0), (36, 36), (32, 68), (-21, 47)]
        line = (await alice.stats())["ranked"]
        assert (line["game_played"], line["wins"], line["current_win_streak"]) == (3, 2, 0)
        listed = (await carol.matches(alice.id))["results"]
        assert [change(each, alice) for each in listed] == [-21, 32, 36]

    in_world(stack, play)


def test_the_hundredth_trophy_unlocks_a_picture(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, _ = await two_users(here, 80, 0)
        await alice.join_ranked()
        await bob.join_ranked()
        await hers.next("game-start")
        assert change(await win(here, alice, bob), alice) == 36
        unlocked = (await hers.next("profile-picture-unlocked", where=lambda e: e.data["id"] == 11)).data
        assert (unlocked["name"], unlocked["unlock"]) == ("Ranked Bronze", True)
        assert await total(alice) == 116

    in_world(stack, play)


def test_joining_and_leaving_the_queue_is_refused_with_the_codes_of_the_contract(stack: Stack) -> None:
    async def play(here: World) -> None:
        guest, alice, bob = await here.guest(), await here.user(), await here.user()
        await here.listen(guest)
        for call in (guest.join_ranked, guest.leave_ranked):
            status, body = await refusal(call())
            assert (status, body["code"]) == (403, "guest_not_allowed")
        status, body = await refusal(alice.join_ranked())
        assert (status, body["code"]) == (401, "sse_connection_required")
        status, body = await refusal(here.api.call("POST", "/play/ranked/"))
        assert (status, body["code"]) == (401, "not_authenticated")

        await here.listen(alice)
        status, body = await refusal(alice.leave_ranked())
        assert (status, body["code"]) == (404, "not_in_queue")
        await alice.join_ranked()
        status, body = await refusal(alice.leave_duel())
        assert (status, body["code"]) == (404, "not_in_queue")
        left = await alice.call("DELETE", "/play/ranked/")
        assert (left.status, left.body) == (204, None)

        match = await here.match(alice, bob)
        status, body = await refusal(alice.join_ranked())
        assert (status, body["code"]) == (409, "already_playing")
        await here.server.finish(match["id"], bob.id, "player-disconnect")
        await alice.join_ranked()
        await guest.become_registered()
        await guest.join_ranked()
        assert (await here.server.running_match(alice.id))["game_mode"] == "ranked"

    in_world(stack, play)


def test_a_user_waits_in_one_queue_at_a_time(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, _ = await two_users(here, 0, 0)
        await alice.join_duel()
        await alice.join_ranked()
        await bob.join_duel()
        await no_match(hers)
        assert (await refusal(alice.leave_duel()))[0] == 404
        await alice.join_duel()
        assert (await hers.next("game-start")).data["game_mode"] == "duel"
        assert (await refusal(alice.leave_ranked()))[0] == 404

    in_world(stack, play)


def test_two_waiting_users_are_matched_when_the_window_reaches_them(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here, 1000, 130)
        since = time.monotonic()
        await alice.join_ranked()
        await bob.join_ranked()
        start = await hers.next("game-start", timeout=30)  # the product's windows reach them after 20 s
        assert start.at - since >= 2 * WIDEN
        assert players_of(start.data) == [alice.id, bob.id]
        assert (await his.next("game-start")).data == start.data

    in_world(stack, play)


@pytest.mark.one_mode
def test_a_blocked_pair_waits_for_a_third_user(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here, 5000, 0)
        await alice.block(bob.id)
        await bob.join_ranked()
        await alice.join_ranked()
        await no_match(hers, 4 * WIDEN)
        carol = await with_trophies(here, 5020)
        await here.listen(carol)
        await carol.join_ranked()
        start = await his.next("game-start")
        assert players_of(start.data) == [bob.id, carol.id]
        await alice.leave_ranked()

    in_world(stack, play)


@pytest.mark.one_mode
def test_a_user_who_goes_offline_or_leaves_is_not_matched_by_the_timer(stack: Stack) -> None:
    async def play(here: World) -> None:
        # The windows of Alice and Bob reach Carol after 5 widenings: there is as much time to leave.
        alice, bob, hers, his = await two_users(here, 7000, 600)
        carol = await with_trophies(here, 7300)
        await here.listen(carol)
        for player in (alice, bob, carol):
            await player.join_ranked()
        await bob.leave_ranked()
        await hers.close()

        async def is_offline() -> bool:
            return not (await bob.user(alice.id))["status"]["is_online"]

        await until("alice is offline", is_offline)
        await no_match(his, 6 * WIDEN)
        assert (await refusal(here.server.running_match(carol.id)))[0] == 404
        await carol.leave_ranked()

    in_world(stack, play)


@pytest.mark.one_mode
def test_16_players_far_apart_at_once_all_play_within_the_time_of_their_distances(
    stack: Stack,
) -> None:
    async def play(here: World) -> None:
        totals = random.Random(3).sample(range(9_000, 9_400), 16)
        players = await asyncio.gather(*(with_trophies(here, trophies) for trophies in totals))
        streams = await asyncio.gather(*(here.listen(player) for player in players))
        joined = await asyncio.gather(*(player.join_ranked() for player in players))
        assert {ticket["game_mode"] for ticket in joined} == {"ranked"}
        starts: list[Received] = list(
            await asyncio.gather(*(stream.next("game-start", timeout=40) for stream in streams))
        )
        assert len({start.data["id"] for start in starts}) == 8
        for player, start in zip(players, starts, strict=True):
            assert player.id in players_of(start.data)
        assert {len(stream.received("game-start")) for stream in streams} == {1}

    in_world(stack, play)


@pytest.fixture(scope="module")
def real_durations() -> Iterator[Stack]:
    """A stack with the product's own settings."""
    with Stack() as made:
        yield made


def test_the_nearest_possible_opponent_is_chosen_before_the_longest_waiting(real_durations: Stack) -> None:
    async def play(here: World) -> None:
        # Alice and Bob are too far apart at first, and both near enough to Carol.
        alice, bob, hers, his = await two_users(here, 3000, 60)
        carol = await with_trophies(here, 3040)
        await here.listen(carol)
        await asyncio.gather(alice.join_ranked(), bob.join_ranked())
        await carol.join_ranked()
        assert set(players_of((await his.next("game-start")).data)) == {bob.id, carol.id}
        await no_match(hers)
        await alice.leave_ranked()

    in_world(real_durations, play)


def test_two_players_130_trophies_apart_are_matched_after_20_seconds(real_durations: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here, 400, 130)
        joined = time.monotonic()
        await alice.join_ranked()
        await asyncio.sleep(3)
        await bob.join_ranked()
        start = await hers.next("game-start", timeout=55)
        # A look that is missing is made up for by the sweep, after 60 s.
        assert 20 <= start.at - joined < 55
        assert players_of(start.data) == [alice.id, bob.id]
        assert (await his.next("game-start")).data == start.data

    in_world(real_durations, play)
