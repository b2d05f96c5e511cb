"""What people do in the web page, in every story."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

PASSWORD = "correct-horse-7"
PHONE = {"width": 390, "height": 844}

Opens = Callable[..., Page]
"""Opens the page in a browser of its own; takes Playwright's options of a context."""


def register(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect_signed_in(page)


def play_as_guest(page: Page) -> None:
    page.get_by_role("button", name="Play as a guest").click()
    expect_signed_in(page)


def expect_signed_in(page: Page) -> None:
    expect(page.get_by_role("heading", name="Play", level=1)).to_be_visible()
    expect(page.locator("header .online")).to_be_visible()


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation, and wait for the view."""
    page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{name}")).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def expect_court(page: Page) -> None:
    expect(page.get_by_role("img", name="The court")).to_be_visible()
