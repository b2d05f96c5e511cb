"""Changing the name, the password and the settings of an account."""

from __future__ import annotations

import pytest

from shared.auth.hashing import verify_password
from shared.domain.errors import Invalid, RaceLost
from shared.store.accounts.users import Account, read_accounts, read_credential
from shared.store.base import utc_now
from shared.usecases.accounts import credentials
from shared.usecases.accounts.profile import Changes, change_account
from shared.usecases.accounts.registration import register
from tests.support.accounts import NEW_PASSWORD, credential_of, user_of
from tests.support.calls import call
from tests.support.database import raw_items
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import PASSWORD, Player, new_guest

pytestmark = pytest.mark.usefixtures("table")


def account_of(user_id: int) -> Account:
    return read_accounts([user_id], utc_now())[user_id]


def test_a_new_name_frees_the_old_one() -> None:
    user = register("Alice", PASSWORD)
    change_account(account_of(user.id), Changes(username="Alicia"))
    assert user_of(user.id).username == "Alicia"
    assert read_credential("alice") is None
    assert verify_password(PASSWORD, credential_of("alicia").password_hash)
    register("Alice", PASSWORD)
    assert_whole(raw_items())


def test_a_name_can_change_in_case_only() -> None:
    user = register("Alice", PASSWORD)
    change_account(account_of(user.id), Changes(username="ALICE"))
    assert user_of(user.id).username == "ALICE"
    assert verify_password(PASSWORD, credential_of("alice").password_hash)
    assert_whole(raw_items())


def test_ones_own_current_name_is_refused_as_a_new_name() -> None:
    user = register("Alice", PASSWORD)
    with pytest.raises(Invalid) as refusal:
        change_account(account_of(user.id), Changes(username="Alice"))
    assert refusal.value.fields.keys() == {"username"}


def test_a_taken_name_is_refused_and_nothing_else_changes() -> None:
    register("Bobby", PASSWORD)
    user = register("Alice", PASSWORD)
    before = raw_items()
    with pytest.raises(Invalid):
        change_account(account_of(user.id), Changes(username="bobby", accept_friend_request=False))
    assert raw_items() == before


def test_a_new_password_replaces_the_old_one_and_starts_a_new_generation_of_tokens() -> None:
    user = register("Alice", PASSWORD)
    tokens = call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD}).body
    change_account(account_of(user.id), Changes(password=NEW_PASSWORD, old_password=PASSWORD))
    credential = credential_of("Alice")
    assert verify_password(NEW_PASSWORD, credential.password_hash)
    assert not verify_password(PASSWORD, credential.password_hash)
    refused = call("POST", "/auth/refresh/", body={"refresh": tokens["refresh"]})
    assert (refused.status, refused.body["code"]) == (401, "token_not_valid")
    login = call("POST", "/auth/login/", body={"username": "Alice", "password": NEW_PASSWORD})
    assert call("POST", "/auth/refresh/", body={"refresh": login.body["refresh"]}).status == 200
    assert_whole(raw_items())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (Changes(password=NEW_PASSWORD), "old_password"),
        (Changes(password=NEW_PASSWORD, old_password=""), "old_password"),
        (Changes(password=NEW_PASSWORD, old_password="not-my-password"), "old_password"),
        (Changes(password=PASSWORD, old_password=PASSWORD), "password"),
        (Changes(password="12345678", old_password=PASSWORD), "password"),
        (Changes(password="xx-alice-xx", old_password=PASSWORD), "password"),
        (Changes(password="xx-bobby-xx", old_password=PASSWORD, username="Bobby"), "password"),
    ],
)
def test_an_invalid_password_change_names_the_field_and_changes_nothing(changes: Changes, field: str) -> None:
    user = register("Alice", PASSWORD)
    before = raw_items()
    with pytest.raises(Invalid) as refusal:
        change_account(account_of(user.id), changes)
    assert refusal.value.fields.keys() == {field}
    assert raw_items() == before


def test_a_password_is_compared_to_the_new_name_when_both_change() -> None:
    user = register("Alice", PASSWORD)
    changes = Changes(password="xx-alice-xx", old_password=PASSWORD, username="Bobby")
    change_account(account_of(user.id), changes)
    assert verify_password("xx-alice-xx", credential_of("Bobby").password_hash)
    assert_whole(raw_items())


def test_settings_change_without_touching_name_or_password() -> None:
    user = register("Alice", PASSWORD)
    changes = Changes(accept_friend_request=False, accept_chat_from="none")
    shown = change_account(account_of(user.id), changes).user
    stored = user_of(user.id)
    for seen in (shown, stored):
        assert (seen.accept_friend_request, seen.accept_chat_from) == (False, "none")
    assert_whole(raw_items())


def test_a_change_after_another_rename_loses_the_race() -> None:
    user = register("Alice", PASSWORD)
    stale = account_of(user.id)
    change_account(account_of(user.id), Changes(username="Alicia"))
    for changes in (
        Changes(username="Alix"),
        Changes(accept_friend_request=False),
        Changes(password=NEW_PASSWORD, old_password=PASSWORD),
    ):
        with pytest.raises(RaceLost):
            change_account(stale, changes)
    assert_whole(raw_items())


def test_a_password_is_never_compared_with_that_of_the_names_new_owner() -> None:
    user = register("Alice", PASSWORD)
    change_account(account_of(user.id), Changes(username="Alicia"))
    with pytest.raises(RaceLost):
        credentials.confirm_password(user, PASSWORD)
    register("Alice", NEW_PASSWORD)
    with pytest.raises(RaceLost):
        credentials.confirm_password(user, PASSWORD)


@pytest.mark.parametrize(
    "field", [{"accept_friend_request": False}, {"accept_chat_from": "none"}, {"password": NEW_PASSWORD}]
)
def test_a_guest_may_change_the_name_only(field: dict[str, object]) -> None:
    guest = new_guest()
    answer = call("PATCH", "/users/me/", guest.access, {"username": "Alice", **field})
    assert (answer.status, answer.body["code"]) == (403, "guest_not_allowed")
    assert call("PATCH", "/users/me/", guest.access, {"username": "Alice"}).body["username"] == "Alice"


def test_fields_that_are_not_the_users_to_write_are_left_as_they_are(alice: Player) -> None:
    before = call("GET", "/users/me/", alice.access).body
    written = {"id": 1, "trophies": 9000, "is_guest": True, "created_at": "2020-01-01", "is_online": True}
    answer = call("PATCH", "/users/me/", alice.access, {**written, "generation": 9, "sessions": {}})
    assert answer.status == 200
    assert answer.body == call("GET", "/users/me/", alice.access).body == before
