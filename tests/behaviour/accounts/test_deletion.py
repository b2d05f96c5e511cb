"""Deleting an account: the password, the name, and the cleanup of the user's own rows."""

from __future__ import annotations

import json

import pytest

from shared.domain.errors import Forbidden, Unauthenticated
from shared.store import keys
from shared.store.base import connection, utc_now
from shared.store.play.matches import TrophyChange
from shared.usecases.accounts import credentials, deletion
from shared.usecases.accounts.deletion import ErasureScope, erase
from shared.usecases.accounts.registration import register
from tests.support.calls import call
from tests.support.database import kinds, raw_items
from tests.support.deletion import delete, run_cleanup
from tests.support.events import sent_events
from tests.support.matches import finish, in_duel
from tests.support.players import PASSWORD, made_player, open_streams

pytestmark = pytest.mark.usefixtures("table")


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
        delete(players[0])
    assert refusal.value.code == "in_match"
    assert raw_items() == before


def test_a_deletion_frees_the_name_leaves_the_queue_and_is_sent_to_every_stream() -> None:
    player = made_player("Alice")
    open_streams(player)
    assert call("POST", "/play/duel/", player.access).status == 201
    delete(player)
    assert {"user", "seat", "credential", "ticket"}.isdisjoint(kinds())
    assert [(code, to) for code, to, _ in sent_events()] == [("delete-user", (player.id,))]
    answer = call("GET", "/users/me/", player.access)
    assert (answer.status, answer.body["code"]) == (401, "user_not_found")
    register("alice", PASSWORD)


def test_a_deletion_revokes_refresh_tokens() -> None:
    tokens = call("POST", "/auth/register/", body={"username": "Alice", "password": PASSWORD}).body
    assert call("DELETE", "/users/me/", tokens["access"], {"password": PASSWORD}).status == 204
    answer = call("POST", "/auth/refresh/", body={"refresh": tokens["refresh"]})
    assert (answer.status, answer.body["code"]) == (401, "user_not_found")


@pytest.mark.usefixtures("short_partitions")
def test_only_the_id_in_the_matches_of_others_is_left_of_a_deleted_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice, bobby = made_player("Alice-the-first"), made_player("Bobby")
    open_streams(alice, bobby)
    monkeypatch.setattr(deletion, "PARTITIONS_PER_STEP", 2)
    for _ in range(5):
        assert finish(in_duel(alice, bobby), bobby).status == 200
    assert call("POST", "/play/duel/", alice.access).status == 201
    delete(alice)
    run_cleanup()
    left = raw_items()
    mine = [item for item in left if str(alice.id) in json.dumps(item) or "alice" in json.dumps(item).lower()]
    lasting = [item for item in mine if "expires_at" not in item]
    # The id lasts in the histories of others, and in the open stream, which closes with `delete-user`.
    assert {item["kind"]["S"] for item in lasting} == {"played", "stream"}
    for item in lasting:
        assert not item["pk"]["S"].startswith(f"USER#{alice.id}")
        assert "alice" not in json.dumps(item).lower()
    # Events and match rows that name the user expire.
    assert {item["kind"]["S"] for item in mine if "expires_at" in item} <= {"outbox", "timer", "match"}
    shown = call("GET", f"/game/matches/{bobby.id}/", bobby.access).body
    assert shown["count"] == 5
    loser = shown["results"][0]["teams"]["a"]["players"][0]
    assert (loser["id"], loser["username"]) == (alice.id, "deleted-user")


def test_cleanup_in_steps_is_done_only_at_the_end_and_may_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deletion, "PARTITIONS_PER_STEP", 2)
    scope = ErasureScope(user_id=8, matches_played=3 * keys.BUCKET, trophy_changes=1)
    connection()
    for n in range(0, 3 * keys.BUCKET, keys.BUCKET):
        TrophyChange.at(keys.played(8, n), id=n, change=0, total=0, changed_at=utc_now()).save()
    assert [erase(scope, step) for step in (0, 0, 1, 2, 3)] == [1, 1, 2, 3, None]
    assert raw_items() == []
