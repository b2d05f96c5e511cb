"""The contract in docs/contract names every call, error code and event of the product."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import app  # noqa: F401 (fills the registry)
from shared.http.registry import ROUTES, Route
from tools.openapi.operations import operation_id

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "contract"
TEXT = " ".join(" ".join(page.read_text("utf-8").split()) for page in sorted(PAGES.glob("*.md")))
QUOTED = frozenset(re.findall(r"`([^`]*)`", TEXT))

DOCUMENT = json.loads((ROOT / "functions" / "meta" / "openapi.json").read_text("utf-8"))


def nameless(call: str) -> str:
    """A call without the names of its path's variable parts: each document has its own."""
    return re.sub(r"<\w+>|{\w+}", "<>", call)


NAMED = {nameless(quoted) for quoted in QUOTED if re.match("(GET|POST|PUT|PATCH|DELETE) /", quoted)}
CALLS = [(route, method) for route in ROUTES for method in route.methods]


@pytest.mark.parametrize(("route", "method"), CALLS, ids=[operation_id(*call) for call in CALLS])
def test_the_contract_names_a_call(route: Route, method: str) -> None:
    if nameless(f"{method} {route.path}") not in NAMED:
        pytest.fail(
            f"`{method} {route.path}` isn't in the contract: write what it answers and refuses on its area's page of"
            " docs/contract/, under a heading of its own.",
            pytrace=False,
        )


def test_no_call_of_a_route_that_is_gone_is_left_in_the_contract_beside_the_event_stream() -> None:
    served = {nameless(f"{method} {route.path}") for route, method in CALLS}
    gone = sorted(NAMED - served - {"GET /sse/users/", "GET /sse/matches/"})
    if gone:
        pytest.fail(f"Remove {', '.join(gone)} from docs/contract/.", pytrace=False)


def test_the_contract_names_every_error_code() -> None:
    codes = set(re.findall(r'"code": "([a-z_]+)"', json.dumps(DOCUMENT)))
    assert "throttled" in codes
    missing = sorted(codes - QUOTED)
    assert not missing, f"write in docs/contract when a call answers {', '.join(missing)}"
