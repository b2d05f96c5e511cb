"""What the function answers that gets the requests which no route takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

import app  # noqa: F401 (fills the registry)
from functions.meta.answer_unrouted import _addresses, answer_unrouted
from shared.http.registry import ROUTES

ORIGIN = "http://localhost:3000"


def ask(method: str, path: str, **headers: str) -> dict[str, Any]:
    event = {
        "httpMethod": method,
        "path": path,
        "headers": headers or None,
        "requestContext": {"requestId": "r-1"},
    }
    return answer_unrouted(event, None)


@pytest.mark.parametrize("path", ["/nowhere/", "/users/", "/users/abc/", "/api/users/12a/"])
def test_an_unknown_path_is_404_in_the_contracts_shape(path: str) -> None:
    found = ask("GET", path)
    assert found["statusCode"] == 404
    assert json.loads(found["body"]) == {"detail": "No such path.", "code": "not_found"}
    assert found["headers"]["X-Request-Id"] == "r-1"


@pytest.mark.parametrize("path", ["/users/me/", "/users/me", "/api/users/me/"])
def test_a_wrong_method_is_405_and_names_the_right_ones(path: str) -> None:
    found = ask("PUT", path)
    assert found["statusCode"] == 405
    assert found["headers"]["Allow"] == "DELETE, GET, HEAD, PATCH"
    assert json.loads(found["body"])["code"] == "method_not_allowed"


def test_a_preflight_of_an_allowed_origin_may_use_the_routes_methods() -> None:
    found = ask("OPTIONS", "/users/me/", Origin=ORIGIN)
    assert (found["statusCode"], found["body"]) == (204, "")
    assert found["headers"]["Access-Control-Allow-Origin"] == ORIGIN
    assert found["headers"]["Access-Control-Allow-Methods"] == "DELETE, GET, HEAD, PATCH"
    assert "Authorization" in found["headers"]["Access-Control-Allow-Headers"]


def test_a_preflight_of_another_origin_allows_nothing() -> None:
    headers = ask("OPTIONS", "/users/me/", Origin="https://evil.example")["headers"]
    assert not [name for name in headers if name.startswith("Access-Control")]


def test_a_preflight_of_an_unknown_path_is_404() -> None:
    assert ask("OPTIONS", "/nowhere/", Origin=ORIGIN)["statusCode"] == 404


def test_it_knows_the_routes_as_they_are() -> None:
    known = {(address.path, method) for address in _addresses() for method in address.methods}
    routes = {(route.path, method) for route in ROUTES for method in route.methods}
    assert known == routes, "run `make openapi` and commit functions/meta/openapi.json"
    ints = {address.path: address.int_params for address in _addresses()}
    assert ints == {route.path: route.int_params for route in ROUTES}
