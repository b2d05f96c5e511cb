"""The whole product, started once in each local mode for all end-to-end tests, on ports of its own.

Waiting times are shorter than the product's (unless `--real-durations` is given) and rate limits more generous; nothing
else differs from `make run`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.runner.deployed_stack import DeployedStack
from infra.local.runner.stack import Stack
from shared.settings import Settings

DURATIONS = {
    "CONNECT_TIMEOUT_SECONDS": "6",
    "MATCH_MAX_SECONDS": "23",
    "RANKED_WIDEN_SECONDS": "1",
    "PRESENCE_LEASE_SECONDS": "15",
    "PRESENCE_GRACE_SECONDS": "0.5",
    "TOURNAMENT_COUNTDOWN_SECONDS": "5",
    "TOURNAMENT_PAUSE_SECONDS": "1",
    "TOURNAMENT_CHECK_SECONDS": "5",
}

SETTINGS = {
    "GAME_COUNTDOWN_SECONDS": "0.2",
    "GAME_RECONNECT_SECONDS": "5",
    # Tests play faster than people do; tests/e2e/test_limits.py has the limits as they are.
    "LIMIT_FACTOR": "50",
    # A busy machine makes no test fail.
    "LIMITER_TIMEOUT_SECONDS": "30",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests marked `one_mode` to the embedded mode, unless `--both-modes` is given."""
    if config.getoption("both_modes"):
        return
    left = [item for item in items if item.get_closest_marker("one_mode") and "deployed" in item.name]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="package", params=["embedded", "deployed"])
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """A running stack, in each of the local modes."""
    settings = {**SETTINGS, **durations(request.config)}
    if request.param == "embedded":
        made = Stack(settings=settings, game=True)
    else:
        made = DeployedStack(settings=settings, engine=request.config.getoption("engine"), game=True)
    with made as running:
        yield running


@pytest.fixture(scope="package")
def match_max_seconds(request: pytest.FixtureRequest) -> int:
    """The longest time of a match in that stack."""
    return int(durations(request.config).get("MATCH_MAX_SECONDS", Settings().match_max_seconds))


def durations(config: pytest.Config) -> dict[str, str]:
    """The waiting times that differ from the product's."""
    return {} if config.getoption("real_durations") else DURATIONS
