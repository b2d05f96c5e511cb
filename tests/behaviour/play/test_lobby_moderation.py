"""Bans, invitations, messages, guests and blocks in lobbies."""

from __future__ import annotations

import pytest

from tests.support.calls import call
from tests.support.database import raw_items
from tests.support.events import sent_events
from tests.support.friends import befriend, block, unblock
from tests.support.invariants.whole_table import assert_whole
from tests.support.lobbies import (
    assert_refused,
    ban,
    change_settings,
    gather,
    invite,
    join,
    leave,
    make_lobby,
    ready,
    say,
    see,
)
from tests.support.players import guest_online, made_player, players_online

pytestmark = pytest.mark.usefixtures("table")


def test_a_ban_is_sent_to_all_and_outlasts_the_creator() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    assert_refused(ban(bobby, code, carol.id), 403, "not_creator")
    assert_refused(ban(alice, code, alice.id), 403, "self_ban")
    assert_refused(ban(alice, code, 12345), 404, "not_in_place")
    assert ban(alice, code, bobby.id).status == 204
    assert sent_events()[-2:] == [
        ("lobby-banned", (bobby.id,), None),
        ("lobby-leave", (alice.id, carol.id), {"id": bobby.id}),
    ]
    assert_refused(join(bobby, code), 404, "lobby_not_found")
    assert leave(alice, code).status == 204
    assert_refused(join(bobby, code), 404, "lobby_not_found")
    assert_refused(ban(carol, code, bobby.id), 404, "not_in_place")


def test_guests_play_and_write_but_cannot_create_ban_or_invite() -> None:
    (alice,) = players_online(1)
    guest = guest_online()
    answer = call("POST", "/play/lobby/", guest.access, {"game_mode": "clash"})
    assert_refused(answer, 403, "guest_not_allowed")
    code = gather("custom_game", alice, guest)["code"]
    assert_refused(ban(guest, code, alice.id), 403, "guest_not_allowed")
    assert_refused(invite(guest, code, alice.id), 403, "guest_not_allowed")
    assert_refused(change_settings(guest, match_type="3v3"), 403, "not_creator")
    assert say(guest, code, "hi").status == 201
    assert ready(guest, code).status == 200


def test_a_message_reaches_every_other_member() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    answer = say(bobby, code, "  hello  ")
    assert (answer.status, answer.body) == (201, {"id": bobby.id, "content": "hello"})
    assert sent_events("lobby-message") == [("lobby-message", (alice.id, carol.id), answer.body)]
    for wrong in ("", "   ", "x" * 1001, "\u200b", "a\u2066b"):
        answer = say(bobby, code, wrong)
        assert (answer.status, list(answer.body)) == (400, ["content"])
    assert say(bobby, code, "x" * 1000).status == 201


@pytest.mark.parametrize("when", ["before both come", "while both are there", "while one is elsewhere"])
def test_a_message_in_a_third_users_lobby_does_not_cross_a_block(when: str) -> None:
    alice, bobby, carol = players_online(3)
    if when == "before both come":
        block(alice, bobby)
    code = gather("custom_game", carol, alice)["code"]
    if when == "while one is elsewhere":
        made = block(alice, bobby)
    assert join(bobby, code).status == 201
    if when == "while both are there":
        made = block(alice, bobby)
    for author, other in ((alice, bobby), (bobby, alice), (carol, None)):
        assert say(author, code, f"from {author.id}").status == 201
        (_, receivers, _) = sent_events("lobby-message")[-1]
        assert set(receivers) == {p.id for p in (alice, bobby, carol)} - {author.id, other.id if other else 0}
    assert_whole(raw_items())

    if when != "before both come":
        assert unblock(alice, made.body["id"]).status == 204
        say(bobby, code, "hello again")
        assert sent_events("lobby-message")[-1][1] == (carol.id, alice.id)
    assert_whole(raw_items())


def test_unblocking_lifts_the_ban_that_the_block_made_and_no_ban_by_hand() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    blocked = block(alice, bobby).body["id"]
    assert_refused(join(bobby, code), 404, "lobby_not_found")
    assert unblock(alice, blocked).status == 204
    assert join(bobby, code).status == 201

    assert ban(alice, code, carol.id).status == 204
    blocked = block(alice, carol).body["id"]
    assert unblock(alice, blocked).status == 204
    assert_refused(join(carol, code), 404, "lobby_not_found")


def test_the_creator_invites_friends_to_the_mode_that_is_set() -> None:
    alice, bobby, carol, dave = players_online(4)
    befriend(alice, bobby)
    befriend(alice, dave)
    lobby = gather("custom_game", alice, carol, dave)
    code = lobby["code"]
    assert_refused(invite(carol, code, bobby.id), 403, "not_creator")
    assert_refused(invite(alice, code, alice.id), 403, "self_invitation")
    assert_refused(invite(alice, code, carol.id), 409, "already_there")
    assert_refused(invite(alice, code, guest_online().id), 404, "user_not_found")
    assert_refused(invite(alice, code, 12345), 404, "user_not_found")
    assert_refused(invite(alice, code, made_player("Stranger").id), 403, "not_friends")
    assert ban(alice, code, dave.id).status == 204
    assert_refused(invite(alice, code, dave.id), 403, "user_banned")
    assert invite(alice, code, bobby.id).status == 204
    assert change_settings(alice, match_type="3v3").status == 200
    assert invite(alice, code, bobby.id).status == 204
    other = make_lobby(alice, "clash")
    assert invite(alice, other["code"], bobby.id).status == 204
    assert sent_events("invite-1v1", "invite-3v3", "invite-clash") == [
        ("invite-1v1", (bobby.id,), {"id": lobby["id"], "code": code}),
        ("invite-3v3", (bobby.id,), {"id": lobby["id"], "code": code}),
        ("invite-clash", (bobby.id,), {"id": other["id"], "code": other["code"]}),
    ]


def test_a_block_between_a_user_and_the_creator_keeps_the_lobby_from_the_user() -> None:
    alice, bobby, carol = players_online(3)
    code = make_lobby(alice)["code"]
    assert block(alice, bobby).status == 201
    assert_refused(join(bobby, code), 404, "lobby_not_found")
    assert block(carol, alice).status == 201
    assert_refused(join(carol, code), 403, "blocked_by_you")


def test_a_user_blocked_by_the_creator_of_a_full_lobby_finds_no_lobby() -> None:
    alice, bobby, carol, dave = players_online(4)
    lobby = gather("clash", alice, bobby, carol)
    assert block(alice, dave).status == 201
    assert_refused(join(dave, lobby["code"]), 404, "lobby_not_found")


def test_a_block_takes_the_blocked_user_out_of_the_blockers_lobby_and_the_blocker_out_of_the_others() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("custom_game", alice, bobby, carol)["code"]
    assert block(alice, bobby).status == 201
    assert sent_events()[-2:] == [
        ("lobby-banned", (bobby.id,), None),
        ("lobby-leave", (alice.id, carol.id), {"id": bobby.id}),
    ]
    assert_refused(call("GET", "/play/lobby/", bobby.access), 404, "in_no_lobby")
    assert block(carol, alice).status == 201
    assert sent_events()[-1:] == [("lobby-leave", (alice.id,), {"id": carol.id})]
    assert_refused(join(bobby, code), 404, "lobby_not_found")
    assert_whole(raw_items())


def test_a_block_between_two_members_who_arent_creator_changes_nothing() -> None:
    alice, bobby, carol = players_online(3)
    gather("custom_game", alice, bobby, carol)
    assert block(bobby, carol).status == 201
    assert len(see(alice)["participants"]) == 3
    assert_whole(raw_items())
