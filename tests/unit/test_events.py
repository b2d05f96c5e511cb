"""The catalogue of live events (docs/contract/events.md#event-objects)."""

from __future__ import annotations

import json
import re
from string import Formatter
from typing import Any

import pytest

from shared.wire.catalogue import CATALOGUE
from shared.wire.event_parts import ByUser, UserId
from shared.wire.play.lobby_events import LOBBY_BANNED, LOBBY_LEAVE
from shared.wire.pushed_events import problems

DOCUMENTED: dict[str, tuple[str, set[str]]] = {
    "receive-message": ("chat", {"username", "message", "chat_id"}),
    "delete-user": ("user", set()),
    "profile-picture-unlocked": ("user", {"id"}),
    "game-start": ("game", set()),
    "accept-friend-request": ("friends", {"username"}),
    "receive-friend-request": ("friends", {"id", "username"}),
    "reject-friend-request": ("friends", set()),
    "cancel-friend-request": ("friends", set()),
    "delete-friend": ("friends", set()),
    "lobby-join": ("lobby", {"username"}),
    "lobby-leave": ("lobby", {"username"}),
    "lobby-banned": ("lobby", set()),
    "lobby-message": ("lobby", {"username"}),
    "lobby-update": ("lobby", set()),
    "lobby-update-participant": ("lobby", set()),
    "lobby-spectate-game": ("lobby", set()),
    "lobby-destroy": ("lobby", set()),
    "tournament-join": ("tournament", {"username"}),
    "tournament-leave": ("tournament", {"username"}),
    "tournament-banned": ("tournament", set()),
    "tournament-message": ("tournament", {"username"}),
    "tournament-start-at": ("tournament", set()),
    "tournament-start-cancel": ("tournament", set()),
    "tournament-start": ("tournament", set()),
    "tournament-available-spectate-matches": ("tournament", set()),
    "tournament-match-finish": (
        "tournament",
        {"winner", "looser", "score_winner", "score_looser", "finish_reason"},
    ),
    "tournament-finish": ("tournament", {"id", "name", "username"}),
    "invite-clash": ("invite", {"username", "code"}),
    "invite-1v1": ("invite", {"username", "code"}),
    "invite-3v3": ("invite", {"username", "code"}),
    "invite-tournament": ("invite", {"username", "code"}),
}
"""Every event of the contract but the stream's own, with its service and kwargs."""

OWN_CODES = {code for code, kind in CATALOGUE.items() if not kind.pushable}

SERVICES = {"auth", "chat", "friends", "game", "invite", "lobby", "tournament", "user"}

TARGETS = {
    "profile-picture-unlocked": [
        ("api", "PUT", "/api/users/profile-picture/5/"),
        ("url", None, "/profile-pictures"),
    ],
    "receive-friend-request": [
        ("api", "POST", "/api/users/me/friend_requests/5/"),
        ("api", "DELETE", "/api/users/me/friend_requests/5/"),
    ],
    "game-start": [("websocket", None, "wss://localhost:4443/ws/game/0042/")],
    "lobby-spectate-game": [("websocket", None, "wss://localhost:4443/ws/game/0042/")],
    "receive-message": [("url", None, "/chat/9")],
    "invite-clash": [("url", None, "/lobby/0042")],
    "invite-1v1": [("url", None, "/lobby/0042")],
    "invite-3v3": [("url", None, "/lobby/0042")],
    "invite-tournament": [("url", None, "/tournament/0042")],
    "tournament-finish": [("url", None, "/tournament/5")],
}

VALUES: dict[str, Any] = {
    "id": 5,
    "username": "Alice",
    "message": "Hello {name}",
    "chat_id": 9,
    "name": "Cup",
    "code": "0042",
    "winner": "Alice",
    "looser": "Bobby",
    "score_winner": 3,
    "score_looser": 1,
    "finish_reason": "normal-end",
    "start_at": "2026-11-23T18:30:00.000000Z",
}


def rendered(code: str) -> dict[str, Any]:
    kind = CATALOGUE[code]
    return kind.wire(
        {name: VALUES[name] for name in kind.needed_data} or None,
        {name: VALUES[name] for name in kind.needed_kwargs} or None,
    )


def test_every_event_of_the_document_is_there_and_only_our_own_besides() -> None:
    assert CATALOGUE.keys() == DOCUMENTED.keys() | {"ping", "resync", "token-expiring", "game-void"}
    assert {"ping", "resync", "token-expiring", "delete-user"} == OWN_CODES


@pytest.mark.parametrize("code", sorted(DOCUMENTED))
def test_an_event_has_the_service_and_the_kwargs_of_the_document(code: str) -> None:
    service, kwargs = DOCUMENTED[code]
    assert CATALOGUE[code].service == service
    assert service in SERVICES
    # `name` of an unlocked picture is ours: its message shows it.
    assert set(CATALOGUE[code].needed_kwargs) - {"name"} == kwargs - {"name"}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_event_is_complete_on_the_wire(code: str) -> None:
    event = rendered(code)
    assert list(event) == ["service", "event_code", "type", "message", "target", "data", "kwargs"]
    assert event["type"] in {"event", "notification"}
    assert event["event_code"] == code
    assert json.loads(json.dumps(event)) == event
    assert event["message"] == "" or re.fullmatch(r"[A-Z].*[.\w}]", event["message"])
    assert event["type"] == "event" or event["message"], "a person is shown a sentence"


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_event_leads_where_the_contract_says(code: str) -> None:
    targets = rendered(code)["target"]
    if code not in TARGETS:
        assert targets is None
        return
    assert [(target["type"], target["method"], target["url"]) for target in targets] == TARGETS[code]
    for target in targets:
        assert list(target) == ["url", "type", "method", "display_name", "display_icon"]
        assert target["display_name"]
        assert target["display_icon"].startswith("/assets/icons/")


@pytest.mark.parametrize("code", sorted(DOCUMENTED))
def test_values_in_the_message_and_targets_are_required(code: str) -> None:
    kind = CATALOGUE[code]
    texts = [kind.message, *(target.url for target in kind.targets)]
    needed = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
    assert needed <= {*kind.needed_kwargs, *kind.needed_data}
    if kind.data and kind.needed_data:
        assert set(kind.needed_data) <= kind.data.model_fields.keys()


def test_a_message_is_made_from_the_kwargs_and_reads_them_as_they_are() -> None:
    assert rendered("receive-message")["message"] == "Alice: Hello {name}"
    assert rendered("tournament-match-finish")["message"] == "Alice beat Bobby 3 to 1."


@pytest.mark.parametrize(
    ("code", "absent", "message"),
    [
        ("tournament-match-finish", {"looser"}, "Alice goes on without an opponent."),
        ("tournament-match-finish", {"winner", "looser"}, "A match ended without a winner."),
        ("tournament-finish", {"username"}, "The tournament Cup ended without a winner."),
    ],
)
def test_a_message_about_a_user_who_is_not_there_names_none(
    code: str, absent: set[str], message: str
) -> None:
    kwargs = {name: None if name in absent else VALUES[name] for name in CATALOGUE[code].needed_kwargs}
    event = CATALOGUE[code].wire(None, kwargs)
    assert event["message"] == message
    assert {name for name, value in event["kwargs"].items() if value is None} == absent


def test_only_kwargs_that_can_be_absent_may_be_null() -> None:
    kwargs = {**{name: VALUES[name] for name in CATALOGUE["tournament-finish"].needed_kwargs}, "name": None}
    assert problems("tournament-finish", None, kwargs).keys() == {"kwargs"}


@pytest.mark.parametrize("code", sorted(DOCUMENTED.keys() - OWN_CODES))
def test_missing_kwargs_and_data_are_reported_by_field_and_name(code: str) -> None:
    kind = CATALOGUE[code]
    found = problems(code, None, None)
    assert found.keys() == {
        field for field, names in (("data", kind.needed_data), ("kwargs", kind.needed_kwargs)) if names
    }
    for field, names in (("data", kind.needed_data), ("kwargs", kind.needed_kwargs)):
        for name in names:
            assert name in found[field][0]


def test_an_event_is_made_of_its_own_models_only() -> None:
    user, by = UserId(id=5), ByUser(username="Alice")
    assert LOBBY_LEAVE.render(user, by)["data"] == {"id": 5}
    for data, kwargs in ((None, by), (user, None), (by, by), (user, user)):
        with pytest.raises(TypeError):
            LOBBY_LEAVE.render(data, kwargs)
    with pytest.raises(TypeError):
        LOBBY_BANNED.render(user)


def test_one_missing_value_among_others_is_reported_alone() -> None:
    found = problems("invite-clash", None, {"username": "Alice"})
    assert "code" in found["kwargs"][0]
    assert "username" not in found["kwargs"][0]
    assert problems("invite-clash", None, {"username": "Alice", "code": None}) == found


@pytest.mark.parametrize(
    ("code", "kwargs", "data", "field"),
    [
        ("invite-1v1", {"username": "bob", "code": "../../evil"}, None, "kwargs"),
        ("invite-1v1", {"username": "bob", "code": "47 11"}, None, "kwargs"),
        ("receive-friend-request", {"username": "bob", "id": "1/../2"}, None, "kwargs"),
        ("receive-friend-request", {"username": "bob", "id": -1}, None, "kwargs"),
        ("receive-message", {"username": "bob", "message": "hi", "chat_id": "7?x"}, None, "kwargs"),
        ("profile-picture-unlocked", {"id": "1"}, None, "kwargs"),
        ("game-start", None, {"code": "x@evil"}, "data"),
        ("game-start", {"code": "../../evil"}, {"code": "4711"}, "data"),
        ("lobby-join", {"username": "<b>bob</b>"}, None, "kwargs"),
        ("lobby-join", {"username": ""}, None, "kwargs"),
    ],
)
def test_values_that_do_not_fit_into_urls_and_names_are_reported(
    code: str, kwargs: dict[str, Any] | None, data: dict[str, Any] | None, field: str
) -> None:
    assert problems(code, data, kwargs).keys() == {field}


@pytest.mark.parametrize(
    "code", ["ping", "resync", "token-expiring", "delete-user", "sessions-ended", "user-delete", "", "PING"]
)
def test_a_code_that_services_may_not_send_is_reported(code: str) -> None:
    assert problems(code, None, None).keys() == {"event_code"}
