"""Finished matches count for every pair of friends who played in them."""

from __future__ import annotations

import itertools

import pytest

from tests.support.database import raw_items
from tests.support.friends import accept, ask, befriend, listed, remove
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import create_match, finish
from tests.support.players import Player, made_player

pytestmark = pytest.mark.usefixtures("table")

COUNTERS = ("me_win", "friend_win", "matches_play_against", "matches_played_together", "matches_won_together")


def play(mode: str, winners: list[Player], losers: list[Player]) -> None:
    match = create_match(mode, losers, winners)
    assert match.status == 201, match
    assert finish(match.body["id"], losers[0]).status == 200


def counters(player: Player, friend: Player) -> tuple[int, ...]:
    (shown,) = [entry for entry in listed(player, "friends") if entry["friend"]["id"] == friend.id]
    return tuple(shown[name] for name in COUNTERS)


def test_a_duel_of_friends_counts_on_both_sides(alice: Player, bobby: Player) -> None:
    befriend(bobby, alice)
    play("duel", [alice], [bobby])
    play("duel", [alice], [bobby])
    play("custom_game", [bobby], [alice])
    assert counters(alice, bobby) == (2, 1, 3, 0, 0)
    assert counters(bobby, alice) == (1, 2, 3, 0, 0)
    assert_whole(raw_items())


@pytest.mark.usefixtures("large_transactions")
def test_in_teams_of_three_every_pair_of_friends_counts() -> None:
    players = [made_player(f"Player-{n}") for n in range(6)]
    for one, other in itertools.combinations(players, 2):
        befriend(one, other)
    play("clash", players[:3], players[3:])
    for mine, theirs in itertools.permutations(range(6), 2):
        together, i_won, they_won = (mine < 3) == (theirs < 3), int(mine < 3), int(theirs < 3)
        expected = (0, 0, 0, 1, i_won) if together else (i_won, they_won, 1, 0, 0)
        assert counters(players[mine], players[theirs]) == expected
    assert_whole(raw_items())


def test_only_matches_that_end_during_the_friendship_count(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    befriend(alice, carol)
    play("duel", [alice], [bobby])
    request = ask(alice, bobby)
    play("duel", [alice], [bobby])
    accept(bobby, request)
    assert counters(alice, bobby) == counters(alice, carol) == (0, 0, 0, 0, 0)
    play("duel", [bobby], [alice])
    assert counters(alice, bobby) == (0, 1, 1, 0, 0)
    remove(alice, request)
    befriend(alice, bobby)
    assert counters(alice, bobby) == (0, 0, 0, 0, 0)
    assert_whole(raw_items())
