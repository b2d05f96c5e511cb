"""One Chromium and one running stack for all tests of pages; each test has a browser profile of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from infra.local.runner.stack import Stack
from tests.pages.steps import Opens
from tests.support.axe.checks import require_axe
from tests.support.chromium import PATIENCE_MS, chromium


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The large shows are for `make shows`."""
    return True if collection_path.name == "shows" and not config.getoption("shows") else None


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """A running stack in the embedded mode, with the game server."""
    with Stack(settings={"TOURNAMENT_PAUSE_SECONDS": "1"}, game=True) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A new browser profile, which takes the stack's certificate."""
    made = browser.new_context(ignore_https_errors=True)
    yield made
    made.close()


def collect_errors(page: Page, errors: list[str]) -> None:
    """Note what the page throws, and what it or Chromium writes to the console as an error."""
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab. The test fails if its page throws an error or writes one to the console."""
    errors: list[str] = []
    opened = context.new_page()
    collect_errors(opened, errors)
    yield opened
    assert not errors


@pytest.fixture(scope="package")
def expected_errors() -> re.Pattern[str]:
    """What Chromium itself writes about answers that a story asks for, and about a broken stream."""
    return re.compile(r"the server responded with a status of 4\d\d|net::ERR_")


@pytest.fixture
def visit(browser: Browser, stack: Stack, expected_errors: re.Pattern[str]) -> Iterator[Opens]:
    """Opens the page in a browser of its own. The test fails if a page throws an error or its policy is violated."""
    require_axe()
    errors: list[str] = []
    with ExitStack() as opened:

        def visit(**options: Any) -> Page:
            context = browser.new_context(ignore_https_errors=True, **options)
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            collect_errors(page, errors)
            page.goto(stack.url)
            return page

        yield visit
    assert [error for error in errors if not expected_errors.search(error)] == []
