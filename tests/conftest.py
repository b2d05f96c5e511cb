"""Fixtures that several kinds of tests share.

The environment is set before anything of the product is imported, for settings are read once per process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent

os.environ.update(
    TABLE_NAME="pong",
    JWT_SECRET="made-up-secret-of-the-tests-0123456789abcdef",
    AWS_ACCESS_KEY_ID="100000000000",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="eu-west-3",
    LOG_LEVEL="CRITICAL",
    # A machine that is busy with other things makes no test fail.
    DYNAMODB_TIMEOUT_SECONDS="30",
)
for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
    os.environ.pop(name, None)

from tests.engine import Engine  # noqa: E402 (see above)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What end-to-end tests can be told: where to deploy (LocalStack, say), and to wait as long as the product does."""
    parser.addoption("--engine", metavar="URL", help="deploy there instead of to an engine of the tests' own")
    parser.addoption(
        "--real-durations", action="store_true", help="end to end with the product's waiting times"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` runs in several processes: what shares a running stack, or measurements, stays in one, and so does
    each file. The end-to-end tests go first, for they take longest, most of it waiting.
    """
    for item in items:
        room, *rest = item.path.relative_to(HERE).parts
        group = room if room in ("e2e", "arch") else "/".join([room, *rest])
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.path.parts[len(HERE.parts)] != "e2e")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One embedded AWS engine for all tests that want a real one; take an `account()` of it per test."""
    with Engine(tmp_path_factory.mktemp("engine") / "engine.log") as running:
        yield running
