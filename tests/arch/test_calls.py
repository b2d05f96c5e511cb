"""An endpoint makes few calls of the database, the same few at any size, and its module is imported fast."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

import app  # noqa: F401 (fills the registries)
from shared.http.registry import ROUTES, Route
from shared.http.task import TASKS
from tests.arch import endpoints
from tests.arch.measuring import Import, count_calls, import_once
from tests.arch.scenarios import SCENARIOS
from tests.support.engine import Engine

BY_NAME = {route.name: route for route in ROUTES}
MODULES = sorted({route.module for route in ROUTES} | set(TASKS.values()))


def cases_of(route: Route) -> list[str]:
    assert route.name in SCENARIOS, (
        f"Nothing is known of {route.methods} {route.path}: add {route.name!r} to SCENARIOS in "
        "tests/arch/scenarios.py, with one case for every way in which it makes more calls or fewer, "
        "then run `make endpoints`."
    )
    return list(SCENARIOS[route.name])


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_an_endpoint_makes_no_more_calls_than_its_kind_may(name: str, engine: Engine) -> None:
    route = BY_NAME[name]
    documented = {endpoints.without_measures(text) for text in endpoints.FILE.read_text().splitlines()}
    for case in cases_of(route):
        calls = count_calls(engine, SCENARIOS[name][case])
        assert calls.status == route.status, f"the case {case!r} of {name} isn't answered as it should be"
        allowed = endpoints.bound(route, case, calls)
        assert calls.in_sequence <= allowed, (
            f"{name} {case} makes {calls.in_sequence} calls in sequence, {allowed} are allowed: {calls.names}. "
            "Read more at once; or, if it has to be, give it a place and a reason in "
            "tests/arch/endpoints.py, EXCEPTIONS."
        )
        line = endpoints.without_measures(endpoints.line(route, case, calls, "0"))
        assert line in documented, f"docs/endpoints.md lacks this line; run `make endpoints`:\n{line}"


def test_every_scenario_and_exception_is_of_a_route_that_exists() -> None:
    assert SCENARIOS.keys() <= BY_NAME.keys()
    for name, case in endpoints.EXCEPTIONS:
        assert case in SCENARIOS[name]


@pytest.fixture(scope="module")
def imports() -> Mapping[str, Import]:
    """Every module, imported once in an interpreter of its own."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(MODULES, pool.map(import_once, MODULES), strict=True))


def test_every_module_is_imported_fast(imports: Mapping[str, Import]) -> None:
    for module, first in imports.items():
        # One look below the bound settles it; that it is above takes ten of them.
        looks = [first.milliseconds]
        while min(looks) > endpoints.IMPORT_BOUND and len(looks) < 10:
            looks.append(import_once(module).milliseconds)
        assert min(looks) <= endpoints.IMPORT_BOUND, f"importing {module} takes {looks} ms"


def test_no_module_brings_boto3_the_app_or_another_endpoint_along(imports: Mapping[str, Import]) -> None:
    for module, first in imports.items():
        loaded = first.modules
        assert module in loaded
        assert "app" not in loaded
        assert not {name for name in loaded if name.partition(".")[0] in {"boto3", "moto", "cryptography"}}
        others = {name for name in loaded if name.startswith("functions.") and name.count(".") == 2}
        assert others == {module}
