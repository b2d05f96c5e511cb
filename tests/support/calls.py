"""Calling the API's functions as API Gateway does, without any server in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import app  # noqa: F401 (fills the registry)
from shared.auth.tokens import new_token, read_token
from shared.http import registry
from shared.store import keys
from shared.store.accounts.seats import Leases
from shared.store.accounts.users import Credential, read_accounts
from shared.store.base import connection, read_item, utc_now
from shared.store.social.relations import Relations
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts import presence
from shared.usecases.accounts.deletion import delete_account
from shared.usecases.accounts.registration import new_user
from shared.usecases.rerun import rerun

CONTAINER = "stream-server"
PASSWORD = "correct-horse-7"
FAR_AWAY = 4_000_000_000
"""A lease's end that no test lives to see, in Unix time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Player:
    """A user of a test."""

    id: int
    name: str
    access: str


def call(
    method: str,
    path: str,
    token: str | None = None,
    body: Any = None,
    query: Mapping[str, str] | None = None,
) -> Answer:
    """The answer of the function that the path belongs to."""
    found = registry.match(method, path, registry.ROUTES)
    function = getattr(import_module(found.route.module), found.route.name)
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    answer = function(
        {
            "httpMethod": method,
            "path": f"/api{path}",
            "headers": headers,
            "pathParameters": dict(found.params) or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()},
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {"requestId": "test"},
        },
        None,
    )
    text = answer["body"]
    is_json = "json" in answer["headers"].get("Content-Type", "")
    return Answer(answer["statusCode"], json.loads(text) if text and is_json else text or None)


def service() -> str:
    """A service token."""
    return new_token("service")


def sign_up(name: str, password: str = PASSWORD) -> Player:
    """A registered user, by the API."""
    answer = call("POST", "/auth/register/", body={"username": name, "password": password})
    assert answer.status == 201, answer
    return Player(read_token(answer.body["access"], "access").user_id, name, answer.body["access"])


def made_player(name: str) -> Player:
    """A registered user without a password: what signing up writes, but for the costly hash."""
    work = UnitOfWork()
    user = new_user(work, name, is_guest=False)
    work.put(Credential.at(keys.credential(name), user_id=user.id, password_hash="none"))
    work.commit()
    return Player(user.id, name, new_token("access", user.id))


def open_streams(*players: Player, container: str = CONTAINER) -> None:
    """Connect users to the event stream, on a container whose lease doesn't end."""
    connection()
    Leases.at(keys.leases(), ends={container: FAR_AWAY}).save()
    for player in players:
        assert presence.come_online(player.id, container)


def delete(player: Player) -> None:
    """What the endpoint does once the password is confirmed: for those who were made without one."""

    def write() -> None:
        relations = read_item(keys.relations(player.id))
        assert isinstance(relations, Relations)
        delete_account(read_accounts([player.id], utc_now())[player.id], relations)

    rerun(write)


def in_duel(a: Player, b: Player) -> int:
    """The id of a running duel between two users."""
    teams = {"a": [{"id": a.id}], "b": [{"id": b.id}]}
    answer = call("POST", "/private/match/create/", service(), {"game_mode": "duel", "teams": teams})
    assert answer.status == 201, answer
    return int(answer.body["id"])
