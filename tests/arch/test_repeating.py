"""Every writing endpoint can be repeated under an idempotency key: one change, one more read, a role that allows it."""

from __future__ import annotations

import pytest

import app  # noqa: F401 (fills the registry)
from shared.http.registry import ROUTES
from shared.store.base import connection
from tests.arch.measuring import count_calls, measure
from tests.arch.scenarios.all import SCENARIOS
from tests.arch.test_roles import allowed_on_the_table
from tests.support import calls
from tests.support.database import leading_to, raw_items
from tests.support.engine import Engine

WRITING = {route.name: route for route in ROUTES if any(route.takes_key(method) for method in route.methods)}
CASES = [(name, case) for name in sorted(WRITING) for case in SCENARIOS[name]]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_writing_request_with_a_key_is_done_once_for_one_more_read(
    name: str, case: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, account = SCENARIOS[name][case], engine.account()
    without_key = count_calls(engine, scenario)
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        request = scenario()
        monkeypatch.setattr(calls, "HEADERS", {**calls.HEADERS, "Idempotency-Key": "the-key"})
        first = measure(request)
        written = raw_items()
        repeated = [measure(request) for _ in range(2)]
        assert raw_items() == written
    assert first.status == WRITING[name].status
    assert {again.status for again in repeated} == {first.status}
    assert first.in_sequence <= without_key.in_sequence + 1
    assert all(again.in_sequence <= without_key.in_sequence + 1 for again in repeated)
    actions, keys = allowed_on_the_table(name)
    assert {action for action, _ in first.touched} <= actions
    assert {key for _, key in first.touched} <= keys
