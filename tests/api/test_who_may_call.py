"""Every route of the registry against every kind of caller: it lets them in, or refuses them with a code.

The table is written by hand, from docs/contract/conventions.md#guests and docs/contract/accounts.md#codes-of-401, not
from the registry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import httpx
import pytest

import app  # noqa: F401 (fills the registry)
from shared.http.registry import ROUTES, Route
from tests.support.people import People, Person, bearer

IN = "gets through"
"""Any answer but 401 and 403. The requests are incomplete on purpose, so 400 and 404 are common."""


@dataclass(frozen=True, slots=True)
class Row:
    """What happens to each caller: `IN`, or status and code."""

    nobody: str
    guest: str
    user: str
    service: str
    deleted: str
    """A token of a deleted account."""


EVERYBODY = Row(nobody=IN, guest=IN, user=IN, service=IN, deleted=IN)
USERS = Row(
    nobody="401 not_authenticated",
    guest=IN,
    user=IN,
    service="401 token_not_valid",
    deleted="401 user_not_found",
)
REGISTERED = replace(USERS, guest="403 guest_not_allowed")
STRANGERS = replace(REGISTERED, user="403 not_in_chat")
"""The callers are in no conversation; registered users may be."""
OUTSIDERS = replace(USERS, guest="403 not_in_lobby", user="403 not_in_lobby")
"""The callers are in no lobby; users and guests may be."""
VISITORS = replace(USERS, guest="403 not_in_tournament", user="403 not_in_tournament")
"""The callers are in no tournament; users and guests may be."""
LISTENING = replace(USERS, guest="401 sse_connection_required", user="401 sse_connection_required")
"""Users and guests need an open event stream; the callers have none."""
LISTENING_REGISTERED = replace(LISTENING, guest="403 guest_not_allowed")
SERVICES = Row(
    nobody="401 not_authenticated",
    guest="403 service_token_required",
    user="403 service_token_required",
    service=IN,
    deleted="403 service_token_required",
)

TABLE = {
    # auth
    "create_guest": EVERYBODY,
    "log_in": EVERYBODY,
    "refresh_token": EVERYBODY,
    "register_user": EVERYBODY,
    "register_guest": USERS,
    "log_out": USERS,
    # users
    "get_me": USERS,
    "update_me": USERS,
    "list_sessions": USERS,
    "end_session": USERS,
    "end_other_sessions": USERS,
    "delete_me": replace(REGISTERED, user="401 password_confirmation_required"),
    "get_user": USERS,
    "list_stats": USERS,
    "list_trophies": USERS,
    "list_pictures": USERS,
    "use_picture": USERS,
    "download_data": USERS,
    "send_friend_request": REGISTERED,
    "list_friend_requests": REGISTERED,
    "list_received_requests": REGISTERED,
    "get_friend_request": REGISTERED,
    "accept_friend_request": REGISTERED,
    "end_friend_request": REGISTERED,
    "list_friends": REGISTERED,
    "get_friend": REGISTERED,
    "remove_friend": REGISTERED,
    "list_blocked": REGISTERED,
    "block_user": REGISTERED,
    "unblock_user": REGISTERED,
    # chat
    "list_chats": REGISTERED,
    "create_chat": REGISTERED,
    "get_chat": STRANGERS,
    "hide_chat": STRANGERS,
    "list_messages": STRANGERS,
    "send_message": STRANGERS,
    # play
    "join_duel": LISTENING,
    "leave_duel": USERS,
    "join_ranked": LISTENING_REGISTERED,
    "leave_ranked": REGISTERED,
    "list_matches": USERS,
    "create_lobby": LISTENING_REGISTERED,
    "get_match": USERS,
    "get_lobby": USERS,
    "update_lobby": USERS,
    "join_lobby": LISTENING,
    "update_participant": OUTSIDERS,
    "leave_lobby": OUTSIDERS,
    "send_lobby_message": OUTSIDERS,
    "ban_from_lobby": replace(OUTSIDERS, guest="403 guest_not_allowed"),
    "invite_to_lobby": replace(OUTSIDERS, guest="403 guest_not_allowed"),
    "create_tournament": replace(LISTENING, guest="403 guest_not_allowed"),
    "get_tournament": USERS,
    "get_played_tournament": USERS,
    "search_tournaments": USERS,
    "join_tournament": LISTENING,
    "leave_tournament": VISITORS,
    "send_tournament_message": VISITORS,
    "ban_from_tournament": replace(VISITORS, guest="403 guest_not_allowed"),
    "invite_to_tournament": replace(VISITORS, guest="403 guest_not_allowed"),
    # private
    "push_event": SERVICES,
    "book_match": SERVICES,
    "book_tournament": SERVICES,
    "create_match": SERVICES,
    "get_running_match": SERVICES,
    "check_ticket": SERVICES,
    "list_running_matches": SERVICES,
    "connect_player": replace(SERVICES, service="403 not_in_match"),
    "score_point": SERVICES,
    "finish_match": SERVICES,
    # meta
    "get_health": EVERYBODY,
    "get_index": EVERYBODY,
    "get_openapi": EVERYBODY,
    "get_asyncapi": EVERYBODY,
    "get_docs": EVERYBODY,
}

NAMES = sorted({route.name for route in ROUTES})
CALLS = [(route, method) for route in ROUTES if route.name in TABLE for method in route.methods]


def each(calls: Sequence[tuple[Route, str]]) -> pytest.MarkDecorator:
    """Run a test once per call."""
    names = [f"{route.name}-{method}" for route, method in calls]
    return pytest.mark.parametrize(("route", "method"), calls, ids=names)


@pytest.fixture(scope="module")
def askers(people: People) -> dict[str, dict[str, str]]:
    """The Authorization header of each caller."""
    return {
        "nobody": {},
        "guest": people.guest().headers,
        "user": people.user().headers,
        "service": bearer(people.service),
        "deleted": people.deleted().headers,
    }


@pytest.fixture(scope="module")
def matched(people: People) -> dict[str, int]:
    """Ids for the paths: of a running match, of a user who doesn't play in it, of relations between other users."""
    match = people.match(people.user(), people.user())
    other = people.user().id
    one, two, three = (people.user() for _ in range(3))
    return {
        "match_id": match["id"],
        "id": match["id"],
        "user_id": other,
        "friend_request_id": people.request(one, two),
        "friendship_id": people.friendship(two, three),
        "blocked_id": people.block(one, three),
        "chat_id": people.chat(one, two),
    }


def json_of(route: Route) -> dict[str, str] | None:
    """An empty body where one is read; but a message is checked before the caller, and is never empty.

    The callers of all tests stay logged in: `all` is no flag.
    """
    if route.body is None:
        return None
    if route.name == "log_out":
        return {"all": "?"}
    return {"content": "hello"} if route.name.endswith("_message") else {}


def ask(
    client: httpx.Client, route: Route, method: str, headers: Mapping[str, str], ids: dict[str, int]
) -> httpx.Response:
    """A request about something that exists, with an empty body."""
    sent = httpx.Headers([(name.encode(), value.encode()) for name, value in headers.items()])
    path = "/api" + re.sub(r"{(\w+)}", lambda name: str(ids.get(name[1], "0")), route.path)
    return client.request(method, path, headers=sent, json=json_of(route))


def outcome(answer: httpx.Response) -> str:
    """What happened, in the table's words."""
    assert answer.status_code < 500, answer.text
    if answer.status_code in (401, 403):
        return f"{answer.status_code} {answer.json()['code']}"
    return IN


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_who_may_call_a_route(name: str) -> None:
    if name not in TABLE:
        pytest.fail(
            f"Who may call {name}? Add it to TABLE in tests/api/test_who_may_call.py: EVERYBODY, USERS, REGISTERED,"
            " LISTENING, LISTENING_REGISTERED, SERVICES, or replace(…) of one of them.",
            pytrace=False,
        )


def test_no_row_of_a_route_that_is_gone_is_left() -> None:
    gone = sorted(TABLE.keys() - set(NAMES))
    if gone:
        pytest.fail(f"Remove {', '.join(gone)} from TABLE in tests/api/test_who_may_call.py.", pytrace=False)


@pytest.mark.parametrize("who", [field.name for field in fields(Row)])
@each(CALLS)
def test_a_route_lets_in_whom_the_table_says(
    client: httpx.Client,
    askers: dict[str, dict[str, str]],
    matched: dict[str, int],
    route: Route,
    method: str,
    who: str,
) -> None:
    assert outcome(ask(client, route, method, askers[who], matched)) == getattr(TABLE[route.name], who)


@pytest.fixture(scope="module")
def bystander(people: People) -> Person:
    """A user whose tokens are used in wrong ways."""
    return people.user()


@each([call for call in CALLS if TABLE[call[0].name] != EVERYBODY])
def test_a_header_that_is_no_access_token_is_401(
    client: httpx.Client, bystander: Person, matched: dict[str, int], route: Route, method: str
) -> None:
    head, claims, _ = bystander.access.split(".")
    wrong = {
        f"Bearer {bystander.refresh}": "token_not_valid",
        "Bearer no.token.atall": "token_not_valid",
        f"Bearer {head}.{claims}.c2lnbmF0dXJl": "token_not_valid",
        "Basic YWxpY2U6c2VjcmV0": "authentication_failed",
        f"Token {bystander.access}": "authentication_failed",
        bystander.access: "authentication_failed",
        "Bearer": "authentication_failed",
    }
    found = {value: outcome(ask(client, route, method, {"Authorization": value}, matched)) for value in wrong}
    assert found == {value: f"401 {code}" for value, code in wrong.items()}


@each([call for call in CALLS if call[0].online])
def test_a_route_that_needs_the_event_stream_lets_in_users_who_have_it_open(
    client: httpx.Client, people: People, matched: dict[str, int], route: Route, method: str
) -> None:
    row = TABLE[route.name]
    for person, alone in ((people.user(), row.user), (people.guest(), row.guest)):
        # An open stream changes nothing for a caller who is refused for another reason.
        expected = IN if alone.startswith("401") else alone
        with people.listening(person):
            assert outcome(ask(client, route, method, person.headers, matched)) == expected
