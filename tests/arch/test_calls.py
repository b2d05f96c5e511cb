"""An endpoint makes few calls of the database, the same few at any size, and its module is imported fast."""

from __future__ import annotations

import json

import pytest

import app  # noqa: F401 (fills the registries)
from shared.http.registry import ROUTES
from shared.http.task import TASKS
from tests.arch import endpoints
from tests.arch.imports import MAX_CALLS, import_with
from tests.arch.measuring import count_calls
from tests.arch.scenarios.all import EXCEPTIONS, SCENARIOS
from tests.support.engine import Engine

BY_NAME = {route.name: route for route in ROUTES}
MODULES = sorted({route.module for route in ROUTES} | set(TASKS.values()))


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_an_endpoint_makes_no_more_calls_than_its_kind_may(name: str, engine: Engine) -> None:
    route = BY_NAME[name]
    documented = {endpoints.without_units(text) for text in endpoints.FILE.read_text().splitlines()}
    for case, prepare in SCENARIOS[name].items():
        calls = count_calls(engine, prepare)
        assert calls.status == route.status, f"the case {case!r} of {name} isn't answered as it should be"
        allowed = endpoints.bound(route, case, calls)
        assert calls.in_sequence <= allowed, (
            f"{name} {case} makes {calls.in_sequence} calls in sequence, {allowed} are allowed: {calls.names}. "
            "Read more at once; or, if it has to be, give it a number and a reason in EXCEPTIONS beside its scenario."
        )
        line = endpoints.line(route, case, calls)
        if endpoints.without_units(line) not in documented:
            pytest.fail(
                f"docs/endpoints.md is stale: run `make endpoints ARGS={name}`.\n{line}", pytrace=False
            )
        units = json.loads(endpoints.PARTITIONS.read_text()).get(endpoints.start_of(route, case))
        touched = {kind: set(found) for kind, found in calls.partitions.items()}
        assert {kind: set(found) for kind, found in (units or {}).items()} == touched, (
            f"docs/measurements/partitions.json is stale: run `make endpoints ARGS={name}`."
        )


def test_no_scenario_of_a_route_that_is_gone_is_left() -> None:
    gone = sorted(SCENARIOS.keys() - BY_NAME.keys())
    if gone:
        pytest.fail(f"Remove the scenarios of {', '.join(gone)} from tests/arch/scenarios/.", pytrace=False)
    cases = {(name, case) for name, cases in SCENARIOS.items() for case in cases}
    assert EXCEPTIONS.keys() <= cases


def test_docs_endpoints_has_no_line_of_a_case_that_is_gone_and_every_exception() -> None:
    stale = endpoints.PARTITIONS.read_text() != endpoints.partitions({})
    if stale or endpoints.FILE.read_text() != endpoints.text({}):
        pytest.fail(
            "docs/endpoints.md is stale: run `make endpoints ARGS=<what you changed or removed>`.",
            pytrace=False,
        )


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_imported_fast_without_boto3_the_app_or_another_endpoint(module: str) -> None:
    found = import_with("requirements.txt", module)

    assert found.calls <= MAX_CALLS, "import less, or let Pydantic build models later (defer_build)"
    assert not {name.partition(".")[0] for name in found.modules} & {"app", "boto3", "cryptography", "moto"}
    assert {name for name in found.modules if name.startswith("functions.") and name.count(".") == 2} == {
        module
    }
