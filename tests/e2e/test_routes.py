"""Every documented route is served, and nothing else, by each gateway in front of the functions."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

import httpx
import pytest

import app  # noqa: F401 (fills the registry)
from infra.local.runner.stack import Stack
from shared.http.registry import ROUTES, Auth, Route
from tests.support.answer_check import watch

ORIGIN = "http://localhost:5173"

CALLS = [(route, method) for route in ROUTES for method in route.methods]


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    """A browser's or a game server's view of the stack."""
    context = ssl.create_default_context(cafile=str(stack.ca))
    with httpx.Client(base_url=f"{stack.url}/api", verify=context, timeout=60, trust_env=False) as made:
        watch(made)
        yield made


def path_of(route: Route) -> str:
    return re.sub(r"{\w+}", "1", route.path)


@pytest.mark.parametrize(
    ("route", "method"), CALLS, ids=[f"{route.name}-{method}" for route, method in CALLS]
)
def test_a_route_is_answered_by_its_function(client: httpx.Client, route: Route, method: str) -> None:
    answer = client.request(method, path_of(route))
    if route.auth is not Auth.NOBODY:
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    else:
        # Some need a body, which is missing here.
        assert answer.status_code in (200, 201, 400)
    assert answer.headers["x-request-id"]
    assert client.request(method, path_of(route).removesuffix("/")).status_code == answer.status_code


@pytest.fixture(scope="module")
def access(client: httpx.Client) -> str:
    """The access token of a registered user."""
    body = {"username": "headers", "password": "correct-horse-7"}
    return str(client.post("/auth/register/", json=body).json()["access"])


@pytest.mark.parametrize(
    ("route", "method"), CALLS, ids=[f"{route.name}-{method}" for route, method in CALLS]
)
def test_no_cache_keeps_an_answer_and_no_browser_guesses_its_type(
    client: httpx.Client, access: str, route: Route, method: str
) -> None:
    # `all` is no flag: the user stays logged in.
    body = None if method in ("GET", "HEAD") else {"all": "?"}
    for headers in ({}, {"Authorization": f"Bearer {access}"}):
        answer = client.request(method, path_of(route), headers=headers, json=body)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        # A browser would take it for every port of localhost.
        assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", ["/nowhere/", "/users/me", "/sse/users/", "/sse/nowhere/"])
def test_answers_without_a_route_and_streams_are_not_kept_either(
    stack: Stack, client: httpx.Client, access: str, path: str, method: str
) -> None:
    url = f"{stack.url}{path}" if path.startswith("/sse/") else path
    token = {} if method == "DELETE" else {"Authorization": f"Bearer {access}"}
    with client.stream(method, url, headers={**token, "Origin": ORIGIN}) as answer:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/health/", "/users/me/", "/chat/1/messages/"])
def test_head_is_answered_as_get_is_without_the_body(client: httpx.Client, path: str) -> None:
    got, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]
    assert client.get(path).content == got.content  # the connection is still in step


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/users/", "/users/abc/", "/users/me/nothing/", "/play/duel/7/"]
)
def test_an_unknown_path_is_404_in_json(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("route", ROUTES, ids=[route.name for route in ROUTES])
def test_a_wrong_method_is_405_and_names_the_right_ones(client: httpx.Client, route: Route) -> None:
    same_path = {method for other in ROUTES if other.path == route.path for method in other.served}
    wrong = next(method for method in ("PUT", "DELETE", "PATCH", "POST", "GET") if method not in same_path)
    answer = client.request(wrong, path_of(route))
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == same_path


def test_a_browsers_preflight_is_answered(client: httpx.Client) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "PATCH"}
    answer = client.options("/users/me/", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "PATCH" in answer.headers["access-control-allow-methods"]


def test_bodies_and_uris_that_are_too_large_are_refused(client: httpx.Client) -> None:
    assert client.post("/auth/login/", json={"username": "x" * 70_000, "password": "y"}).status_code == 413
    assert client.get("/users/me/", params={"q": "x" * 9000}).status_code == 414
    text = client.post("/auth/login/", content=b"a=b", headers={"Content-Type": "text/plain"})
    assert text.status_code == 415
