"""Lobbies through the API's functions: who gets in, who is told, when a match starts, and when a lobby ends."""

from __future__ import annotations

from typing import Any

import pytest

from shared.store import keys
from shared.store.accounts.users import read_accounts
from shared.store.base import read_item, utc_now
from shared.store.social.relations import Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts import presence
from shared.usecases.accounts.deletion import delete_account
from tests.support.calls import CONTAINER, Answer, Player, call, in_duel, made_player, open_streams, service
from tests.support.database import raw_items
from tests.support.friends import ask, befriend, block, sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import (
    ban,
    change,
    gather,
    invite,
    join,
    leave,
    make_lobby,
    members,
    ready,
    say_there,
    see,
    set_up,
)

pytestmark = pytest.mark.usefixtures("table")

NAMES = ("Alice", "Bobby", "Carol", "Dave", "Eve", "Frank", "Grace", "Heidi")


def online(count: int) -> list[Player]:
    players = [made_player(name) for name in NAMES[:count]]
    open_streams(*players)
    return players


def a_guest() -> Player:
    access = call("POST", "/auth/guest/").body["access"]
    me = call("GET", "/users/me/", access).body
    guest = Player(me["id"], me["username"], access)
    open_streams(guest)
    return guest


def refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.body["code"]) == (status, code)
    assert_whole(raw_items())


def events(*of: str) -> list[tuple[str, tuple[int, ...], Any]]:
    return [event for event in sent_events() if not of or event[0] in of]


def test_a_lobby_begins_with_its_creator_in_team_a() -> None:
    (alice,) = online(1)
    lobby = make_lobby(alice)
    assert lobby == see(alice)
    (creator,) = lobby.pop("participants")
    assert creator.items() >= {"id": alice.id, "creator": True, "team": "a", "is_ready": False}.items()
    assert creator["join_at"] == lobby["created_at"]
    del lobby["id"], lobby["created_at"]
    assert lobby == {
        "is_full": False,
        "is_ready": False,
        "code": lobby["code"],
        "max_participants": 8,
        "game_mode": "custom_game",
        "match_type": "1v1",
        "game_playing": None,
    }
    assert not events()
    assert_whole(raw_items())


def test_who_joins_gets_the_first_team_with_room_and_the_others_hear_it() -> None:
    alice, bobby, carol = online(3)
    code = make_lobby(alice)["code"]
    joined = [join(player, code).body for player in (bobby, carol)]
    assert [each["team"] for each in joined] == ["b", "spectator"]
    assert events() == [
        ("lobby-join", (alice.id,), joined[0]),
        ("lobby-join", (alice.id, bobby.id), joined[1]),
    ]
    shown = see(carol)
    assert shown["participants"][1:] == joined
    assert members(shown) == [(alice.id, "a", False), (bobby.id, "b", False), (carol.id, "spectator", False)]
    assert_whole(raw_items())


def test_a_clash_lobby_is_full_with_three_who_have_no_teams() -> None:
    alice, bobby, carol, dave = online(4)
    lobby = gather("clash", alice, bobby, carol)
    assert (lobby["is_full"], lobby["max_participants"], lobby["match_type"]) == (True, 3, "3v3")
    assert all("team" not in each for each in lobby["participants"])
    refused(join(dave, lobby["code"]), 403, "lobby_full")


def test_a_clash_is_3v3_and_nothing_else() -> None:
    (alice,) = online(1)
    answer = call("POST", "/play/lobby/", alice.access, {"game_mode": "clash", "match_type": "1v1"})
    assert (answer.status, list(answer.body)) == (400, ["match_type"])
    for body in ({}, {"game_mode": "duel"}, {"game_mode": "clash", "match_type": None}):
        assert call("POST", "/play/lobby/", alice.access, body).status == 400
    assert make_lobby(alice, "clash", match_type="3v3")["match_type"] == "3v3"


def test_who_is_in_no_lobby_finds_none_and_changes_none() -> None:
    alice, bobby = online(2)
    code = make_lobby(alice)["code"]
    refused(call("GET", "/play/lobby/", bobby.access), 404, "in_no_lobby")
    refused(set_up(bobby, match_type="3v3"), 404, "in_no_lobby")
    make_lobby(bobby)
    for answer in (
        ready(bobby, code),
        leave(bobby, code),
        ban(bobby, code, alice.id),
        invite(bobby, code, alice.id),
        say_there(bobby, code, "hello"),
    ):
        refused(answer, 403, "not_in_lobby")
    for code in ("0", "12345", "x" * 3000):
        refused(join(bobby, code), 404, "lobby_not_found")
        refused(leave(bobby, code), 403, "not_in_lobby")


def test_the_code_of_a_match_opens_no_lobby() -> None:
    alice, bobby, carol = online(3)
    in_duel(alice, bobby)
    code = call("GET", f"/users/{alice.id}/", carol.access).body["status"]["game_playing"]
    refused(join(carol, code), 404, "lobby_not_found")


def test_joining_again_changes_nothing() -> None:
    alice, bobby = online(2)
    lobby = gather("custom_game", alice, bobby)
    again = join(bobby, lobby["code"])
    assert (again.status, again.body) == (201, lobby["participants"][1])
    assert see(alice) == lobby
    assert len(events()) == 1


def test_joining_elsewhere_leaves_the_lobby_in_the_same_transaction() -> None:
    alice, bobby, carol = online(3)
    first, second = gather("custom_game", alice, bobby), make_lobby(carol)
    assert join(bobby, second["code"]).status == 201
    assert members(see(alice)) == [(alice.id, "a", False)]
    assert events("lobby-leave") == [("lobby-leave", (alice.id,), {"id": bobby.id})]
    assert call("POST", "/play/duel/", bobby.access).status == 201
    assert members(see(carol)) == [(carol.id, "a", False)]
    assert join(bobby, first["code"]).status == 201
    assert_whole(raw_items())


def test_a_match_that_a_service_makes_takes_its_players_out_of_their_lobby() -> None:
    alice, bobby, carol = online(3)
    gather("custom_game", alice, bobby, carol)
    in_duel(bobby, alice)
    assert members(see(carol)) == [(carol.id, "spectator", False)]
    assert see(carol)["participants"][0]["creator"] is True
    refused(call("GET", "/play/lobby/", alice.access), 404, "in_no_lobby")
    assert_whole(raw_items())


def test_who_plays_a_match_neither_makes_nor_joins_a_lobby() -> None:
    alice, bobby, carol = online(3)
    code = make_lobby(carol)["code"]
    in_duel(alice, bobby)
    refused(join(alice, code), 409, "already_playing")
    answer = call("POST", "/play/lobby/", alice.access, {"game_mode": "clash"})
    refused(answer, 409, "already_playing")


def test_the_registered_participant_who_joined_first_inherits_the_lobby() -> None:
    alice, bobby, carol = online(3)
    guest = a_guest()
    lobby = gather("custom_game", alice, guest, bobby, carol)
    assert leave(alice, lobby["code"]).status == 204
    rest = (guest.id, bobby.id, carol.id)
    assert events()[-2:] == [
        ("lobby-leave", rest, {"id": alice.id}),
        ("lobby-update-participant", rest, {"id": bobby.id, "creator": True}),
    ]
    assert [each["creator"] for each in see(bobby)["participants"]] == [False, True, False]
    assert_whole(raw_items())


def test_a_lobby_with_only_guests_left_ends_and_they_are_told() -> None:
    (alice,) = online(1)
    guests = [a_guest(), a_guest()]
    code = gather("custom_game", alice, *guests)["code"]
    assert leave(alice, code).status == 204
    assert events()[-1:] == [("lobby-destroy", tuple(guest.id for guest in guests), None)]
    for guest in guests:
        refused(call("GET", "/play/lobby/", guest.access), 404, "in_no_lobby")
    assert not [item for item in raw_items() if item["kind"]["S"] in ("lobby", "code")]


def test_a_guest_who_has_registered_in_the_lobby_inherits_it() -> None:
    (alice,) = online(1)
    guest = a_guest()
    code = gather("custom_game", alice, guest)["code"]
    body = {"username": "Registered", "password": "correct-horse-7"}
    assert call("PUT", "/auth/register/guest/", guest.access, body).status == 200
    assert leave(alice, code).status == 204
    assert see(guest)["participants"][0]["creator"] is True


def test_the_last_one_who_leaves_ends_the_lobby_and_frees_its_code() -> None:
    (alice,) = online(1)
    code = make_lobby(alice)["code"]
    assert leave(alice, code).status == 204
    assert not [item for item in raw_items() if item["kind"]["S"] in ("lobby", "code")]
    assert not events()
    refused(join(alice, code), 404, "lobby_not_found")


def test_going_offline_leaves_the_lobby() -> None:
    alice, bobby = online(2)
    gather("custom_game", alice, bobby)
    presence.go_offline(alice.id, CONTAINER)
    assert events()[-2:] == [
        ("lobby-leave", (bobby.id,), {"id": alice.id}),
        ("lobby-update-participant", (bobby.id,), {"id": bobby.id, "creator": True}),
    ]
    assert_whole(raw_items())


def test_a_ban_is_told_to_all_and_lasts_whoever_is_creator() -> None:
    alice, bobby, carol = online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    refused(ban(bobby, code, carol.id), 403, "not_creator")
    refused(ban(alice, code, alice.id), 403, "self_ban")
    refused(ban(alice, code, 12345), 404, "not_in_place")
    assert ban(alice, code, bobby.id).status == 204
    assert events()[-2:] == [
        ("lobby-banned", (bobby.id,), None),
        ("lobby-leave", (alice.id, carol.id), {"id": bobby.id}),
    ]
    refused(join(bobby, code), 404, "lobby_not_found")
    assert leave(alice, code).status == 204
    refused(join(bobby, code), 404, "lobby_not_found")
    refused(ban(carol, code, bobby.id), 404, "not_in_place")


def test_guests_play_along_but_lead_nothing() -> None:
    (alice,) = online(1)
    guest = a_guest()
    answer = call("POST", "/play/lobby/", guest.access, {"game_mode": "clash"})
    refused(answer, 403, "guest_not_allowed")
    code = gather("custom_game", alice, guest)["code"]
    refused(ban(guest, code, alice.id), 403, "guest_not_allowed")
    refused(invite(guest, code, alice.id), 403, "guest_not_allowed")
    refused(set_up(guest, match_type="3v3"), 403, "not_creator")
    assert say_there(guest, code, "hi").status == 201
    assert ready(guest, code).status == 200


def test_what_is_said_reaches_everybody_else() -> None:
    alice, bobby, carol = online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    answer = say_there(bobby, code, "  hello  ")
    assert (answer.status, answer.body) == (201, {"id": bobby.id, "content": "hello"})
    assert events("lobby-message") == [("lobby-message", (alice.id, carol.id), answer.body)]
    for wrong in ("", "   ", "x" * 1001):
        answer = say_there(bobby, code, wrong)
        assert (answer.status, list(answer.body)) == (400, ["content"])
    assert say_there(bobby, code, "x" * 1000).status == 201


def test_friends_are_invited_by_the_creator_with_what_is_played() -> None:
    alice, bobby, carol, dave = online(4)
    befriend(alice, bobby)
    befriend(alice, dave)
    lobby = gather("custom_game", alice, carol, dave)
    code = lobby["code"]
    refused(invite(carol, code, bobby.id), 403, "not_creator")
    refused(invite(alice, code, alice.id), 403, "self_invitation")
    refused(invite(alice, code, carol.id), 409, "already_there")
    refused(invite(alice, code, a_guest().id), 404, "user_not_found")
    refused(invite(alice, code, 12345), 404, "user_not_found")
    refused(invite(alice, code, made_player("Stranger").id), 403, "not_friends")
    assert ban(alice, code, dave.id).status == 204
    refused(invite(alice, code, dave.id), 403, "user_banned")
    assert invite(alice, code, bobby.id).status == 204
    assert set_up(alice, match_type="3v3").status == 200
    assert invite(alice, code, bobby.id).status == 204
    other = make_lobby(alice, "clash")
    assert invite(alice, other["code"], bobby.id).status == 204
    assert events("invite-1v1", "invite-3v3", "invite-clash") == [
        ("invite-1v1", (bobby.id,), {"id": lobby["id"], "code": code}),
        ("invite-3v3", (bobby.id,), {"id": lobby["id"], "code": code}),
        ("invite-clash", (bobby.id,), {"id": other["id"], "code": other["code"]}),
    ]


def test_a_block_between_a_user_and_the_creator_keeps_the_lobby_from_the_user() -> None:
    alice, bobby, carol = online(3)
    code = make_lobby(alice)["code"]
    assert block(alice, bobby).status == 201
    refused(join(bobby, code), 404, "lobby_not_found")
    assert block(carol, alice).status == 201
    refused(join(carol, code), 403, "blocked_by_you")


def test_who_is_blocked_by_the_creator_of_a_full_lobby_finds_no_lobby() -> None:
    alice, bobby, carol, dave = online(4)
    lobby = gather("clash", alice, bobby, carol)
    assert block(alice, dave).status == 201
    refused(join(dave, lobby["code"]), 404, "lobby_not_found")


def finish(match_player: Player, loser: Player) -> None:
    match = call("GET", f"/private/match/{match_player.id}/", service()).body
    body = {"user_id": loser.id, "finish_reason": "player-disconnect"}
    assert call("PATCH", f"/private/match/finish/{match['id']}/", service(), body).status == 200


def test_a_custom_game_starts_with_the_last_ready_player_and_frees_the_lobby_at_its_end() -> None:
    alice, bobby, carol = online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    refused(ready(carol, code), 403, "spectator_not_ready")
    assert ready(alice, code).body["is_ready"] is True
    assert ready(bobby, code).body["is_ready"] is True
    playing = see(carol)
    match = call("GET", f"/private/match/{alice.id}/", service()).body
    assert playing["game_playing"] == match["code"]
    assert (match["game_mode"], match["match_type"]) == ("custom_game", "1v1")
    assert [match["teams"][side]["players"][0]["id"] for side in "ab"] == [alice.id, bobby.id]
    assert not any(is_ready for _, _, is_ready in members(playing))
    assert [(name, to) for name, to, _ in events()[2:]] == [
        ("lobby-update-participant", (bobby.id, carol.id)),
        ("lobby-update-participant", (alice.id, carol.id)),
        ("game-start", (alice.id, bobby.id)),
        ("lobby-spectate-game", (carol.id,)),
    ]
    assert events("lobby-spectate-game")[0][2] == {"code": match["code"]}
    assert_whole(raw_items())
    for answer in (ready(alice, code), change(carol, code, team="a"), set_up(alice, match_type="3v3")):
        refused(answer, 403, "match_running")
    finish(alice, bobby)
    assert see(carol)["game_playing"] is None
    assert_whole(raw_items())
    assert ready(alice, code).status == ready(bobby, code).status == 200
    assert call("GET", f"/private/match/{alice.id}/", service()).body["id"] != match["id"]
    assert_whole(raw_items())


def test_three_a_side_start_when_all_six_are_ready() -> None:
    players = online(7)
    code = gather("custom_game", *players, match_type="3v3")["code"]
    assert [team for _, team, _ in members(see(players[0]))] == [*"aaabbb", "spectator"]
    for player in players[:6]:
        assert see(player)["game_playing"] is None
        assert ready(player, code).status == 200
    assert see(players[6])["game_playing"]
    (start,) = events("game-start")
    assert start[1] == tuple(player.id for player in players[:6])
    assert_whole(raw_items())


def test_who_leaves_during_the_match_of_a_lobby_plays_on_and_the_lobby_stays_consistent() -> None:
    alice, bobby, carol = online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    ready(alice, code)
    ready(bobby, code)
    assert leave(alice, code).status == 204
    assert leave(bobby, code).status == 204
    assert_whole(raw_items())
    refused(join(alice, code), 409, "already_playing")
    finish(alice, bobby)
    assert see(carol)["game_playing"] is None
    assert_whole(raw_items())


def test_a_lobby_that_ends_during_its_match_doesnt_hold_the_match_up() -> None:
    alice, bobby = online(2)
    code = gather("custom_game", alice, bobby)["code"]
    ready(alice, code)
    ready(bobby, code)
    for player in (alice, bobby):
        presence.go_offline(player.id, CONTAINER)
    assert_whole(raw_items())
    finish(alice, bobby)
    assert_whole(raw_items())


def test_teams_are_changed_while_there_is_room() -> None:
    alice, bobby, carol = online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    refused(change(carol, code, team="a"), 403, "team_full")
    answer = change(carol, code, team="red")
    assert (answer.status, list(answer.body)) == (400, ["team"])
    assert change(alice, code, is_ready=None).status == 400
    ready(alice, code)
    assert change(alice, code, team="spectator").body["is_ready"] is False
    assert change(carol, code, team="a", is_ready=True).body["team"] == "a"
    assert events()[-2:] == [
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
    before = len(events())
    assert change(carol, code).status == change(carol, code, team="a").status == 200
    assert len(events()) == before
    assert_whole(raw_items())


def test_from_3v3_to_1v1_those_beyond_one_per_team_watch() -> None:
    players = online(5)
    alice, _, carol, _, eve = players
    code = gather("custom_game", *players, match_type="3v3")["code"]
    for player in (alice, carol, eve):
        ready(player, code)
    refused(set_up(carol, match_type="1v1"), 403, "not_creator")
    answer = set_up(alice, match_type="1v1")
    assert answer.status == 200
    ids = tuple(player.id for player in players)
    assert members(answer.body) == [
        (ids[0], "a", True),
        (ids[1], "spectator", False),
        (ids[2], "spectator", False),
        (ids[3], "b", False),
        (ids[4], "spectator", False),
    ]
    assert events()[-4:] == [
        ("lobby-update", ids[1:], {"match_type": "1v1"}),
        ("lobby-update-participant", ids, {"id": ids[1], "team": "spectator"}),
        ("lobby-update-participant", ids, {"id": ids[2], "team": "spectator", "is_ready": False}),
        ("lobby-update-participant", ids, {"id": ids[4], "team": "spectator", "is_ready": False}),
    ]
    assert_whole(raw_items())


def test_a_change_that_leaves_only_ready_players_starts_the_match() -> None:
    players = online(5)
    code = gather("custom_game", *players, match_type="3v3")["code"]
    for player in (players[0], players[3]):
        ready(player, code)
    answer = set_up(players[0], match_type="1v1")
    assert answer.body["game_playing"]
    assert answer.body["game_playing"] == see(players[1])["game_playing"]
    assert events("lobby-spectate-game")[0][1] == tuple(players[n].id for n in (1, 2, 4))
    assert_whole(raw_items())


def test_a_clash_lobby_has_no_settings() -> None:
    (alice,) = online(1)
    code = make_lobby(alice, "clash")["code"]
    refused(set_up(alice, match_type="3v3"), 405, "method_not_allowed")
    answer = change(alice, code, team="a")
    assert (answer.status, list(answer.body)) == (400, ["team"])


def all_ready(lobby: dict[str, Any], *players: Player) -> None:
    for player in players:
        assert ready(player, lobby["code"]).status == 200


def kinds() -> list[str]:
    return [item["kind"]["S"] for item in raw_items()]


def test_ready_lobbies_of_three_two_and_one_play_a_clash_and_none_is_split() -> None:
    players = online(6)
    trio, pair, single = players[:3], players[3:5], players[5:]
    lobbies = [gather("clash", *group) for group in (trio, pair, single)]
    all_ready(lobbies[0], *trio)
    all_ready(lobbies[1], *pair)
    assert see(trio[0])["is_ready"] is see(pair[0])["is_ready"] is True
    assert kinds().count("group") == 2
    assert_whole(raw_items())
    all_ready(lobbies[2], *single)
    match = call("GET", f"/private/match/{players[0].id}/", service()).body
    sides = [{player["id"] for player in match["teams"][side]["players"]} for side in "ab"]
    assert sides == [{p.id for p in trio}, {p.id for p in (*pair, *single)}]
    assert (match["game_mode"], match["match_type"]) == ("clash", "3v3")
    for player in players:
        lobby = see(player)
        assert (lobby["game_playing"], lobby["is_ready"]) == (match["code"], False)
    starts = events("game-start")
    assert sorted(to for _, to, _ in starts) == sorted(
        tuple(p.id for p in group) for group in (trio, pair, single)
    )
    assert kinds().count("group") == 0
    assert_whole(raw_items())
    finish(players[0], players[3])
    assert all(see(player)["game_playing"] is None for player in players)
    assert_whole(raw_items())


def test_six_lobbies_of_one_play_a_clash() -> None:
    players = online(6)
    for player in players:
        all_ready(make_lobby(player, "clash"), player)
    assert {see(player)["game_playing"] for player in players} != {None}
    assert_whole(raw_items())


def test_a_lobby_stops_waiting_when_its_team_changes() -> None:
    alice, bobby, carol = online(3)
    lobby = gather("clash", alice, bobby)
    code = lobby["code"]
    all_ready(lobby, alice, bobby)
    assert join(carol, code).status == 201
    assert (see(alice)["is_ready"], kinds().count("group")) == (False, 0)
    assert_whole(raw_items())
    assert ready(carol, code).status == 200
    assert (see(alice)["is_ready"], kinds().count("group")) == (True, 1)
    assert change(bobby, code, is_ready=False).status == 200
    assert kinds().count("group") == 0
    assert ready(bobby, code).status == 200
    assert leave(bobby, code).status == 204
    rest = (alice.id, carol.id)
    assert events()[-3:] == [
        ("lobby-leave", rest, {"id": bobby.id}),
        ("lobby-update-participant", rest, {"id": alice.id, "is_ready": False}),
        ("lobby-update-participant", rest, {"id": carol.id, "is_ready": False}),
    ]
    assert kinds().count("group") == 0
    assert_whole(raw_items())
    all_ready(lobby, alice, carol)
    assert leave(alice, code).status == 204
    assert events()[-2:] == [
        ("lobby-leave", (carol.id,), {"id": alice.id}),
        ("lobby-update-participant", (carol.id,), {"id": carol.id, "creator": True, "is_ready": False}),
    ]
    assert_whole(raw_items())


def test_a_blocked_pair_is_never_in_one_clash() -> None:
    players = online(7)
    trio, others = players[:3], players[3:6]
    assert block(trio[2], others[0]).status == 201
    for group in (trio, others):
        all_ready(gather("clash", *group), *group)
    assert kinds().count("match") == 0
    assert kinds().count("group") == 2
    assert_whole(raw_items())


def test_a_block_after_two_lobbies_got_ready_keeps_them_apart() -> None:
    players = online(6)
    trio, others = players[:3], players[3:]
    all_ready(gather("clash", *trio), *trio)
    assert block(trio[1], others[1]).status == 201
    lobby = gather("clash", *others)
    all_ready(lobby, *others)
    assert kinds().count("match") == 0
    assert kinds().count("group") == 2


def test_a_team_with_a_block_inside_cant_get_ready_and_one_that_waits_stops() -> None:
    alice, bobby, carol = online(3)
    lobby = gather("clash", alice, bobby, carol)
    all_ready(lobby, alice, bobby, carol)
    assert kinds().count("group") == 1
    assert block(bobby, carol).status == 201
    assert (see(alice)["is_ready"], kinds().count("group")) == (False, 0)
    ids = (alice.id, bobby.id, carol.id)
    assert events("lobby-update-participant")[-3:] == [
        ("lobby-update-participant", ids, {"id": user_id, "is_ready": False}) for user_id in ids
    ]
    all_ready(lobby, alice, bobby)
    refused(ready(carol, lobby["code"]), 403, "blocked_pair")


def test_a_block_takes_the_blocked_one_from_the_blockers_lobby_and_the_blocker_from_the_others() -> None:
    alice, bobby, carol = online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    assert block(alice, bobby).status == 201
    assert events()[-2:] == [
        ("lobby-banned", (bobby.id,), None),
        ("lobby-leave", (alice.id, carol.id), {"id": bobby.id}),
    ]
    refused(call("GET", "/play/lobby/", bobby.access), 404, "in_no_lobby")
    assert block(carol, alice).status == 201
    assert events()[-1:] == [("lobby-leave", (alice.id,), {"id": carol.id})]
    refused(join(bobby, code), 404, "lobby_not_found")
    assert_whole(raw_items())


def test_two_who_block_each_other_in_the_lobby_of_a_third_stay() -> None:
    alice, bobby, carol = online(3)
    gather("custom_game", alice, bobby, carol)
    assert block(bobby, carol).status == 201
    assert len(see(alice)["participants"]) == 3
    assert_whole(raw_items())


@pytest.mark.usefixtures("large_transactions")
def test_a_deletion_leaves_the_lobby_in_one_transaction_however_much_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (alice,) = online(1)
    for n in range(20):  # these are what takes the most operations
        ask(alice, made_player(f"Friend-to-be-{n}"))
    guests = [a_guest() for _ in range(7)]
    gather("custom_game", alice, *guests)
    sizes: list[int] = []
    commit = UnitOfWork.commit

    def commit_and_count(work: UnitOfWork) -> None:
        commit(work)
        sizes.append(len(work._writes))

    monkeypatch.setattr(UnitOfWork, "commit", commit_and_count)
    relations = read_item(keys.relations(alice.id))
    assert isinstance(relations, Relations)
    delete_account(read_accounts([alice.id], utc_now())[alice.id], relations)
    assert sizes[0] <= 100, "more than a transaction of DynamoDB has room for"
    assert events("lobby-destroy") == [("lobby-destroy", tuple(guest.id for guest in guests), None)]
    assert_whole(raw_items())
