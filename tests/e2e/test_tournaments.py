"""Tournaments from creation to history, over HTTPS and SSE."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.tournaments import (
    STAGES,
    Tournament,
    expected_events,
    open_tournament,
    play_out,
    play_stage,
    seeds_of,
)
from tests.support.e2e.world import World, in_world, refusal


async def check_history(tournament: Tournament, seeds: dict[int, int]) -> None:
    """Check a finished tournament that the best seed has won, as every user can read it."""
    played = await tournament.first.played_tournament(tournament.id)
    matches = [match for stage in played["matches"].values() for match in stage]
    assert list(played["matches"]) == list(STAGES[-(tournament.size.bit_length() - 1) :])
    assert len(matches) == tournament.size - 1
    assert all(match["finished"] for match in matches)
    assert played["finish_at"]
    byes = [match for match in matches if match["finish_reason"] == "game-not-played"]
    assert [(m["id"], m["score_winner"], m["score_looser"], m["user_2"]) for m in byes] == [
        (None, 3, 0, None)
    ] * (tournament.size - len(tournament.players))
    (best,) = [user_id for user_id, seed in seeds.items() if seed == 1]
    final = played["matches"]["final"][0]
    side = final["winner"]
    assert final["user_1" if side == "a" else "user_2"]["id"] == best
    assert (final["score_winner"], final["score_looser"]) == (3, 1)
    for player in tournament.players:
        stats = (await player.stats())["tournament"]
        assert stats["tournament_wins"] == (player.id == best)
        games = [m for m in matches if m["id"] and player.id in (m["user_1"]["id"], m["user_2"]["id"])]
        assert stats["game_played"] == len(games)
        listed = (await player.matches())["results"]
        assert {m["id"] for m in listed} == {m["id"] for m in games}
        assert all(m["tournament_id"] == tournament.id for m in listed)
        assert (await refusal(player.tournament()))[0] == 404


async def whole_run(here: World, size: int, entrants: int) -> None:
    """Play a tournament from its creation to its end, and check every event of every participant."""
    tournament = await open_tournament(here, size, entrants)
    starts = await tournament.everyone_gets("tournament-start", 60)
    started = starts[0].data
    assert all(start.data == started for start in starts)
    seeds = seeds_of(started)
    assert sorted(seeds.values()) == list(range(1, entrants + 1))
    for _ in range(size - entrants):
        byes = await tournament.everyone_gets("tournament-match-finish")
        assert {bye.kwargs["finish_reason"] for bye in byes} == {"game-not-played"}
    await play_out(tournament, seeds)
    finishes = await tournament.everyone_gets("tournament-finish")
    assert {finish.kwargs["id"] for finish in finishes} == {tournament.id}
    for joined, player in enumerate(tournament.players, 1):
        assert tournament.codes(player) == list(expected_events(size, entrants, joined, seeds[player.id])), (
            player.username
        )
    await check_history(tournament, seeds)


def test_a_tournament_of_4_is_played_to_its_end(stack: Stack) -> None:
    in_world(stack, lambda here: whole_run(here, 4, 4))


@pytest.mark.one_mode
@pytest.mark.parametrize(("size", "entrants"), [(8, 8), (8, 7), (16, 16), (16, 13)])
def test_a_tournament_of_any_size_is_played_to_its_end(stack: Stack, size: int, entrants: int) -> None:
    in_world(stack, lambda here: whole_run(here, size, entrants))


def test_every_action_before_the_start_has_its_answer_and_events(stack: Stack) -> None:
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
        await bob.invite_to_tournament(code, carol.id)
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
        await alice.ban_from_tournament(code, bob.id)
        assert (await his.next("tournament-banned")).data is None
        gone = await hers.next("tournament-leave")
        assert (gone.data, gone.kwargs) == ({"id": bob.id}, {"username": bob.username})
        assert (await refusal(bob.join_tournament(code)))[0] == 404
        assert (await refusal(bob.leave_tournament(code)))[1]["code"] == "not_in_tournament"
        assert [p["id"] for p in (await alice.tournament())["participants"]] == [alice.id, guest.id, carol.id]

        await alice.leave_tournament(code)
        await its.next("tournament-leave", where=lambda event: event.data == {"id": alice.id})
        assert (await refusal(alice.create_tournament("Another", 4)))[1]["code"] == "already_hosting"
        assert (await alice.join_tournament(code))["creator"]
        for player in (guest, carol, alice):
            await player.leave_tournament(code)
        assert (await refusal(carol.join_tournament(code)))[0] == 404
        assert (await alice.create_tournament("Another", 4))["size"] == 4

    in_world(stack, play)


@pytest.mark.one_mode
def test_the_search_shows_the_tournaments_that_a_user_can_join(stack: Stack) -> None:
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


@pytest.mark.one_mode
def test_a_started_tournament_keeps_its_possible_winners_and_admits_no_one(stack: Stack) -> None:
    async def try_everything(tournament: Tournament, late: Player, best: Player) -> None:
        status, body = await refusal(late.join_tournament(tournament.code))
        assert (status, body["code"]) == (403, "tournament_started")
        for call in (best.join_duel, partial(best.create_lobby, "clash")):
            # Between two matches, or in one.
            status, body = await refusal(call())
            assert (status, body["code"]) in {(409, "in_tournament"), (409, "already_playing")}
        status, body = await refusal(
            tournament.first.ban_from_tournament(tournament.code, tournament.players[1].id)
        )
        assert (status, body["code"]) == (403, "tournament_started")
        assert (await refusal(tournament.first.invite_to_tournament(tournament.code, late.id)))[0] == 403
        found = (await late.search_tournaments("Autumn Cup"))["results"]
        assert tournament.id not in [line["id"] for line in found]
        shown = await late.played_tournament(tournament.id)
        assert (shown["finish_at"], list(shown["matches"])) == (None, ["semi-final", "final"])

    async def play(here: World) -> None:
        late = await here.user()
        await here.listen(late)
        tournament = await open_tournament(here, 4, 4)
        (start, *_) = await tournament.everyone_gets("tournament-start")
        by_seed = {seed: tournament.player(user_id) for user_id, seed in seeds_of(start.data).items()}
        trying = asyncio.create_task(try_everything(tournament, late, by_seed[1]))
        await play_stage(tournament, "semi-final", seeds_of(start.data))
        # A player who is out may play elsewhere, or leave and come back to watch.
        await by_seed[3].join_duel()
        await tournament.streams[by_seed[1].id].next(
            "tournament-leave", where=lambda e: e.data["id"] == by_seed[3].id
        )
        await by_seed[4].leave_tournament(tournament.code)
        assert (await by_seed[4].join_tournament(tournament.code))["still_in"] is False
        await trying

    in_world(stack, play)
