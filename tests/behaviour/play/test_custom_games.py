"""Custom games: teams, readiness, settings and matches of a lobby."""

from __future__ import annotations

import pytest

from tests.support.database import raw_items
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import (
    assert_refused,
    change_member,
    change_settings,
    gather,
    join,
    leave,
    members,
    ready,
    see,
)
from tests.support.matches import finish, running_match
from tests.support.players import go_offline, players_online

pytestmark = pytest.mark.usefixtures("table")


def test_a_custom_game_starts_with_the_last_ready_player_and_frees_the_lobby_at_its_end() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    assert_refused(ready(carol, code), 403, "spectator_not_ready")
    assert ready(alice, code).body["is_ready"] is True
    assert ready(bobby, code).body["is_ready"] is True
    playing = see(carol)
    match = running_match(alice)
    assert playing["game_playing"] == match["code"]
    assert (match["game_mode"], match["match_type"]) == ("custom_game", "1v1")
    assert [match["teams"][side]["players"][0]["id"] for side in "ab"] == [alice.id, bobby.id]
    assert not any(is_ready for _, _, is_ready in members(playing))
    assert [(name, to) for name, to, _ in sent_events()[2:]] == [
        ("lobby-update-participant", (bobby.id, carol.id)),
        ("lobby-update-participant", (alice.id, carol.id)),
        ("game-start", (alice.id, bobby.id)),
        ("lobby-spectate-game", (carol.id,)),
    ]
    assert sent_events("lobby-spectate-game")[0][2] == {"code": match["code"]}
    assert_whole(raw_items())
    for answer in (
        ready(alice, code),
        change_member(carol, code, team="a"),
        change_settings(alice, match_type="3v3"),
    ):
        assert_refused(answer, 403, "match_running")
    assert finish(running_match(alice)["id"], bobby).status == 200
    assert see(carol)["game_playing"] is None
    assert_whole(raw_items())
    assert ready(alice, code).status == ready(bobby, code).status == 200
    assert running_match(alice)["id"] != match["id"]
    assert_whole(raw_items())


def test_a_3v3_starts_when_all_six_are_ready() -> None:
    players = players_online(7)
    code = gather("custom_game", *players, match_type="3v3")["code"]
    assert [team for _, team, _ in members(see(players[0]))] == [*"aaabbb", "spectator"]
    for player in players[:6]:
        assert see(player)["game_playing"] is None
        assert ready(player, code).status == 200
    assert see(players[6])["game_playing"]
    (start,) = sent_events("game-start")
    assert start[1] == tuple(player.id for player in players[:6])
    assert_whole(raw_items())


def test_a_member_who_leaves_during_the_match_plays_on_and_the_lobby_stays_consistent() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    ready(alice, code)
    ready(bobby, code)
    assert leave(alice, code).status == 204
    assert leave(bobby, code).status == 204
    assert_whole(raw_items())
    assert_refused(join(alice, code), 409, "already_playing")
    assert finish(running_match(alice)["id"], bobby).status == 200
    assert see(carol)["game_playing"] is None
    assert_whole(raw_items())


def test_a_lobby_that_ends_during_its_match_doesnt_delay_the_match() -> None:
    alice, bobby = players_online(2)
    code = gather("custom_game", alice, bobby)["code"]
    ready(alice, code)
    ready(bobby, code)
    for player in (alice, bobby):
        go_offline(player)
    assert_whole(raw_items())
    assert finish(running_match(alice)["id"], bobby).status == 200
    assert_whole(raw_items())


def test_teams_are_changed_while_there_is_room() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    assert_refused(change_member(carol, code, team="a"), 403, "team_full")
    answer = change_member(carol, code, team="red")
    assert (answer.status, list(answer.body)) == (400, ["team"])
    assert change_member(alice, code, is_ready=None).status == 400
    ready(alice, code)
    assert change_member(alice, code, team="spectator").body["is_ready"] is False
    assert change_member(carol, code, team="a", is_ready=True).body["team"] == "a"
    assert sent_events()[-2:] == [
        (
            "lobby-update-participant",
            (bobby.id, carol.id),
            {"id": alice.id, "team": "spectator", "is_ready": False},
        ),
        (
            "lobby-update-participant",
            (alice.id, bobby.id),
            {"id": carol.id, "team": "a", "is_ready": True},
        ),
    ]
    before = len(sent_events())
    assert change_member(carol, code).status == change_member(carol, code, team="a").status == 200
    assert len(sent_events()) == before
    assert_whole(raw_items())


def test_from_3v3_to_1v1_all_but_one_per_team_become_spectators() -> None:
    players = players_online(5)
    alice, _, carol, _, eve = players
    code = gather("custom_game", *players, match_type="3v3")["code"]
    for player in (alice, carol, eve):
        ready(player, code)
    assert_refused(change_settings(carol, match_type="1v1"), 403, "not_creator")
    answer = change_settings(alice, match_type="1v1")
    assert answer.status == 200
    ids = tuple(player.id for player in players)
    assert members(answer.body) == [
        (ids[0], "a", True),
        (ids[1], "spectator", False),
        (ids[2], "spectator", False),
        (ids[3], "b", False),
        (ids[4], "spectator", False),
    ]
    assert sent_events()[-4:] == [
        ("lobby-update", ids[1:], {"match_type": "1v1"}),
        ("lobby-update-participant", ids, {"id": ids[1], "team": "spectator"}),
        ("lobby-update-participant", ids, {"id": ids[2], "team": "spectator", "is_ready": False}),
        ("lobby-update-participant", ids, {"id": ids[4], "team": "spectator", "is_ready": False}),
    ]
    assert_whole(raw_items())


def test_a_change_that_leaves_only_ready_players_starts_the_match() -> None:
    players = players_online(5)
    code = gather("custom_game", *players, match_type="3v3")["code"]
    for player in (players[0], players[3]):
        ready(player, code)
    answer = change_settings(players[0], match_type="1v1")
    assert answer.body["game_playing"]
    assert answer.body["game_playing"] == see(players[1])["game_playing"]
    assert sent_events("lobby-spectate-game")[0][1] == tuple(players[n].id for n in (1, 2, 4))
    assert_whole(raw_items())
