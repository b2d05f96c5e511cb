"""Every event stream against every kind of caller: it opens, or refuses them with a code.

The table is written by hand, from docs/contract/conventions.md#guests and docs/contract/accounts.md#codes-of-401.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import httpx
import jwt
import pytest

from infra.local.runner.stack import Stack
from sse.server import MATCH_PATHS, USER_PATHS
from tests.support.document import DOCUMENT
from tests.support.people import People, bearer

OPENS = "200"


@dataclass(frozen=True, slots=True)
class Row:
    """What happens to each caller: `OPENS`, or status and code."""

    nobody: str
    guest: str
    user: str
    service: str
    deleted: str
    """A token of a deleted account."""
    ended: str
    """A token of a session that was logged out of."""
    expired: str
    """A user's token that was good until a second ago."""
    expired_service: str
    refresh: str
    """A refresh token in the place of an access token."""
    forged: str
    """An access token with another signature."""
    no_bearer: str
    """An access token under another scheme."""


TABLE = {
    "/sse/users/": Row(
        nobody="401 not_authenticated",
        guest=OPENS,
        user=OPENS,
        service="401 token_not_valid",
        deleted="401 user_not_found",
        ended="401 token_not_valid",
        expired="401 token_not_valid",
        expired_service="401 token_not_valid",
        refresh="401 token_not_valid",
        forged="401 token_not_valid",
        no_bearer="401 authentication_failed",
    ),
    # A service has no account: of a user's token only its signature and its time are looked at, then it is refused.
    "/sse/matches/": Row(
        nobody="401 not_authenticated",
        guest="403 service_token_required",
        user="403 service_token_required",
        service=OPENS,
        deleted="403 service_token_required",
        ended="403 service_token_required",
        expired="401 token_not_valid",
        expired_service="401 token_not_valid",
        refresh="401 token_not_valid",
        forged="401 token_not_valid",
        no_bearer="401 authentication_failed",
    ),
}
CALLERS = [field.name for field in fields(Row)]


def over(token: str, key: str) -> str:
    """The token as it would be if it had been issued earlier, and had expired."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode({**claims, "iat": 1, "exp": 2}, key, "HS256")


@pytest.fixture(scope="module")
def askers(stack: Stack, client: httpx.Client, people: People) -> dict[str, dict[str, str]]:
    """The Authorization header of each caller."""
    user, leaving = people.user(), people.user()
    answer = client.post("/api/auth/logout/", headers=leaving.headers, json={})
    assert answer.status_code == 204, answer.text
    head, claims, _ = user.access.split(".")
    keys = stack.environment
    return {
        "nobody": {},
        "guest": people.guest().headers,
        "user": user.headers,
        "service": bearer(people.service),
        "deleted": people.deleted().headers,
        "ended": leaving.headers,
        "expired": bearer(over(user.access, keys["JWT_SECRET"])),
        "expired_service": bearer(over(people.service, keys["JWT_SERVICE_SECRET"])),
        "refresh": bearer(user.refresh),
        "forged": bearer(f"{head}.{claims}.c2lnbmF0dXJl"),
        "no_bearer": {"Authorization": f"Token {user.access}"},
    }


def outcome(client: httpx.Client, path: str, headers: dict[str, str]) -> str:
    """What happened, in the table's words. `client` holds the body of a refusal against the document."""
    with client.stream("GET", path, headers=headers) as answer:
        if answer.status_code == 200:
            assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert next(answer.iter_bytes())
            return OPENS
        return f"{answer.status_code} {answer.json()['code']}"


def test_the_table_has_every_stream() -> None:
    documented = {path for path in DOCUMENT["paths"] if path.startswith("/sse/")}
    served = {path.removesuffix("/") + "/" for path in USER_PATHS + MATCH_PATHS}
    assert TABLE.keys() == documented == served


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("path", TABLE)
def test_a_stream_opens_for_whom_the_table_says(
    client: httpx.Client, askers: dict[str, dict[str, str]], path: str, who: str
) -> None:
    assert outcome(client, path, askers[who]) == getattr(TABLE[path], who)


@pytest.mark.parametrize("who", [who for who in CALLERS if who not in ("nobody", "no_bearer")])
@pytest.mark.parametrize("path", TABLE)
def test_a_token_in_the_query_is_as_good_as_in_the_header_for_users_and_nothing_for_services(
    client: httpx.Client, askers: dict[str, dict[str, str]], path: str, who: str
) -> None:
    token = askers[who]["Authorization"].removeprefix("Bearer ")
    expected = getattr(TABLE[path], who) if path == "/sse/users/" else TABLE[path].nobody
    assert outcome(client, f"{path}?token={token}", {}) == expected
