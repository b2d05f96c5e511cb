"""Signing up and in, one's account, pictures, statistics, the download of one's data."""

from __future__ import annotations

from functools import partial

from shared.auth.tokens import read_token
from shared.store import keys
from tests.arch.scenarios.common import (
    LONG,
    THOUSAND,
    Case,
    Exceptions,
    Request,
    Scenarios,
    add_long_lists,
    as_user,
    online,
    related,
    without_token,
)
from tests.support.calls import call
from tests.support.chats import fill, talk
from tests.support.friends import befriend
from tests.support.lobbies import gather
from tests.support.people import PASSWORD
from tests.support.players import made_player, open_streams, sign_up


def _log_in() -> Request:
    sign_up("Alice")
    return partial(call, "POST", "/auth/login/", None, {"username": "Alice", "password": PASSWORD})


def _refresh() -> Request:
    sign_up("Alice")
    login = call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD})
    return partial(call, "POST", "/auth/refresh/", None, {"refresh": login.body["refresh"]})


def _rotate() -> Request:
    sign_up("Alice")
    login = call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD})
    return partial(call, "POST", "/auth/refresh/", None, {"refresh": login.body["refresh"], "rotate": True})


def _with_two_sessions(method: str, path: str) -> Case:
    def prepare() -> Request:
        alice = sign_up("Alice")
        login = call("POST", "/auth/login/", body={"username": "Alice", "password": PASSWORD})
        session = read_token(login.body["access"], "access").session
        return partial(call, method, path.format(session), alice.access)

    return prepare


def _register_guest() -> Request:
    guest = call("POST", "/auth/guest/").body["access"]
    body = {"username": "Alice", "password": PASSWORD}
    return partial(call, "PUT", "/auth/register/guest/", guest, body)


def _get_other() -> Request:
    return partial(call, "GET", f"/users/{made_player('Bobby').id}/", made_player("Alice").access)


def _delete_in_queue() -> Request:
    alice = sign_up("Alice")
    open_streams(alice)
    call("POST", "/play/duel/", alice.access)
    return partial(call, "DELETE", "/users/me/", alice.access, {"password": PASSWORD})


def _trophies(limit: int, offset: int) -> Case:
    def prepare() -> Request:
        alice = made_player("Alice")
        add_long_lists(alice, made_player("Bobby"))
        query = {"limit": str(limit), "offset": str(offset)}
        return partial(call, "GET", "/users/me/stats/ranked/", alice.access, None, query)

    return prepare


def _download() -> Request:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    befriend(alice, bobby)
    add_long_lists(alice, bobby)
    fill(talk(alice, bobby), alice, bobby, LONG)
    return partial(call, "GET", "/users/me/download-data/", alice.access)


def _delete_in_lobby() -> Request:
    alice = sign_up("Alice")
    open_streams(alice)
    gather("custom_game", alice, *online(7))
    return partial(call, "DELETE", "/users/me/", alice.access, {"password": PASSWORD})


SCENARIOS: Scenarios = {
    "register_user": {
        "": without_token("POST", "/auth/register/", {"username": "Alice", "password": PASSWORD})
    },
    "log_in": {"": _log_in},
    "create_guest": {"": without_token("POST", "/auth/guest/")},
    "refresh_token": {"": _refresh, "rotating": _rotate},
    "log_out": {
        "": as_user("POST", "/auth/logout/"),
        "of all": as_user("POST", "/auth/logout/", {"all": True}),
    },
    "list_sessions": {"": as_user("GET", "/users/me/sessions/")},
    "end_session": {"": _with_two_sessions("DELETE", "/users/me/sessions/{}/")},
    "end_other_sessions": {"": _with_two_sessions("DELETE", "/users/me/sessions/")},
    "register_guest": {"": _register_guest},
    "get_me": {"": as_user("GET", "/users/me/")},
    "get_user": {"": _get_other},
    "update_me": {
        "settings": as_user("PATCH", "/users/me/", {"accept_friend_request": False}),
        "name": as_user("PATCH", "/users/me/", {"username": "Alicia"}),
        "password": as_user("PATCH", "/users/me/", {"password": "another-horse-8", "old_password": PASSWORD}),
    },
    "delete_me": {
        "": as_user("DELETE", "/users/me/", {"password": PASSWORD}),
        "in a queue": _delete_in_queue,
        "creator of a lobby of 8": _delete_in_lobby,
        "1,000 friends": related("friends", THOUSAND, "/users/me/", "DELETE"),
    },
    "list_pictures": {"": as_user("GET", "/users/profile-pictures/")},
    "use_picture": {"": as_user("PUT", "/users/profile-picture/1/")},
    "list_stats": {"": as_user("GET", "/users/me/stats/")},
    "list_trophies": {
        "": _trophies(20, 0),
        "across two partitions": _trophies(20, keys.BUCKET - 10),
        "the longest page": _trophies(100, keys.BUCKET - 10),
    },
    "download_data": {"a friend, 192 matches, 192 messages": _download},
}

LISTS_OF_OTHERS = (
    "The deletion is answered when the lists of others are right: three reads look for what is left in them."
)

EXCEPTIONS: Exceptions = {
    ("delete_me", ""): (6, LISTS_OF_OTHERS),
    ("delete_me", "in a queue"): (6, LISTS_OF_OTHERS),
    ("delete_me", "creator of a lobby of 8"): (
        8,
        f"Leaving a lobby as its creator takes two reads. {LISTS_OF_OTHERS}",
    ),
    ("delete_me", "1,000 friends"): (104, f"{LISTS_OF_OTHERS} Two calls end 20 relations."),
    ("list_trophies", "across two partitions"): (
        3,
        "A list's partitions hold 64 entries, so a page of 20 lies in one or two.",
    ),
    ("list_trophies", "the longest page"): (4, "A page of 100 lies in two or three partitions."),
    ("download_data", "a friend, 192 matches, 192 messages"): (
        18,
        "It reads everything: one query for every 64 matches, trophy changes and messages.",
    ),
}
