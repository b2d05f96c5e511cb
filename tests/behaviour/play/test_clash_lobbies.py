"""Clash lobbies: readiness, waiting, matches and blocks."""

from __future__ import annotations

import pytest

from tests.support.calls import call
from tests.support.database import kinds, raw_items
from tests.support.events import sent_events
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import (
    all_ready,
    assert_refused,
    change_member,
    change_settings,
    gather,
    join,
    leave,
    make_lobby,
    ready,
    see,
)
from tests.support.matches import finish, running_match
from tests.support.players import players_online

pytestmark = pytest.mark.usefixtures("table")


def test_a_clash_lobby_is_full_with_three_members_and_has_no_teams() -> None:
    alice, bobby, carol, dave = players_online(4)
    lobby = gather("clash", alice, bobby, carol)
    assert (lobby["is_full"], lobby["max_participants"], lobby["match_type"]) == (True, 3, "3v3")
    assert all("team" not in each for each in lobby["participants"])
    assert_refused(join(dave, lobby["code"]), 403, "lobby_full")


def test_a_clash_is_always_3v3() -> None:
    (alice,) = players_online(1)
    answer = call("POST", "/play/lobby/", alice.access, {"game_mode": "clash", "match_type": "1v1"})
    assert (answer.status, list(answer.body)) == (400, ["match_type"])
    for body in ({}, {"game_mode": "duel"}, {"game_mode": "clash", "match_type": None}):
        assert call("POST", "/play/lobby/", alice.access, body).status == 400
    assert make_lobby(alice, "clash", match_type="3v3")["match_type"] == "3v3"


def test_a_clash_lobby_has_no_settings() -> None:
    (alice,) = players_online(1)
    code = make_lobby(alice, "clash")["code"]
    assert_refused(change_settings(alice, match_type="3v3"), 405, "method_not_allowed")
    answer = change_member(alice, code, team="a")
    assert (answer.status, list(answer.body)) == (400, ["team"])


def test_ready_lobbies_of_three_two_and_one_play_a_clash_and_none_is_split() -> None:
    players = players_online(6)
    trio, pair, single = players[:3], players[3:5], players[5:]
    lobbies = [gather("clash", *group) for group in (trio, pair, single)]
    all_ready(lobbies[0], *trio)
    all_ready(lobbies[1], *pair)
    assert see(trio[0])["is_ready"] is see(pair[0])["is_ready"] is True
    assert kinds().count("group") == 2
    assert_whole(raw_items())
    all_ready(lobbies[2], *single)
    match = running_match(players[0])
    sides = [{player["id"] for player in match["teams"][side]["players"]} for side in "ab"]
    assert sides == [{p.id for p in trio}, {p.id for p in (*pair, *single)}]
    assert (match["game_mode"], match["match_type"]) == ("clash", "3v3")
    for player in players:
        lobby = see(player)
        assert (lobby["game_playing"], lobby["is_ready"]) == (match["code"], False)
    starts = sent_events("game-start")
    assert sorted(to for _, to, _ in starts) == sorted(
        tuple(p.id for p in group) for group in (trio, pair, single)
    )
    assert kinds().count("group") == 0
    assert_whole(raw_items())
    assert finish(match["id"], players[3]).status == 200
    assert all(see(player)["game_playing"] is None for player in players)
    assert_whole(raw_items())


def test_six_lobbies_of_one_play_a_clash() -> None:
    players = players_online(6)
    for player in players:
        all_ready(make_lobby(player, "clash"), player)
    assert {see(player)["game_playing"] for player in players} != {None}
    assert_whole(raw_items())


def test_a_lobby_stops_waiting_when_its_team_changes() -> None:
    alice, bobby, carol = players_online(3)
    lobby = gather("clash", alice, bobby)
    code = lobby["code"]
    all_ready(lobby, alice, bobby)
    assert join(carol, code).status == 201
    assert (see(alice)["is_ready"], kinds().count("group")) == (False, 0)
    assert_whole(raw_items())
    assert ready(carol, code).status == 200
    assert (see(alice)["is_ready"], kinds().count("group")) == (True, 1)
    assert change_member(bobby, code, is_ready=False).status == 200
    assert kinds().count("group") == 0
    assert ready(bobby, code).status == 200
    assert leave(bobby, code).status == 204
    rest = (alice.id, carol.id)
    assert sent_events()[-3:] == [
        ("lobby-leave", rest, {"id": bobby.id}),
        ("lobby-update-participant", rest, {"id": alice.id, "is_ready": False}),
        ("lobby-update-participant", rest, {"id": carol.id, "is_ready": False}),
    ]
    assert kinds().count("group") == 0
    assert_whole(raw_items())
    all_ready(lobby, alice, carol)
    assert leave(alice, code).status == 204
    assert sent_events()[-2:] == [
        ("lobby-leave", (carol.id,), {"id": alice.id}),
        ("lobby-update-participant", (carol.id,), {"id": carol.id, "creator": True, "is_ready": False}),
    ]
    assert_whole(raw_items())


def test_a_blocked_pair_never_plays_the_same_clash() -> None:
    players = players_online(7)
    trio, others = players[:3], players[3:6]
    assert block(trio[2], others[0]).status == 201
    for group in (trio, others):
        all_ready(gather("clash", *group), *group)
    assert kinds().count("match") == 0
    assert kinds().count("group") == 2
    assert_whole(raw_items())


def test_a_block_after_two_lobbies_got_ready_keeps_them_apart() -> None:
    players = players_online(6)
    trio, others = players[:3], players[3:]
    all_ready(gather("clash", *trio), *trio)
    assert block(trio[1], others[1]).status == 201
    lobby = gather("clash", *others)
    all_ready(lobby, *others)
    assert kinds().count("match") == 0
    assert kinds().count("group") == 2


def test_a_block_inside_a_clash_lobby_stops_it_from_waiting_and_from_getting_ready() -> None:
    alice, bobby, carol = players_online(3)
    lobby = gather("clash", alice, bobby, carol)
    all_ready(lobby, alice, bobby, carol)
    assert kinds().count("group") == 1
    assert block(bobby, carol).status == 201
    assert (see(alice)["is_ready"], kinds().count("group")) == (False, 0)
    ids = (alice.id, bobby.id, carol.id)
    assert sent_events("lobby-update-participant")[-3:] == [
        ("lobby-update-participant", ids, {"id": user_id, "is_ready": False}) for user_id in ids
    ]
    all_ready(lobby, alice, bobby)
    assert_refused(ready(carol, lobby["code"]), 403, "blocked_pair")
