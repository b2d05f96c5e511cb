"""Deleting an account while others act on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from shared.usecases.accounts import cleanup
from tests.support.calls import Answer, call
from tests.support.concurrency import at_once, commit_after
from tests.support.database import kinds, raw_items
from tests.support.deletion import delete, run_cleanup
from tests.support.friends import accept, ask, befriend, block, end_request, remove
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, made_player

pytestmark = pytest.mark.usefixtures("account")


def ending_a_friendship(deleted: Player, other: Player) -> Callable[[], Answer]:
    return partial(remove, other, befriend(deleted, other))


def accepting_a_request(deleted: Player, other: Player) -> Callable[[], Answer]:
    return partial(accept, other, ask(deleted, other))


def rejecting_a_request(deleted: Player, other: Player) -> Callable[[], Answer]:
    return partial(end_request, other, ask(other, deleted))


def blocking(deleted: Player, other: Player) -> Callable[[], Answer]:
    return partial(block, other, deleted)


def sending_a_request(deleted: Player, other: Player) -> Callable[[], Answer]:
    body = {"username": deleted.name}
    return partial(call, "POST", "/users/me/friend_requests/", other.access, body)


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.parametrize(
    "prepare", [ending_a_friendship, accepting_a_request, rejecting_a_request, blocking, sending_a_request]
)
def test_an_action_of_another_user_as_a_user_is_deleted_leaves_nothing_behind(
    prepare: Callable[[Player, Player], Callable[[], Answer]], attempt: int
) -> None:
    deleted, other = made_player("Deleted"), made_player("Other")
    action = prepare(deleted, other)
    statuses: list[int] = []
    at_once(lambda: statuses.append(action().status), partial(delete, deleted))
    assert statuses[0] in {201, 204, 404, 429}
    assert_whole(raw_items())
    run_cleanup()
    assert_whole(raw_items())
    named = [item for item in raw_items() if str(deleted.id) in json.dumps(item)]
    assert {item["kind"]["S"] for item in named} <= {"outbox", "timer"}
    for path in ("friends", "friend_requests", "friend_requests/received", "blocked"):
        assert call("GET", f"/users/me/{path}/", other.access).body["count"] == 0


def test_the_request_of_a_user_who_was_just_deleted_cannot_be_accepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 0)  # so that the request is left to the cleanup
    deleted, other = made_player("Deleted"), made_player("Other")
    for player in (deleted, other):
        befriend(made_player(f"Friend-of-{player.name}"), player)
    request = ask(deleted, other)
    assert commit_after(lambda: delete(deleted), lambda: accept(other, request)).status == 404
    assert_whole(raw_items())
    monkeypatch.undo()
    run_cleanup()
    assert call("GET", "/users/me/friend_requests/received/", other.access).body["count"] == 0
    assert_whole(raw_items())


def test_two_friends_who_are_deleted_at_once_are_both_gone() -> None:
    one, other = made_player("One"), made_player("Other")
    befriend(one, other)
    at_once(partial(delete, one), partial(delete, other))
    run_cleanup()
    assert {*kinds()} <= {"outbox", "timer", "leases"}
