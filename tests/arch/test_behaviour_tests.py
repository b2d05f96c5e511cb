"""Every route has a test of its own, beside those that go over all routes.

It is found in the source of the tests: a function of a test module, or one that it calls, calls something with the
route's method and path, as in `call("GET", "/users/me/", token)` and `client.get("/api/users/me/")`, or calls the
endpoint itself.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest

import app  # noqa: F401 (fills the registry)
from shared.domain.errors import DomainError
from shared.http.registry import PREFIX, ROUTES, match
from tests.support.engine import ROOT

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}

Names = Mapping[str, set[str]]
"""The texts that a variable may have."""


def texts(node: ast.expr, names: Names) -> set[str]:
    """The texts that an expression may have; what isn't known of a path's parts is `1`."""
    match node:
        case ast.Constant(value=str() as value):
            return {value}
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return names.get(name, set())
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return {one + other for one in texts(left, names) for other in texts(right, names)}
        case ast.FormattedValue(value=value):
            return texts(value, names) or {"1"}
        case ast.JoinedStr(values=parts):
            found = {""}
            for part in parts:
                found = {one + other for one in found for other in texts(part, names)}
            return found
    return set()


def names_in(tree: ast.Module) -> Names:
    """The paths that variables of a module are assigned."""
    names: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names[name] |= {text for text in texts(value, names) if text.startswith("/")}
    return names


def calls_of(function: ast.AST, names: Names) -> Iterator[str]:
    """The names of functions that a function calls, among them those of the endpoints that it requests."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield called
            given = {text for argument in node.args for text in texts(argument, names)}
            for path in (text.removeprefix(PREFIX) for text in given if text.startswith("/")):
                for method in METHODS & (given | {called.upper()}):
                    with suppress(DomainError):
                        yield match(method, path, ROUTES).route.name


@pytest.fixture(scope="module")
def called() -> set[str]:
    """The names of all functions that tests call, directly or through others."""
    files = [file for file in ROOT.glob("tests/**/*.py") if "arch" not in file.relative_to(ROOT).parts]
    trees = {file: ast.parse(file.read_text("utf-8")) for file in (*files, *ROOT.glob("demo/*.py"))}
    constants = {
        name: found for tree in trees.values() for name, found in names_in(tree).items() if name.isupper()
    }
    calls: dict[str, set[str]] = defaultdict(set)
    reached: set[str] = set()
    for file, tree in trees.items():
        names = {**constants, **names_in(tree)}
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                calls[function.name] |= set(calls_of(function, names))
                if file.name.startswith("test_"):
                    reached.add(function.name)
    new = reached
    while new:
        new = {name for caller in new for name in calls[caller]} - reached
        reached |= new
    return reached


@pytest.mark.parametrize("name", sorted({route.name for route in ROUTES}))
def test_a_route_has_a_behaviour_test(name: str, called: set[str]) -> None:
    route = next(route for route in ROUTES if route.name == name)
    if name not in called:
        pytest.fail(
            f"No test requests {name}: write one in its area of tests/behaviour/, with"
            f' call("{route.methods[0]}", "{route.path}", …). It says what is answered, stored and refused.',
            pytrace=False,
        )
