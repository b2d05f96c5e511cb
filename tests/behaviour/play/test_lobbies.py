"""Creating, joining and leaving lobbies."""

from __future__ import annotations

import pytest

from shared.store.unit_of_work import UnitOfWork
from tests.support.calls import call
from tests.support.database import kinds, raw_items
from tests.support.deletion import delete
from tests.support.events import sent_events
from tests.support.friends import ask
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
    members,
    ready,
    say,
    see,
)
from tests.support.matches import in_duel
from tests.support.players import go_offline, guest_online, made_player, players_online

pytestmark = pytest.mark.usefixtures("table")


def test_a_lobby_begins_with_its_creator_in_team_a() -> None:
    (alice,) = players_online(1)
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
    assert not sent_events()
    assert_whole(raw_items())


def test_a_user_who_joins_gets_the_first_team_with_room_and_the_others_get_an_event() -> None:
    alice, bobby, carol = players_online(3)
    code = make_lobby(alice)["code"]
    joined = [join(player, code).body for player in (bobby, carol)]
    assert [each["team"] for each in joined] == ["b", "spectator"]
    assert sent_events() == [
        ("lobby-join", (alice.id,), joined[0]),
        ("lobby-join", (alice.id, bobby.id), joined[1]),
    ]
    shown = see(carol)
    assert shown["participants"][1:] == joined
    assert members(shown) == [(alice.id, "a", False), (bobby.id, "b", False), (carol.id, "spectator", False)]
    assert_whole(raw_items())


def test_a_user_outside_a_lobby_neither_gets_nor_changes_it() -> None:
    alice, bobby = players_online(2)
    code = make_lobby(alice)["code"]
    assert_refused(call("GET", "/play/lobby/", bobby.access), 404, "in_no_lobby")
    assert_refused(change_settings(bobby, match_type="3v3"), 404, "in_no_lobby")
    make_lobby(bobby)
    for answer in (
        ready(bobby, code),
        leave(bobby, code),
        ban(bobby, code, alice.id),
        invite(bobby, code, alice.id),
        say(bobby, code, "hello"),
    ):
        assert_refused(answer, 403, "not_in_lobby")
    for code in ("0", "12345", "x" * 3000):
        assert_refused(join(bobby, code), 404, "lobby_not_found")
        assert_refused(leave(bobby, code), 403, "not_in_lobby")


def test_the_code_of_a_match_opens_no_lobby() -> None:
    alice, bobby, carol = players_online(3)
    in_duel(alice, bobby)
    code = call("GET", f"/users/{alice.id}/", carol.access).body["status"]["game_playing"]
    assert_refused(join(carol, code), 404, "lobby_not_found")


def test_joining_again_changes_nothing() -> None:
    alice, bobby = players_online(2)
    lobby = gather("custom_game", alice, bobby)
    again = join(bobby, lobby["code"])
    assert (again.status, again.body) == (201, lobby["participants"][1])
    assert see(alice) == lobby
    assert len(sent_events()) == 1


def test_joining_elsewhere_leaves_the_lobby_in_the_same_transaction() -> None:
    alice, bobby, carol = players_online(3)
    first, second = gather("custom_game", alice, bobby), make_lobby(carol)
    assert join(bobby, second["code"]).status == 201
    assert members(see(alice)) == [(alice.id, "a", False)]
    assert sent_events("lobby-leave") == [("lobby-leave", (alice.id,), {"id": bobby.id})]
    assert call("POST", "/play/duel/", bobby.access).status == 201
    assert members(see(carol)) == [(carol.id, "a", False)]
    assert join(bobby, first["code"]).status == 201
    assert_whole(raw_items())


def test_a_match_that_a_service_creates_takes_its_players_out_of_their_lobby() -> None:
    alice, bobby, carol = players_online(3)
    gather("custom_game", alice, bobby, carol)
    in_duel(bobby, alice)
    assert members(see(carol)) == [(carol.id, "spectator", False)]
    assert see(carol)["participants"][0]["creator"] is True
    assert_refused(call("GET", "/play/lobby/", alice.access), 404, "in_no_lobby")
    assert_whole(raw_items())


def test_a_user_who_plays_a_match_neither_creates_nor_joins_a_lobby() -> None:
    alice, bobby, carol = players_online(3)
    code = make_lobby(carol)["code"]
    in_duel(alice, bobby)
    assert_refused(join(alice, code), 409, "already_playing")
    answer = call("POST", "/play/lobby/", alice.access, {"game_mode": "clash"})
    assert_refused(answer, 409, "already_playing")


def test_the_registered_member_who_joined_first_becomes_creator() -> None:
    alice, bobby, carol = players_online(3)
    guest = guest_online()
    lobby = gather("custom_game", alice, guest, bobby, carol)
    assert leave(alice, lobby["code"]).status == 204
    rest = (guest.id, bobby.id, carol.id)
    assert sent_events()[-2:] == [
        ("lobby-leave", rest, {"id": alice.id}),
        ("lobby-update-participant", rest, {"id": bobby.id, "creator": True}),
    ]
    assert [each["creator"] for each in see(bobby)["participants"]] == [False, True, False]
    assert_whole(raw_items())


def test_a_lobby_with_only_guests_left_ends_and_they_get_an_event() -> None:
    (alice,) = players_online(1)
    guests = [guest_online(), guest_online()]
    code = gather("custom_game", alice, *guests)["code"]
    assert leave(alice, code).status == 204
    assert sent_events()[-1:] == [("lobby-destroy", tuple(guest.id for guest in guests), None)]
    for guest in guests:
        assert_refused(call("GET", "/play/lobby/", guest.access), 404, "in_no_lobby")
    assert {"lobby", "code"}.isdisjoint(kinds())


def test_a_guest_who_has_registered_in_the_lobby_can_become_creator() -> None:
    (alice,) = players_online(1)
    guest = guest_online()
    code = gather("custom_game", alice, guest)["code"]
    body = {"username": "Registered", "password": "correct-horse-7"}
    assert call("PUT", "/auth/register/guest/", guest.access, body).status == 200
    assert leave(alice, code).status == 204
    assert see(guest)["participants"][0]["creator"] is True


def test_the_lobby_ends_and_frees_its_code_when_the_last_member_leaves() -> None:
    (alice,) = players_online(1)
    code = make_lobby(alice)["code"]
    assert leave(alice, code).status == 204
    assert {"lobby", "code"}.isdisjoint(kinds())
    assert not sent_events()
    assert_refused(join(alice, code), 404, "lobby_not_found")


def test_going_offline_leaves_the_lobby() -> None:
    alice, bobby = players_online(2)
    gather("custom_game", alice, bobby)
    go_offline(alice)
    assert sent_events()[-2:] == [
        ("lobby-leave", (bobby.id,), {"id": alice.id}),
        ("lobby-update-participant", (bobby.id,), {"id": bobby.id, "creator": True}),
    ]
    assert_whole(raw_items())


@pytest.mark.usefixtures("large_transactions")
def test_a_deletion_with_as_many_writes_as_possible_leaves_the_lobby_in_one_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (alice,) = players_online(1)
    for n in range(20):  # requests take the most operations
        ask(alice, made_player(f"Friend-to-be-{n}"))
    guests = [guest_online() for _ in range(7)]
    gather("custom_game", alice, *guests)
    sizes: list[int] = []
    commit = UnitOfWork.commit

    def commit_and_count(work: UnitOfWork) -> None:
        commit(work)
        sizes.append(len(work._writes))

    monkeypatch.setattr(UnitOfWork, "commit", commit_and_count)
    delete(alice)
    assert sizes[0] <= 100, "more than a transaction of DynamoDB has room for"
    assert sent_events("lobby-destroy") == [("lobby-destroy", tuple(guest.id for guest in guests), None)]
    assert_whole(raw_items())
