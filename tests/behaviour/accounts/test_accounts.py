"""Accounts in the table: made, renamed, secured, deleted; names unique all along."""

from __future__ import annotations

import json
from typing import Any

import pytest
from argon2 import PasswordHasher

from shared.auth.hashing import verify_password
from shared.domain.accounts import names
from shared.domain.errors import Forbidden, Invalid, RaceLost, Throttled, Unauthenticated
from shared.store import keys
from shared.store.accounts.users import Account, Credential, User, read_accounts, read_credential, read_user
from shared.store.base import connection, read_item, utc_now
from shared.store.play.matches import TrophyChange
from shared.store.social.relations import Relations
from shared.usecases import rerun
from shared.usecases.accounts import credentials, deletion
from shared.usecases.accounts.deletion import ErasureScope, delete_account, erase
from shared.usecases.accounts.profile import Changes, change_account
from shared.usecases.accounts.registration import create_guest, register, register_guest
from tests.support.calls import PASSWORD, Player, call, in_duel, made_player, open_streams, service
from tests.support.database import raw_items
from tests.support.invariants.whole_table import assert_whole

pytestmark = pytest.mark.usefixtures("table")

NEW_PASSWORD = "another-horse-8"


def account_of(user_id: int) -> Account:
    return read_accounts([user_id], utc_now())[user_id]


def delete(player_id: int) -> None:
    relations = read_item(keys.relations(player_id))
    assert isinstance(relations, Relations)
    delete_account(account_of(player_id), relations)


def user_of(user_id: int) -> User:
    user = read_user(user_id)
    assert user is not None
    return user


def credential_of(name: str) -> Credential:
    credential = read_credential(name)
    assert credential is not None
    return credential


def test_a_registered_account_is_what_the_contract_says_of_a_new_one() -> None:
    user = user_of(register("Alice", PASSWORD).id)
    assert (user.username, user.is_guest, user.trophies, user.picture) == ("Alice", False, 0, 1)
    assert user.pictures == {1}
    assert (user.accept_friend_request, user.accept_chat_from) == (True, "friends_only")
    assert verify_password(PASSWORD, credential_of("aLiCe").password_hash)
    (change,) = [item for item in raw_items() if item["kind"]["S"] == "trophies"]
    assert (change["change"]["N"], change["total"]["N"]) == ("0", "0")
    assert_whole(raw_items())


def test_no_password_is_stored_as_it_is() -> None:
    register("Alice", PASSWORD)
    assert PASSWORD not in json.dumps(raw_items())


def test_a_guest_has_a_name_but_no_password_and_no_trophy_entry() -> None:
    guest = user_of(create_guest().id)
    assert (guest.is_guest, int(guest.picture)) == (True, 0)
    assert guest.pictures == {0}
    assert guest.username.startswith("Guest")
    assert credential_of(guest.username).password_hash is None
    assert int(guest.trophy_changes) == 0
    assert_whole(raw_items())


def test_a_guest_never_gets_a_name_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    register("guest000001", PASSWORD)
    drawn = iter(["Guest000001", "Guest000001", "Guest000002"])
    monkeypatch.setattr(names, "guest_name", lambda: next(drawn))
    assert create_guest().username == "Guest000002"


def test_where_every_drawn_guest_name_is_taken_the_caller_may_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(names, "guest_name", lambda: "Guest000001")
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


def test_all_that_is_wrong_with_name_and_password_is_told_at_once() -> None:
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
    match_id = in_duel(player, other)
    body = {"user_id": other.id, "finish_reason": "player-disconnect"}
    assert call("PATCH", f"/private/match/finish/{match_id}/", service(), body).status == 200
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


def test_a_guest_cannot_register_under_another_s_name() -> None:
    register("Alice", PASSWORD)
    guest = create_guest()
    before = raw_items()
    with pytest.raises(Invalid):
        register_guest(user_of(guest.id), "ALICE", PASSWORD)
    assert raw_items() == before


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


def test_one_s_own_present_name_is_no_change() -> None:
    user = register("Alice", PASSWORD)
    with pytest.raises(Invalid) as refusal:
        change_account(account_of(user.id), Changes(username="Alice"))
    assert refusal.value.fields.keys() == {"username"}


def test_another_s_name_is_refused_and_nothing_else_changes() -> None:
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
def test_a_password_change_that_will_not_do_names_the_field_and_changes_nothing(
    changes: Changes, field: str
) -> None:
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


def test_whoever_was_overtaken_by_a_rename_loses() -> None:
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


def test_a_password_is_never_compared_with_the_one_of_whoever_has_the_name_now() -> None:
    user = register("Alice", PASSWORD)
    change_account(account_of(user.id), Changes(username="Alicia"))
    with pytest.raises(RaceLost):
        credentials.confirm_password(user, PASSWORD)
    register("Alice", NEW_PASSWORD)
    with pytest.raises(RaceLost):
        credentials.confirm_password(user, PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"),
    [(None, "password_confirmation_required"), ("", "incorrect_password"), ("wrong", "incorrect_password")],
)
def test_a_deletion_without_the_right_password_is_refused(password: str | None, code: str) -> None:
    user = register("Alice", PASSWORD)
    with pytest.raises(Unauthenticated) as refusal:
        credentials.confirm_password(user, password)
    assert refusal.value.code == code
    credentials.confirm_password(user, PASSWORD)


def test_an_account_cannot_be_deleted_during_a_match() -> None:
    players = made_player("Alice"), made_player("Bobby")
    in_duel(*players)
    before = raw_items()
    with pytest.raises(Forbidden) as refusal:
        delete(players[0].id)
    assert refusal.value.code == "in_match"
    assert raw_items() == before


def test_deletion_frees_the_name_leaves_the_queue_and_tells_every_stream() -> None:
    player = made_player("Alice")
    open_streams(player)
    assert call("POST", "/play/duel/", player.access).status == 201
    delete(player.id)
    items = raw_items()
    assert {"user", "seat", "credential", "ticket"}.isdisjoint({item["kind"]["S"] for item in items})
    (outbox,) = [item for item in items if item["kind"]["S"] == "outbox"]
    (entry,) = json.loads(outbox["entries"]["S"])
    assert (entry["to"], entry["event"]["event_code"]) == ([player.id], "delete-user")
    answer = call("GET", "/users/me/", player.access)
    assert (answer.status, answer.body["code"]) == (401, "user_not_found")
    register("alice", PASSWORD)


def test_deletion_revokes_refresh_tokens() -> None:
    tokens = call("POST", "/auth/register/", body={"username": "Alice", "password": PASSWORD}).body
    assert call("DELETE", "/users/me/", tokens["access"], {"password": PASSWORD}).status == 204
    answer = call("POST", "/auth/refresh/", body={"refresh": tokens["refresh"]})
    assert (answer.status, answer.body["code"]) == (401, "user_not_found")


def erase_all(items: list[dict[str, Any]]) -> None:
    """What the state machine does with the timer that the deletion left."""
    (timer,) = [item for item in items if item["kind"]["S"] == "timer" and "erase" in item["machine"]["S"]]
    state = json.loads(timer["input"]["S"])
    step: int | None = state.pop("step")
    while step is not None:
        step = erase(ErasureScope(**state), step)


@pytest.mark.usefixtures("short_partitions")
def test_nothing_personal_is_left_of_a_deleted_user_but_the_id_in_the_matches_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice, bobby = made_player("Alice-the-first"), made_player("Bobby")
    open_streams(alice, bobby)
    monkeypatch.setattr(deletion, "PARTITIONS_PER_STEP", 2)
    for _ in range(5):
        match_id = in_duel(alice, bobby)
        body = {"user_id": bobby.id, "finish_reason": "player-disconnect"}
        assert call("PATCH", f"/private/match/finish/{match_id}/", service(), body).status == 200
    assert call("POST", "/play/duel/", alice.access).status == 201
    delete(alice.id)
    erase_all(raw_items())
    left = raw_items()
    mine = [item for item in left if str(alice.id) in json.dumps(item) or "alice" in json.dumps(item).lower()]
    lasting = [item for item in mine if "expires_at" not in item]
    # Of what lasts: the others' histories, by id; and the open stream, which closes with `delete-user`.
    assert {item["kind"]["S"] for item in lasting} == {"played", "stream"}
    for item in lasting:
        assert not item["pk"]["S"].startswith(f"USER#{alice.id}")
        assert "alice" not in json.dumps(item).lower()
    # Events and match rows that name the user expire by themselves, within the time that streams are kept.
    assert {item["kind"]["S"] for item in mine if "expires_at" in item} <= {"outbox", "timer", "match"}
    shown = call("GET", f"/game/matches/{bobby.id}/", bobby.access).body
    assert shown["count"] == 5
    loser = shown["results"][0]["teams"]["a"]["players"][0]
    assert (loser["id"], loser["username"]) == (alice.id, "deleted-user")


def test_erasing_in_steps_is_done_only_at_the_end_and_may_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deletion, "PARTITIONS_PER_STEP", 2)
    belongings = ErasureScope(user_id=8, matches_played=3 * keys.BUCKET, trophy_changes=1)
    connection()
    for n in range(0, 3 * keys.BUCKET, keys.BUCKET):
        TrophyChange.at(keys.played(8, n), id=n, change=0, total=0, changed_at=utc_now()).save()
    assert [erase(belongings, step) for step in (0, 0, 1, 2)] == [1, 1, 2, None]
    assert raw_items() == []


def test_a_use_case_that_always_loses_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr("time.sleep", lambda _: None)

    def lose() -> None:
        runs.append(1)
        raise RaceLost

    with pytest.raises(Throttled):
        rerun.rerun(lose)
    assert len(runs) == 4, "once, and three times again"


def test_a_login_that_fails_says_and_computes_the_same_whatever_the_reason(
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
