"""An account that goes while others do something about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from shared.usecases.accounts import cleanup
from shared.usecases.accounts.deletion import ErasureScope, erase
from shared.usecases.rerun import rerun
from tests.support.calls import Answer, Player, call, delete, made_player
from tests.support.concurrency import at_once, overtaken
from tests.support.database import raw_items
from tests.support.friends import accept, ask, befriend, block, end_request, remove
from tests.support.invariants.whole_table import assert_whole

pytestmark = pytest.mark.usefixtures("account")


def erase_all() -> None:
    for item in raw_items():
        if item["kind"]["S"] == "timer" and item["machine"]["S"] == "erase-account":
            state = json.loads(item["input"]["S"])
            step = state.pop("step")
            while step is not None:
                step = rerun(partial(erase, ErasureScope(**state), step))


def befriended(doomed: Player, other: Player) -> Callable[[], Answer]:
    return partial(remove, other, befriend(doomed, other))


def asked(doomed: Player, other: Player) -> Callable[[], Answer]:
    return partial(accept, other, ask(doomed, other))


def asking(doomed: Player, other: Player) -> Callable[[], Answer]:
    return partial(end_request, other, ask(other, doomed))


def blocking(doomed: Player, other: Player) -> Callable[[], Answer]:
    return partial(block, other, doomed)


def wanting(doomed: Player, other: Player) -> Callable[[], Answer]:
    body = {"username": doomed.name}
    return partial(call, "POST", "/users/me/friend_requests/", other.access, body)


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.parametrize("doing", [befriended, asked, asking, blocking, wanting])
def test_whatever_others_do_as_a_user_goes_nothing_dangles(
    doing: Callable[[Player, Player], Callable[[], Answer]], attempt: int
) -> None:
    doomed, other = made_player("Doomed"), made_player("Other")
    action = doing(doomed, other)
    statuses: list[int] = []
    at_once(lambda: statuses.append(action().status), partial(delete, doomed))
    assert statuses[0] in {201, 204, 404, 429}
    assert_whole(raw_items())
    erase_all()
    assert_whole(raw_items())
    named = [item for item in raw_items() if str(doomed.id) in json.dumps(item)]
    assert {item["kind"]["S"] for item in named} <= {"outbox", "timer"}
    for what in ("friends", "friend_requests", "friend_requests/received", "blocked"):
        assert call("GET", f"/users/me/{what}/", other.access).body["count"] == 0


def test_nobody_becomes_the_friend_of_somebody_who_has_just_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 0)  # as if the request were one of a great many
    doomed, other = made_player("Doomed"), made_player("Other")
    for player in (doomed, other):
        befriend(made_player(f"Friend-of-{player.name}"), player)
    request = ask(doomed, other)
    assert overtaken(lambda: delete(doomed), lambda: accept(other, request)).status == 404
    assert_whole(raw_items())
    monkeypatch.undo()
    erase_all()
    assert call("GET", "/users/me/friend_requests/received/", other.access).body["count"] == 0
    assert_whole(raw_items())


def test_two_friends_who_go_at_once_are_both_gone() -> None:
    one, other = made_player("One"), made_player("Other")
    befriend(one, other)
    at_once(partial(delete, one), partial(delete, other))
    erase_all()
    assert {item["kind"]["S"] for item in raw_items()} <= {"outbox", "timer", "leases"}
