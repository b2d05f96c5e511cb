"""The web page at /, in Chromium: people who sign in, find each other and play; each test is a story of several views."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.runner.stack import Stack
from tests.support.axe.checks import problems, require_axe

PASSWORD = "correct-horse-7"
PHONE = {"width": 390, "height": 844}

Opens = Callable[..., Page]

EXPECTED = re.compile(r"the server responded with a status of 4\d\d")
"""What Chromium itself writes about answers that a story asks for."""


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Opens]:
    """Opens the page in a browser of its own. The test fails if a page throws an error or its policy is violated."""
    require_axe()
    errors: list[str] = []
    with ExitStack() as opened:

        def visit(**options: object) -> Page:
            context = browser.new_context(ignore_https_errors=True, **options)
            opened.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
            page.goto(stack.url)
            return page

        yield visit
    assert [error for error in errors if not EXPECTED.search(error)] == []


def register(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Play", level=1)).to_be_visible()
    expect(page.locator("header .online")).to_be_visible()


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation, and wait for the view."""
    page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{name}")).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_guest_signs_in_with_one_click_stays_over_a_reload_and_registers(visit: Opens) -> None:
    page = visit(viewport=PHONE)
    assert problems(page) == []
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Check name and password")

    page.get_by_role("button", name="Play as a guest").click()
    expect(page.get_by_role("heading", name="Play", level=1)).to_be_focused()
    name = page.locator("header .me").inner_text()
    page.reload()
    expect(page.locator("header .me")).to_have_text(name)
    assert problems(page) == []

    go(page, "Friends")
    page.get_by_label("Name", exact=True).fill("a")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Name", exact=True).fill("phone-guest")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.locator("header .me")).to_have_text("phone-guest")

    page.locator("header .me").click()
    expect(page.get_by_role("heading", name="phone-guest")).to_be_focused()
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Play as a guest")).to_be_visible()


def test_two_become_friends_and_talk_and_each_sees_at_once_what_the_other_does(visit: Opens) -> None:
    ada, ben = visit(), visit(viewport=PHONE)
    register(ada, "page-ada")
    register(ben, "page-ben")
    go(ada, "Friends")
    ada.get_by_label("Name of the user").fill("page-ben")
    ada.get_by_role("button", name="Ask for friendship").click()
    expect(ada.get_by_role("button", name="Take back: page-ben")).to_be_visible()

    expect(ben.locator("#said")).to_contain_text("page-ada wants to be your friend.")
    go(ben, "News")
    assert problems(ben) == []
    ben.get_by_role("button", name="Accept: page-ada wants to be your friend.").click()
    expect(ada.locator("#said")).to_contain_text("page-ben accepted your friend request.")
    expect(ada.get_by_role("button", name="End the friendship: page-ben")).to_be_visible()
    assert problems(ada) == []

    ada.get_by_role("main").get_by_role("link", name="page-ben").click()
    expect(ada.get_by_role("heading", name="page-ben")).to_be_focused()
    ada.get_by_role("button", name="Write").click()
    ada.get_by_label("Message").fill("Hello Ben")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("listitem").filter(has_text="Hello Ben")).to_be_visible()
    expect(ada.get_by_label("Message")).to_have_value("")

    go(ben, "Messages")
    assert problems(ben) == []
    ben.get_by_role("main").get_by_role("link", name="Open page-ada").click()
    expect(ben.get_by_role("main").get_by_text("Hello Ben", exact=True)).to_be_visible()
    ben.get_by_label("Message").fill("half a senten")
    ada.get_by_label("Message").fill("Second")
    ada.keyboard.press("Enter")
    expect(ben.get_by_role("main").get_by_text("Second", exact=True)).to_be_visible()
    expect(ben.get_by_label("Message")).to_have_value("half a senten")
    expect(ben.get_by_label("Message")).to_be_focused()
    assert problems(ben) == []
    assert ben.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    ada.goto(ada.url.partition("#")[0] + "#/account")
    expect(ada.get_by_role("heading", name="Account", level=1)).to_be_focused()
    assert problems(ada) == []
    with ada.expect_download() as download:
        ada.get_by_role("button", name="Download").click()
    assert "Hello Ben" in download.value.path().read_text("utf-8")
    ada.get_by_label("Your password").fill(PASSWORD)
    ada.get_by_role("button", name="Delete for good").click()
    expect(ada.get_by_text("Your account is deleted.")).to_be_visible()
    go(ben, "Friends")
    expect(ben.get_by_text("No friends yet.")).to_be_visible()
