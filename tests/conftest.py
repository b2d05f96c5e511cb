"""The environment, options and fixtures of all tests.

The environment is set before the product is imported: settings are read once per process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

os.environ.update(
    TABLE_NAME="pong",
    JWT_SECRET="made-up-secret-of-the-tests-0123456789abcdef",
    JWT_SERVICE_SECRET="made-up-service-secret-0123456789abcdef",
    AWS_ACCESS_KEY_ID="100000000000",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="eu-west-3",
    LOG_LEVEL="CRITICAL",
    # The limits work as always, but only tests about limits reach them.
    LIMIT_FACTOR="1e6",
    # A busy machine makes no test fail.
    DYNAMODB_TIMEOUT_SECONDS="30",
    LIMITER_TIMEOUT_SECONDS="30",
)
for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
    os.environ.pop(name, None)

from tests.support.engine import Engine  # noqa: E402 (see above)

pytest_plugins = [
    "tests.support.database_fixtures",
    "tests.support.event_check",
    "tests.support.answer_check",
]

# Hypothesis fails a test that takes 200 ms; timing decides no test of ours. A commit fails on its own cases only:
# the same are drawn in every run, and new ones with `--hypothesis-profile free`.
hypothesis.settings.register_profile("free", deadline=None)
hypothesis.settings.register_profile("patient", deadline=None, derandomize=True)
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of tests over HTTPS: the engine to deploy to, real waiting times, how much is tried."""
    parser.addoption("--engine", metavar="URL", help="deploy there instead of to an engine of the tests' own")
    parser.addoption(
        "--real-durations", action="store_true", help="end to end with the product's waiting times"
    )
    parser.addoption(
        "--both-modes", action="store_true", help="end to end in both modes also what takes long in either"
    )
    parser.addoption("--long", action="store_true", help="also the tests marked `long` (-m long: only them)")
    parser.addoption(
        "--shows", action="store_true", help="also the large shows of the web page, in tests/pages/shows"
    )
    parser.addoption(
        "--contract-examples",
        type=int,
        default=0,
        metavar="N",
        help="make N requests per route and caller from the OpenAPI document, and N sequences of calls",
    )
    parser.addoption(
        "--sse-kills",
        type=int,
        default=2,
        help="kills of the SSE process under the Python and JavaScript client",
    )


TOGETHER = ("e2e", "arch", "pages")
"""Folders whose tests share running stacks or measurements: one process runs all of a folder, or all of a mode."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Spreads the tests over the processes of `make test` by file, and a few folders as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.split("/")[1]
        if folder not in TOGETHER:
            return path
        return f"{folder} deployed" if "[deployed" in nodeid else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """pytest-xdist calls this when there are several processes."""
    return ByFile(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: the one with the end-to-end tests mostly waits."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The end-to-end tests go first: they take longest, most of it waiting. Those marked `long` need --long."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)
    if not config.getoption("long"):
        left = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One embedded AWS engine for all tests; each test takes an `account()` of it."""
    with Engine(tmp_path_factory.mktemp("engine") / "engine.log") as running:
        yield running
