"""Duels over HTTPS and SSE, from sign-up to the end: of two players, and of a hundred at once."""

from __future__ import annotations

import asyncio

import pytest
from pong_client import ApiError

from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world, refusal, until


def test_two_players_go_from_sign_up_to_a_finished_duel(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob = await here.user(), await here.guest()
        hers, his = await here.listen(alice), await here.listen(bob)

        ticket = await alice.join_duel()
        assert ticket["game_mode"] == "duel"
        await bob.join_duel()

        match = (await hers.next("game-start")).data
        assert (await his.next("game-start")).data == match
        assert [match["teams"][side]["players"][0]["id"] for side in "ab"] == [alice.id, bob.id]
        assert (await bob.user(alice.id))["status"]["game_playing"] == match["code"]

        for player in (alice, bob):
            await here.server.connect(match["id"], player.id)
        for _ in range(2):
            await here.server.score(alice.id)
        await here.server.score(bob.id)
        final = await here.server.score(alice.id)
        assert (final["finished"], final["winner"], final["looser"]) == (True, "a", "b")

        mine, theirs = await alice.stats(), await bob.stats()
        assert mine["global"]["wins"] == mine["duel"]["wins"] == mine["duel"]["current_win_streak"] == 1
        assert (mine["duel"]["scored"], theirs["duel"]["scored"]) == (3, 1)
        assert (theirs["duel"]["game_played"], theirs["duel"]["wins"]) == (1, 0)
        for reader in (alice, bob):
            page = await reader.matches(alice.id)
            assert [found["id"] for found in page["results"]] == [match["id"]]
            assert page["results"][0]["teams"]["a"]["score"] == 3
        assert (await bob.user(alice.id))["status"]["game_playing"] is None
        assert len(hers.received("game-start")) == len(his.received("game-start")) == 1

    in_world(stack, play)


@pytest.mark.one_mode
def test_100_users_joining_at_the_same_instant_give_exactly_50_matches(stack: Stack) -> None:
    async def play(here: World) -> None:
        players = await asyncio.gather(*(here.guest() for _ in range(100)))
        streams = await asyncio.gather(*(here.listen(player) for player in players))
        joined = await asyncio.gather(*(player.join_duel() for player in players))
        assert {ticket["game_mode"] for ticket in joined} == {"duel"}

        starts = await asyncio.gather(*(stream.next("game-start", timeout=30) for stream in streams))
        pairs = [
            frozenset(start.data["teams"][side]["players"][0]["id"] for side in "ab") for start in starts
        ]
        assert len({start.data["id"] for start in starts}) == 50
        assert len({start.data["code"] for start in starts}) == 50
        assert all(player.id in pair for player, pair in zip(players, pairs, strict=True))
        assert frozenset().union(*pairs) == {player.id for player in players}
        # Events arrive in the order of commits: after this one no second start is on its way.
        await here.server.notify([player.id for player in players[:40]], "lobby-update", data={"probe": True})
        await asyncio.gather(*(stream.next("lobby-update") for stream in streams[:40]))
        assert {len(stream.received("game-start")) for stream in streams} == {1}

    in_world(stack, play)


def test_a_match_without_connections_is_void_and_its_players_are_free(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob = await here.user(), await here.user()
        await here.listen(alice)
        match = await here.server.create_match("duel", [alice.id], [bob.id])
        assert (await refusal(alice.join_duel()))[0] == 409

        async def is_void() -> bool:
            try:
                await here.server.running_match(alice.id)
            except ApiError as error:
                return error.status == 404
            return False

        await until("the match is void", is_void, 30)
        assert (await refusal(here.server.connect(match["id"], bob.id)))[0] == 404
        assert (await alice.stats())["global"]["game_played"] == 0
        assert (await alice.matches())["count"] == 0
        await alice.join_duel()

    in_world(stack, play)


@pytest.mark.one_mode
def test_an_unfinished_match_is_won_by_the_leading_side(stack: Stack, match_max_seconds: int) -> None:
    async def play(here: World) -> None:
        alice, bob = await here.user(), await here.user()
        match = await here.match(alice, bob)
        await here.server.score(bob.id)

        async def is_over() -> bool:
            return bool((await bob.matches())["count"])

        await until("the match is closed", is_over, match_max_seconds + 25)
        (result,) = (await bob.matches())["results"]
        assert (result["id"], result["winner"]) == (match["id"], "b")
        assert (await bob.stats())["duel"]["wins"] == 1

    in_world(stack, play)


def test_a_match_finished_by_many_calls_at_once_is_counted_once(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob = await here.user(), await here.user()
        match = await here.match(alice, bob)
        calls = [
            here.server.finish(match["id"], player.id, "player-disconnect") for player in (alice, bob) * 4
        ]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        refused = [outcome.status for outcome in outcomes if isinstance(outcome, ApiError)]
        assert len(refused) == 7
        assert set(refused) <= {409, 429}
        won = [(await player.stats())["duel"] for player in (alice, bob)]
        assert [line["game_played"] for line in won] == [1, 1]
        assert sum(line["wins"] for line in won) == 1

    in_world(stack, play)


def test_32_identical_sign_ups_at_once_give_one_account_and_31_clear_errors(stack: Stack) -> None:
    async def play(here: World) -> None:
        body = {"username": "Same-Name-Twice", "password": "correct-horse-7"}
        calls = (here.api.call("POST", "/auth/register/", json=body) for _ in range(32))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, ApiError)]
        assert len(refused) == 31
        assert {error.status for error in refused} == {400}
        assert all(list(error.body) == ["username"] for error in refused)
        assert (await here.api.call("POST", "/auth/login/", json=body)).status == 200

    in_world(stack, play)
