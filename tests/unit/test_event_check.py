"""The check of all events (tests/support/event_check.py) finds what isn't as the document says."""

from __future__ import annotations

from typing import Any

import pytest

from shared.wire.event_parts import ByUser, UserId
from shared.wire.play.lobby_events import LOBBY_LEAVE
from tests.support.event_check import SEEN, check


@pytest.mark.parametrize(
    "wrong",
    [
        {"event_code": "lobby-gone"},
        {"service": "chat"},
        {"data": None},
        {"data": {"id": "5"}},
        {"data": {"id": 5, "more": 1}},
        {"kwargs": {}},
        {"more": 1},
    ],
)
def test_an_event_that_is_not_as_the_document_says_fails(wrong: dict[str, Any]) -> None:
    event = LOBBY_LEAVE.render(UserId(id=5), ByUser(username="Alice"))
    with pytest.raises(AssertionError):
        check({**event, **wrong})


def test_every_event_that_is_rendered_is_looked_at() -> None:
    SEEN.discard("lobby-leave")
    LOBBY_LEAVE.render(UserId(id=5), ByUser(username="Alice"))
    assert "lobby-leave" in SEEN
