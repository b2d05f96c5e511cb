"""Whoever goes away from a tournament, in whatever way and whenever: the others go on."""

from __future__ import annotations

from functools import partial

import pytest

from demo.api import ApiError
from demo.player import FinishReason, Player
from infra.local.stack import Stack
from tests.support.e2e.tournaments import (
    Cup,
    Json,
    finish_match,
    open_cup,
    patiently,
    seeds_of,
)
from tests.support.e2e.world import World, in_world, refusal, until


async def seeded(cup: Cup) -> tuple[dict[int, int], dict[int, Player]]:
    """The seeds by user and the players by seed, once the tournament has started."""
    (start, *_) = await cup.everyone_gets("tournament-start")
    seeds = seeds_of(cup, start.data)
    return seeds, {seed: cup.player(user_id) for user_id, seed in seeds.items()}


async def begun(cup: Cup, stage: str) -> list[Json]:
    """The matches of a stage, once it has begun."""

    async def shown() -> list[Json]:
        matches: list[Json] = (await cup.reader.played_tournament(cup.id))["matches"][stage]
        return matches

    async def has_begun() -> bool:
        return all(match["id"] or match["finish_reason"] for match in await shown())

    await until(f"the {stage} has begun", has_begun)
    return await shown()


async def settle(cup: Cup, stage: str, seeds: dict[int, int]) -> list[Json]:
    """The results of a stage, all of which is played that is to be played; the better seed wins."""
    for match in await begun(cup, stage):
        if not match["finish_reason"]:
            users = (match["user_1"]["id"], match["user_2"]["id"])
            await finish_match(cup.here, match, min(users, key=lambda user_id: seeds[user_id]))
    matches: list[Json] = (await cup.reader.played_tournament(cup.id))["matches"][stage]
    return matches


async def delete(cup: Cup, player: Player) -> str:
    """Delete a player's account, which in a match has to wait for its end. How their next match ends by that."""
    reason = "game-not-played"
    try:
        await patiently(player.delete_account)
    except ApiError as error:
        if error.code != "in_match":
            raise
        reason = "player-disconnect"
        match = await cup.here.server.running_match(player.id)
        await patiently(partial(cup.here.server.finish, match["id"], player.id, "player-disconnect"))
        await patiently(player.delete_account)
    cup.left.add(player.id)
    return reason


@pytest.mark.one_mode
def test_an_account_can_be_deleted_in_every_phase_but_a_match_and_the_others_go_on(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 8, 5)
        told = cup.streams[cup.first.id]
        waiting, counting = cup.players[4], await here.user()
        await delete(cup, waiting)
        left = await told.next("tournament-leave")
        assert (left.data, left.kwargs) == ({"id": waiting.id}, {"username": waiting.username})
        for player in (await here.user(), await here.user(), counting):
            await cup.add(player)
        await told.next("tournament-start-at")
        await delete(cup, counting)
        await told.next("tournament-start-cancel")
        for _ in range(2):
            await cup.add(await here.user())

        seeds, by_seed = await seeded(cup)
        reason = await delete(cup, by_seed[1])  # before the first stage
        top, *_ = await settle(cup, "quarter-final", seeds)
        assert (top["finish_reason"], top["winner"]) == (reason, "b")
        assert (top["score_winner"], top["score_looser"]) == (3, 0)
        assert top["user_1"] == {"id": by_seed[1].id, "username": "deleted-user"}
        reason = await delete(cup, by_seed[2])  # between two stages
        assert await delete(cup, by_seed[7]) == "game-not-played"  # who is out
        await begun(cup, "semi-final")
        assert (await refusal(by_seed[4].delete_account()))[1]["code"] == "in_match"
        _, lower = await settle(cup, "semi-final", seeds)
        assert (lower["finish_reason"], lower["user_2"]["id"]) == (reason, by_seed[3].id)
        await settle(cup, "final", seeds)
        finishes = await cup.everyone_gets("tournament-finish")
        assert {finish.kwargs["username"] for finish in finishes} == {by_seed[3].username}

    in_world(stack, play)


@pytest.mark.one_mode
def test_who_disconnects_leaves_before_the_start_and_is_waited_for_after_it(stack: Stack) -> None:
    async def go_offline(cup: Cup, player: Player) -> None:
        await cup.streams[player.id].close()

        async def is_offline() -> bool:
            return not (await player.me())["is_online"]

        await until(f"{player.username} is offline", is_offline)
        cup.left.add(player.id)

    async def play(here: World) -> None:
        cup = await open_cup(here, 8, 5)
        told = cup.streams[cup.first.id]
        await go_offline(cup, cup.players[4])
        assert (await told.next("tournament-leave")).data == {"id": cup.players[4].id}
        for _ in range(3):
            await cup.add(await here.user())
        await told.next("tournament-start-at")
        await go_offline(cup, cup.players[-1])
        await told.next("tournament-start-cancel")
        for _ in range(2):
            await cup.add(await here.user())

        _, by_seed = await seeded(cup)
        before, during = by_seed[8], by_seed[7]
        matches = [(await cup.streams[by_seed[seed].id].next("game-start")).data for seed in (1, 2)]
        for match, seed in zip(matches, (1, 2), strict=True):
            await patiently(partial(here.server.connect, match["id"], by_seed[seed].id))
        await patiently(partial(here.server.connect, matches[1]["id"], during.id))
        for absent in (before, during):
            await go_offline(cup, absent)
            assert (await here.server.running_match(absent.id))["finished"] is False
        shown = (await by_seed[1].tournament())["participants"]
        assert {before.id, during.id} <= {participant["id"] for participant in shown}
        reasons: tuple[FinishReason, ...] = ("player-not-connected", "player-disconnect")
        for match, absent, reason in zip(matches, (before, during), reasons, strict=True):
            await patiently(partial(here.server.finish, match["id"], absent.id, reason))
            result = await cup.streams[by_seed[1].id].next("tournament-match-finish")
            assert result.kwargs["looser"] == absent.username
            assert (result.kwargs["score_winner"], result.kwargs["finish_reason"]) == (3, reason)
        upper, *_ = await begun(cup, "semi-final")
        assert upper["user_1"]["id"] == by_seed[1].id

    in_world(stack, play)


@pytest.mark.one_mode
def test_a_block_parts_creator_and_participant_before_the_start_and_nobody_after_it(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 8, 5)
        creator, banned, blocker, third, fourth = cup.players
        await creator.block(banned.id)
        await cup.streams[banned.id].next("tournament-banned")
        await blocker.block(creator.id)
        for gone in (banned, blocker):
            assert (await cup.streams[creator.id].next("tournament-leave")).data == {"id": gone.id}
        assert (await refusal(banned.join_tournament(cup.code)))[0] == 404
        assert (await refusal(blocker.join_tournament(cup.code)))[0] == 403
        await third.block(fourth.id)
        inside = {participant["id"] for participant in (await creator.tournament())["participants"]}
        assert inside == {creator.id, third.id, fourth.id}

        other = await open_cup(here, 4, 4)
        seeds, by_seed = await seeded(other)
        await by_seed[1].block(by_seed[4].id)
        upper, _ = await settle(other, "semi-final", seeds)
        assert (upper["finish_reason"], upper["winner"]) == ("normal-end", "a")
        assert (upper["user_1"]["id"], upper["user_2"]["id"]) == (by_seed[1].id, by_seed[4].id)

    in_world(stack, play)


def test_who_leaves_during_a_match_loses_it_and_the_opponent_goes_on(stack: Stack) -> None:
    async def play(here: World) -> None:
        cup = await open_cup(here, 4, 4)
        (start, *_) = await cup.everyone_gets("tournament-start")
        by_seed = {seed: user_id for user_id, seed in seeds_of(cup, start.data).items()}
        for user_id in by_seed.values():
            match = (await cup.streams[user_id].next("game-start")).data
            await patiently(partial(here.server.connect, match["id"], user_id))
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


@pytest.mark.one_mode
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


@pytest.mark.one_mode
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
