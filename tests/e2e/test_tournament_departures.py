"""Leaving a tournament in every way and phase: the others go on."""

from __future__ import annotations

from functools import partial

import pytest
from pong_client import ApiError

from demo.event_log import Received
from demo.game_server import FinishReason
from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.tournaments import (
    Json,
    Tournament,
    finish_match,
    open_tournament,
    retried,
    seeds_of,
)
from tests.support.e2e.world import World, in_world, refusal, until


async def seeded(tournament: Tournament) -> tuple[dict[int, int], dict[int, Player]]:
    """The seeds by user and the players by seed, once the tournament has started."""
    (start, *_) = await tournament.everyone_gets("tournament-start")
    seeds = seeds_of(start.data)
    return seeds, {seed: tournament.player(user_id) for user_id, seed in seeds.items()}


async def begun(tournament: Tournament, stage: str) -> list[Json]:
    """The matches of a stage, once it has begun; each that is played has a player, and can't become void."""

    async def shown() -> list[Json]:
        matches: list[Json] = (await tournament.reader.played_tournament(tournament.id))["matches"][stage]
        return matches

    async def has_begun() -> bool:
        return all(match["id"] or match["finish_reason"] for match in await shown())

    await until(f"the {stage} has begun", has_begun)
    matches = await shown()
    for match in matches:
        if not match["finish_reason"]:
            await retried(partial(tournament.here.server.connect, match["id"], match["user_1"]["id"]))
    return matches


async def settle(tournament: Tournament, stage: str, seeds: dict[int, int]) -> list[Json]:
    """Play every match of a stage that needs playing, and return the results; the better seed wins."""
    for match in await begun(tournament, stage):
        if not match["finish_reason"]:
            users = (match["user_1"]["id"], match["user_2"]["id"])
            await finish_match(tournament.here, match, min(users, key=lambda user_id: seeds[user_id]))
    matches: list[Json] = (await tournament.reader.played_tournament(tournament.id))["matches"][stage]
    return matches


def is_lost_by(player: Player, event: Received) -> bool:
    """Whether this event tells of the end of a match that this player has lost."""
    return bool(event.kwargs["looser"] == player.username)


async def delete(tournament: Tournament, player: Player) -> str:
    """Delete a player's account, after their match if they play one; returns the reason how their match ends."""
    reason = "game-not-played"
    try:
        await retried(player.delete_account)
    except ApiError as error:
        if error.code != "in_match":
            raise
        reason = "player-disconnect"
        match = await tournament.here.server.running_match(player.id)
        await retried(partial(tournament.here.server.finish, match["id"], player.id, "player-disconnect"))
        await retried(player.delete_account)
    tournament.left.add(player.id)
    return reason


@pytest.mark.one_mode
def test_an_account_can_be_deleted_in_every_phase_but_a_match_and_the_others_go_on(stack: Stack) -> None:
    async def play(here: World) -> None:
        tournament = await open_tournament(here, 8, 5)
        creators = tournament.streams[tournament.first.id]
        waiting, counting = tournament.players[4], await here.user()
        await delete(tournament, waiting)
        left = await creators.next("tournament-leave")
        assert (left.data, left.kwargs) == ({"id": waiting.id}, {"username": waiting.username})
        for player in (await here.user(), await here.user(), counting):
            await tournament.add(player)
        await creators.next("tournament-start-at")
        await delete(tournament, counting)
        await creators.next("tournament-start-cancel")
        for _ in range(2):
            await tournament.add(await here.user())

        seeds, by_seed = await seeded(tournament)
        reason = await delete(tournament, by_seed[1])  # before the first stage
        top, *_ = await settle(tournament, "quarter-final", seeds)
        assert (top["finish_reason"], top["winner"]) == (reason, "b")
        assert (top["score_winner"], top["score_looser"]) == (3, 0)
        assert top["user_1"] == {"id": by_seed[1].id, "username": "deleted-user"}
        reason = await delete(tournament, by_seed[2])  # between two stages
        assert await delete(tournament, by_seed[7]) == "game-not-played"  # already out
        await begun(tournament, "semi-final")
        assert (await refusal(by_seed[4].delete_account()))[1]["code"] == "in_match"
        _, lower = await settle(tournament, "semi-final", seeds)
        assert (lower["finish_reason"], lower["user_2"]["id"]) == (reason, by_seed[3].id)
        await settle(tournament, "final", seeds)
        finishes = await tournament.everyone_gets("tournament-finish")
        assert {finish.kwargs["username"] for finish in finishes} == {by_seed[3].username}

    in_world(stack, play)


@pytest.mark.one_mode
def test_a_player_who_disconnects_leaves_before_the_start_and_keeps_the_place_after_it(stack: Stack) -> None:
    async def go_offline(tournament: Tournament, player: Player) -> None:
        await tournament.streams[player.id].close()

        async def is_offline() -> bool:
            return not (await player.me())["is_online"]

        await until(f"{player.username} is offline", is_offline)
        tournament.left.add(player.id)

    async def play(here: World) -> None:
        tournament = await open_tournament(here, 8, 5)
        creators = tournament.streams[tournament.first.id]
        await go_offline(tournament, tournament.players[4])
        assert (await creators.next("tournament-leave")).data == {"id": tournament.players[4].id}
        for _ in range(3):
            await tournament.add(await here.user())
        await creators.next("tournament-start-at")
        await go_offline(tournament, tournament.players[-1])
        await creators.next("tournament-start-cancel")
        for _ in range(2):
            await tournament.add(await here.user())

        _, by_seed = await seeded(tournament)
        before, during = by_seed[8], by_seed[7]
        matches = [(await tournament.streams[by_seed[seed].id].next("game-start")).data for seed in (1, 2)]
        for match, seed in zip(matches, (1, 2), strict=True):
            await retried(partial(here.server.connect, match["id"], by_seed[seed].id))
        await retried(partial(here.server.connect, matches[1]["id"], during.id))
        for absent in (before, during):
            await go_offline(tournament, absent)
            assert (await here.server.running_match(absent.id))["finished"] is False
        shown = (await by_seed[1].tournament())["participants"]
        assert {before.id, during.id} <= {participant["id"] for participant in shown}
        reasons: tuple[FinishReason, ...] = ("player-not-connected", "player-disconnect")
        for match, absent, reason in zip(matches, (before, during), reasons, strict=True):
            await retried(partial(here.server.finish, match["id"], absent.id, reason))
            # The other two matches, to which no player connects, end meanwhile.
            result = await tournament.streams[by_seed[1].id].next(
                "tournament-match-finish", where=partial(is_lost_by, absent)
            )
            assert (result.kwargs["score_winner"], result.kwargs["finish_reason"]) == (3, reason)
        upper, *_ = await begun(tournament, "semi-final")
        assert upper["user_1"]["id"] == by_seed[1].id

    in_world(stack, play)


@pytest.mark.one_mode
def test_a_block_separates_creator_and_participant_before_the_start_only(stack: Stack) -> None:
    async def play(here: World) -> None:
        tournament = await open_tournament(here, 8, 5)
        creator, banned, blocker, third, fourth = tournament.players
        await creator.block(banned.id)
        await tournament.streams[banned.id].next("tournament-banned")
        await blocker.block(creator.id)
        for gone in (banned, blocker):
            assert (await tournament.streams[creator.id].next("tournament-leave")).data == {"id": gone.id}
        assert (await refusal(banned.join_tournament(tournament.code)))[0] == 404
        assert (await refusal(blocker.join_tournament(tournament.code)))[0] == 403
        await third.block(fourth.id)
        inside = {participant["id"] for participant in (await creator.tournament())["participants"]}
        assert inside == {creator.id, third.id, fourth.id}

        other = await open_tournament(here, 4, 4)
        seeds, by_seed = await seeded(other)
        await by_seed[1].block(by_seed[4].id)
        upper, _ = await settle(other, "semi-final", seeds)
        assert (upper["finish_reason"], upper["winner"]) == ("normal-end", "a")
        assert (upper["user_1"]["id"], upper["user_2"]["id"]) == (by_seed[1].id, by_seed[4].id)

    in_world(stack, play)


def test_a_player_who_leaves_during_a_match_loses_it_and_the_opponent_advances(stack: Stack) -> None:
    async def play(here: World) -> None:
        tournament = await open_tournament(here, 4, 4)
        (start, *_) = await tournament.everyone_gets("tournament-start")
        by_seed = {seed: user_id for user_id, seed in seeds_of(start.data).items()}
        for user_id in by_seed.values():
            match = (await tournament.streams[user_id].next("game-start")).data
            await retried(partial(here.server.connect, match["id"], user_id))
        best, last = tournament.player(by_seed[1]), tournament.player(by_seed[4])
        await retried(lambda: best.leave_tournament(tournament.code))
        result = await tournament.streams[last.id].next("tournament-match-finish")
        assert result.kwargs == {
            "winner": last.username, "looser": best.username, "score_winner": 3, "score_looser": 0,
            "finish_reason": "player-disconnect",
        }  # fmt: skip
        assert result.data["matches"]["final"][0]["user_1"]["id"] == last.id
        await tournament.streams[last.id].next("tournament-leave")
        assert (await best.stats())["tournament"]["game_played"] == 1
        await best.join_duel()
        match = await here.server.running_match(by_seed[2])
        await finish_match(here, match, by_seed[2])
        # The second semi-final's winner leaves between the stages, or as the final has just begun.
        leaver = tournament.player(by_seed[2])
        await retried(lambda: leaver.leave_tournament(tournament.code))
        final = await tournament.streams[last.id].next(
            "tournament-match-finish", where=partial(is_lost_by, leaver)
        )
        assert final.kwargs["finish_reason"] in ("game-not-played", "player-disconnect")
        assert (final.kwargs["winner"], final.kwargs["score_winner"]) == (last.username, 3)
        finish = await tournament.streams[last.id].next("tournament-finish")
        assert finish.kwargs["username"] == last.username
        assert (await last.stats())["tournament"]["tournament_wins"] == 1

    in_world(stack, play)


@pytest.mark.one_mode
def test_a_tournament_that_everyone_leaves_ends_without_a_winner(stack: Stack) -> None:
    async def play(here: World) -> None:
        tournament = await open_tournament(here, 4, 4)
        await tournament.everyone_gets("tournament-start")
        for player in tournament.players:
            await retried(partial(player.leave_tournament, tournament.code))

        async def is_over() -> bool:
            return (await tournament.first.played_tournament(tournament.id))["finish_at"] is not None

        await until("the tournament is over", is_over, 30)
        final = (await tournament.first.played_tournament(tournament.id))["matches"]["final"][0]
        assert (final["finish_reason"], final["winner"], final["user_1"]) == ("no-game", None, None)
        assert (await tournament.first.create_tournament("Another", 4))["size"] == 4

    in_world(stack, play)


@pytest.mark.one_mode
def test_the_better_seed_advances_when_neither_player_connects(stack: Stack) -> None:
    async def play(here: World) -> None:
        tournament = await open_tournament(here, 4, 4)
        (start, *_) = await tournament.everyone_gets("tournament-start")
        by_seed = {seed: user_id for user_id, seed in seeds_of(start.data).items()}
        for _ in range(3):
            results = await tournament.everyone_gets("tournament-match-finish", 40)
            assert {result.kwargs["finish_reason"] for result in results} == {"players-timeout"}
        (finish, *_) = await tournament.everyone_gets("tournament-finish")
        assert finish.kwargs["username"] == tournament.player(by_seed[1]).username
        for player in tournament.players:
            assert (await player.stats())["global"]["game_played"] == 0
            assert (await player.matches())["count"] == 0

    in_world(stack, play)
