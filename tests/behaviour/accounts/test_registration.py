"""Registering, guests, and logging in."""

from __future__ import annotations

import json

import pytest
from argon2 import PasswordHasher

from shared.auth.hashing import verify_password
from shared.domain.accounts import names
from shared.domain.errors import Forbidden, Invalid, RaceLost
from shared.store.accounts.users import read_credential
from shared.usecases.accounts.registration import create_guest, register, register_guest
from tests.support.accounts import credential_of, user_of
from tests.support.calls import call
from tests.support.database import items_of, raw_items
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import finish, in_duel
from tests.support.players import PASSWORD, Player, made_player

pytestmark = pytest.mark.usefixtures("table")


def test_a_registered_account_has_the_name_password_and_defaults_of_the_contract() -> None:
    user = user_of(register("Alice", PASSWORD).id)
    assert (user.username, user.is_guest, user.trophies, user.picture) == ("Alice", False, 0, 1)
    assert user.pictures == {1}
    assert (user.accept_friend_request, user.accept_chat_from) == (True, "friends_only")
    assert verify_password(PASSWORD, credential_of("aLiCe").password_hash)
    (change,) = items_of("trophies")
    assert (change["change"]["N"], change["total"]["N"]) == ("0", "0")
    assert_whole(raw_items())


def test_no_password_is_stored_in_plain_text() -> None:
    register("Alice", PASSWORD)
    assert PASSWORD not in json.dumps(raw_items())


def test_a_guest_has_a_name_but_no_password_and_no_trophy_entry() -> None:
    guest = user_of(create_guest().id)
    assert (guest.is_guest, guest.picture) == (True, 0)
    assert guest.pictures == {0}
    assert guest.username.startswith("Guest")
    assert credential_of(guest.username).password_hash is None
    assert guest.trophy_changes == 0
    assert_whole(raw_items())


def test_a_guest_never_gets_a_name_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["Guest000001", "Guest000001", "Guest000001", "Guest0000002"])
    monkeypatch.setattr(names, "guest_name", lambda _: next(drawn))
    assert create_guest().username == "Guest000001"
    assert create_guest().username == "Guest0000002"


def test_nobody_registers_a_name_as_guests_have_it() -> None:
    with pytest.raises(Invalid) as refusal:
        register("guest000001", PASSWORD)
    assert refusal.value.fields == {"username": ["Names of 'Guest' and digits are for guests."]}


def test_a_guest_whose_drawn_names_are_all_taken_may_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(names, "guest_name", lambda _: "Guest000001")
    create_guest()
    with pytest.raises(RaceLost):
        create_guest()


@pytest.mark.parametrize("name", ["Alice", "alice", "ALICE"])
def test_a_name_that_is_taken_in_any_case_is_refused_and_nothing_is_written(name: str) -> None:
    register("Alice", PASSWORD)
    before = raw_items()
    with pytest.raises(Invalid) as refusal:
        register(name, PASSWORD)
    assert refusal.value.fields.keys() == {"username"}
    assert raw_items() == before


def test_every_fault_of_name_and_password_is_reported_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        register("a!", "1357")
    assert {field: len(texts) for field, texts in refusal.value.fields.items()} == {
        "username": 2,
        "password": 2,
    }
    assert raw_items() == []


def test_a_guest_who_registers_keeps_id_place_and_statistics() -> None:
    guest = create_guest()
    other = made_player("Bobby")
    player = Player(guest.id, guest.username, "")
    assert finish(in_duel(player, other), other).status == 200
    register_guest(user_of(guest.id), "Alice", PASSWORD)
    user = user_of(guest.id)
    assert (user.username, user.is_guest, user.picture) == ("Alice", False, 1)
    assert user.pictures >= {0, 1}, "what is unlocked is never taken back"
    assert user.statistics.line("duel").wins == 1
    assert read_credential(guest.username) is None
    assert verify_password(PASSWORD, credential_of("Alice").password_hash)
    assert_whole(raw_items())


def test_a_guest_may_register_under_their_own_name() -> None:
    guest = create_guest()
    register_guest(user_of(guest.id), guest.username, PASSWORD)
    assert verify_password(PASSWORD, credential_of(guest.username).password_hash)
    assert_whole(raw_items())


def test_registering_as_a_guest_is_for_guests() -> None:
    user = register("Alice", PASSWORD)
    with pytest.raises(Forbidden) as refusal:
        register_guest(user, "Bobby", PASSWORD)
    assert refusal.value.code == "already_registered"


def test_a_guest_cannot_register_under_a_taken_name() -> None:
    register("Alice", PASSWORD)
    guest = create_guest()
    before = raw_items()
    with pytest.raises(Invalid):
        register_guest(user_of(guest.id), "ALICE", PASSWORD)
    assert raw_items() == before


def test_a_failed_login_answers_and_computes_the_same_for_every_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    register("Alice", PASSWORD)
    guest = create_guest()
    verified: list[str] = []
    verify = PasswordHasher.verify

    def note(self: PasswordHasher, stored: str, password: str) -> bool:
        verified.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", note)
    answers = []
    for name, password in (
        ("Alice", "wrong"),
        ("nobody", PASSWORD),
        (guest.username, PASSWORD),
        ("x" * 3000, ""),
    ):
        verified.clear()
        answers.append(call("POST", "/auth/login/", body={"username": name, "password": password}))
        assert len(verified) == 1, "one verification, as for anyone else"
    assert {(answer.status, answer.body["code"]) for answer in answers} == {(401, "authentication_failed")}
    assert len({answer.body["detail"] for answer in answers}) == 1


def test_a_login_takes_the_name_in_any_case() -> None:
    register("Alice", PASSWORD)
    assert call("POST", "/auth/login/", body={"username": "aLICE", "password": PASSWORD}).status == 200


@pytest.mark.parametrize(
    "typed", [f"{PASSWORD} ", f" {PASSWORD}", PASSWORD.upper(), f"{PASSWORD}\0", PASSWORD[:-1]]
)
def test_a_password_is_compared_exactly_as_it_was_sent(typed: str) -> None:
    register("Alice", PASSWORD)
    assert call("POST", "/auth/login/", body={"username": "Alice", "password": typed}).status == 401
    assert call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD}).status == 200
