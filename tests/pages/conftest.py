"""One Chromium and one running stack for all tests of pages; each test has a browser profile of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from infra.local.runner.stack import Stack
from tests.support.chromium import chromium


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


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab. The test fails if its page throws an error or writes one to the console."""
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield opened
    assert not errors
