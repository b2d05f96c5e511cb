"""A match that is removed without a result tells its players."""

from __future__ import annotations

import pytest

from shared.store.play.clock_queue import CLOSE, CONNECT
from tests.support.calls import call
from tests.support.database import items_of, raw_items
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import all_ready, change_member, gather
from tests.support.matches import clock_arrives, in_duel, running_match
from tests.support.players import players_online
from tests.support.tournaments import gather as gather_tournament
from tests.support.tournaments import state_of, step

pytestmark = pytest.mark.usefixtures("table")


def partitions_of(code: str) -> set[str]:
    return {item["pk"]["S"] for item in items_of("outbox") if f'"{code}"' in item["entries"]["S"]}


def test_both_players_hear_that_no_player_has_come() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    code = running_match(alice)["code"]
    assert clock_arrives(CONNECT, match_id) == "ended"
    ((event, to, data),) = sent_events("game-void")
    assert (event, set(to), data) == ("game-void", {alice.id, bobby.id}, {"id": match_id, "code": code})
    assert call("GET", "/users/me/", alice.access).status == 200
    assert clock_arrives(CONNECT, match_id) == "over"
    assert len(sent_events("game-void")) == 1
    assert_whole(raw_items())


def test_both_players_hear_of_a_tie_at_the_end_of_the_longest_match() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    clock_arrives(CLOSE, match_id)
    assert [data["id"] for _, _, data in sent_events("game-void")] == [match_id]


def test_players_of_a_lobby_hear_it_where_they_heard_of_the_start() -> None:
    players = players_online(3)
    lobby = gather("custom_game", *players)
    for player, team in zip(players, ("a", "b", "spectator"), strict=True):
        change_member(player, lobby["code"], team=team)
    all_ready(lobby, *players[:2])
    clock_arrives(CONNECT, running_match(players[0])["id"])
    receivers = [user_id for _, to, _ in sent_events("game-void") for user_id in to]
    assert sorted(receivers) == sorted(player.id for player in players[:2])
    assert partitions_of("game-void") == partitions_of("game-start") == {f"LOBBY#{lobby['id']}"}
    assert_whole(raw_items())


def test_players_of_a_tournament_hear_it_where_they_heard_of_the_start() -> None:
    _, made = gather_tournament(4, 4)
    step("start", made["id"])
    step("play-stage", made["id"], stage=3, token="semi")
    (pairing, _) = state_of(made["id"]).drawn.running()
    assert pairing.game
    clock_arrives(CONNECT, pairing.game.id)
    ((_, to, data),) = sent_events("game-void")
    assert (set(to), data["id"]) == (set(pairing.users), pairing.game.id)
    assert partitions_of("game-void") == {f"TOURNAMENT#{made['id']}"}
    assert_whole(raw_items())
