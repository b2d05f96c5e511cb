"""Guests who aren't seen for 30 days are deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.auth.expire_guests import expire_guests
from infra.cloud.cloudformation import load
from shared.domain.ids import MAX_ID
from shared.store import keys
from shared.store.accounts.guests import read_guests
from shared.store.accounts.users import User, read_credential, read_user
from shared.store.base import utc_now
from shared.usecases.accounts import deletion, guests
from tests.support.accounts import user_of
from tests.support.calls import call
from tests.support.database import items_of, raw_items
from tests.support.deletion import run_cleanup
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import in_duel
from tests.support.players import PASSWORD, Player, go_offline, made_player, new_guest, open_streams

pytestmark = pytest.mark.usefixtures("table")

NOW = utc_now


def run_machine(monkeypatch: pytest.MonkeyPatch, *, in_days: float) -> int:
    """Run the task as the state machine does, so many days from now; returns the number of steps."""
    monkeypatch.setattr(guests, "utc_now", lambda: NOW() + timedelta(days=in_days))
    state: dict[str, Any] = {"shard": 0, "after": 0, "done": False}
    steps = 0
    while not state["done"]:
        state = expire_guests(state, None)
        steps += 1
    return steps


def lives(player: Player) -> bool:
    return read_user(player.id) is not None


def in_list() -> set[int]:
    return {
        guest
        for shard in range(keys.GUEST_SHARDS)
        for guest in read_guests(shard, after=0, before=MAX_ID, limit=100)
    }


def test_a_guest_lives_for_30_days_without_being_seen_and_goes_then_as_in_a_deletion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guest = new_guest()
    run_machine(monkeypatch, in_days=29.9)
    assert lives(guest)
    run_machine(monkeypatch, in_days=30.1)
    assert not lives(guest)
    assert read_credential(guest.name) is None
    assert call("GET", "/users/me/", guest.access).body["code"] == "user_not_found"
    assert [code for code, *_ in sent_events()] == ["delete-user"]
    run_cleanup()
    left = [item for item in raw_items() if item["kind"]["S"] not in ("outbox", "timer")]
    assert left == []


def test_registered_users_stay_however_long_they_are_away(monkeypatch: pytest.MonkeyPatch) -> None:
    user, registered = made_player("Alice"), new_guest()
    body = {"username": "Bob", "password": PASSWORD}
    assert call("PUT", "/auth/register/guest/", registered.access, body=body).status == 200
    run_machine(monkeypatch, in_days=400)
    assert lives(user)
    assert lives(registered)


def test_a_guest_who_registers_leaves_the_list_of_guests() -> None:
    guest, other = new_guest(), new_guest()
    assert in_list() == {guest.id, other.id}
    body = {"username": "Bob", "password": PASSWORD}
    assert call("PUT", "/auth/register/guest/", guest.access, body=body).status == 200
    assert in_list() == {other.id}
    assert_whole(raw_items())


def test_a_refreshed_token_counts_as_being_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = call("POST", "/auth/guest/").body
    (guest,) = in_list()
    user = user_of(guest)
    ((session_id, session),) = user.sessions.items()
    aged = {session_id: type(session)(created=session.created, used=session.used - 86400, ends=session.ends)}
    user.update(actions=[User.created_at.set(user.created_at - timedelta(days=1)), User.sessions.set(aged)])
    assert call("POST", "/auth/refresh/", body={"refresh": tokens["refresh"]}).status == 200
    run_machine(monkeypatch, in_days=29.9)
    assert read_user(guest) is not None
    run_machine(monkeypatch, in_days=30.1)
    assert read_user(guest) is None


def test_a_guest_with_an_open_stream_is_seen_and_a_closed_one_counts_from_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guest = new_guest()
    open_streams(guest)
    run_machine(monkeypatch, in_days=400)
    assert lives(guest)
    go_offline(guest)
    user = user_of(guest.id)
    user.update(actions=[User.created_at.set(user.created_at - timedelta(days=20)), User.sessions.set({})])
    run_machine(monkeypatch, in_days=29.9)
    assert lives(guest)
    run_machine(monkeypatch, in_days=30.1)
    assert not lives(guest)


def test_a_guest_in_a_match_stays_until_an_execution_after_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = new_guest(), new_guest()
    in_duel(one, two)
    go_offline(one)
    go_offline(two)
    run_machine(monkeypatch, in_days=31)
    assert lives(one)
    assert lives(two)
    assert_whole(raw_items())


@pytest.mark.usefixtures("one_shard")
def test_a_step_ends_30_guests_at_most_and_the_next_one_goes_on_behind_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guests, "AT_ONCE", 2)
    made = [new_guest() for _ in range(5)]
    open_streams(made[0], made[1])
    assert run_machine(monkeypatch, in_days=31) == 3
    assert [player for player in made if lives(player)] == made[:2]


@pytest.fixture
def one_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "GUEST_SHARDS", 1)
    monkeypatch.setattr("functions.auth.expire_guests.GUEST_SHARDS", 1)


def test_a_guest_who_is_seen_between_reading_and_deletion_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = call("POST", "/auth/guest/").body
    (guest,) = in_list()
    add_deletion = deletion.add_deletion

    def refresh_first(*args: Any, **options: Any) -> None:
        answer = call("POST", "/auth/refresh/", body={"refresh": tokens["refresh"], "rotate": True})
        assert answer.status == 200
        add_deletion(*args, **options)

    monkeypatch.setattr("shared.usecases.accounts.guests.add_deletion", refresh_first)
    run_machine(monkeypatch, in_days=31)
    assert read_user(guest) is not None
    assert_whole(raw_items())


def test_a_guest_who_connects_between_reading_and_deletion_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    guest = new_guest()
    add_deletion = deletion.add_deletion

    def connect_first(*args: Any, **options: Any) -> None:
        open_streams(guest)
        add_deletion(*args, **options)

    monkeypatch.setattr("shared.usecases.accounts.guests.add_deletion", connect_first)
    run_machine(monkeypatch, in_days=31)
    assert lives(guest)
    assert_whole(raw_items())


def test_the_schedule_begins_with_an_input_that_the_task_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    (target,) = load("schedules")["Resources"]["GuestExpirySchedule"]["Properties"]["Targets"]
    assert target["Input"] == '{"shard": 0, "after": 0}'
    assert items_of("guest") == []
    assert run_machine(monkeypatch, in_days=0) == keys.GUEST_SHARDS
