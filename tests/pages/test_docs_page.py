"""The page of the API's documentation, /api/docs/, in Chromium."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from infra.local.runner.stack import Stack


def test_the_search_shows_only_the_calls_that_match(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/api/docs/")
    page.get_by_role("searchbox").fill("duel")
    expect(page.get_by_text("/play/duel/").first).to_be_visible()
    expect(page.get_by_text("/auth/register/").first).to_be_hidden()
