"""Which route a request is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.domain.errors import MethodNotAllowed, NotFound
from shared.http import registry
from shared.http.registry import Auth, Route, match


def route(path: str, *methods: str, ints: tuple[str, ...] = (), **more: Any) -> Route:
    fields: dict[str, Any] = {
        "methods": methods or ("GET",), "path": path, "name": path, "module": f"functions{path}", "auth": Auth.USER,
        "status": 200, "summary": "", "description": "", "int_params": frozenset(ints), "body": None, "answer": None,
        "query": None, "errors": (), "cpu_heavy": False, "online": False,
    }  # fmt: skip
    return Route(**{**fields, **more})


ROUTES = [
    route("/users/me/", "GET", "PATCH"),
    route("/users/me/", "DELETE"),
    route("/users/{user_id}/", ints=("user_id",)),
    route("/lobby/{code}/", "POST"),
    route("/lobby/{code}/ban/{user_id}/", "DELETE", ints=("user_id",)),
    route("/lobby/search/", "GET"),
    route("/openapi.json"),
]


@pytest.fixture
def empty() -> Iterator[None]:
    """A registry without routes, for as long as the test runs."""
    saved = registry.ROUTES[:]
    registry.ROUTES.clear()
    yield
    registry.ROUTES[:] = saved


@pytest.mark.parametrize("path", ["/users/me/", "/users/me", "users/me/"])
def test_the_closing_slash_may_be_missing(path: str) -> None:
    assert match("GET", path, ROUTES).route.path == "/users/me/"


@pytest.mark.parametrize(
    "path", ["", "/", "//", "//users/me/", "/users//me/", "/users/me//", "/users/", "/Users/me/"]
)
def test_a_path_that_is_not_quite_a_known_one_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        match("GET", path, ROUTES)


def test_a_file_is_found_with_and_without_a_slash() -> None:
    assert match("GET", "/openapi.json", ROUTES) == match("GET", "/openapi.json/", ROUTES)


def test_the_variable_parts_of_a_path_are_given_by_name() -> None:
    assert match("DELETE", "/lobby/4711/ban/12/", ROUTES).params == {"code": "4711", "user_id": "12"}


@pytest.mark.parametrize("part", ["x", "1x", "-1", "+1", "1.0", "", " 1", "٣", "1_0", "²"])
def test_an_id_is_digits_only(part: str) -> None:
    with pytest.raises(NotFound):
        match("GET", f"/users/{part}/", ROUTES)


def test_a_text_in_a_path_may_be_anything_but_empty() -> None:
    assert match("POST", "/lobby/a%20b/", ROUTES).params == {"code": "a%20b"}
    with pytest.raises(NotFound):
        match("POST", "/lobby//", ROUTES)


def test_a_fixed_part_wins_over_a_variable_one() -> None:
    assert match("GET", "/lobby/search/", ROUTES).params == {}


def test_a_wrong_method_says_what_all_routes_of_the_path_allow() -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        match("POST", "/users/me/", ROUTES)
    assert refused.value.allowed == ("DELETE", "GET", "HEAD", "PATCH")


def test_a_wrong_method_on_a_fixed_path_does_not_fall_through_to_a_variable_one() -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        match("POST", "/lobby/search/", ROUTES)
    assert refused.value.allowed == ("GET", "HEAD")


def test_head_leads_where_get_does() -> None:
    assert match("HEAD", "/users/12/", ROUTES) == match("GET", "/users/12/", ROUTES)
    with pytest.raises(MethodNotAllowed) as refused:
        match("HEAD", "/lobby/4711/", ROUTES)
    assert refused.value.allowed == ("POST",)


def test_methods_are_written_in_capitals() -> None:
    with pytest.raises(MethodNotAllowed):
        match("get", "/users/me/", ROUTES)


@pytest.mark.usefixtures("empty")
def test_two_endpoints_cannot_have_one_path_and_method() -> None:
    registry.add(route("/users/me/", "GET", "PATCH"))
    registry.add(route("/users/me/", "DELETE"))
    with pytest.raises(ValueError, match="both want"):
        registry.add(route("/users/me/", "PATCH", module="other"))


@pytest.mark.usefixtures("empty")
def test_one_place_in_paths_has_one_name_as_api_gateway_wants_it() -> None:
    registry.add(route("/match/{id}/"))
    registry.add(route("/match/{id}/{user_id}/"))
    registry.add(route("/other/{name}/"))
    with pytest.raises(ValueError, match="name the same part differently"):
        registry.add(route("/match/{user_id}/score/"))
