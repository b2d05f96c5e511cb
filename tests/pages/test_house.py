"""The web page offers a match against the house, in Chromium."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, expect

from infra.local.runner.stack import Stack
from tests.support.axe.checks import problems, require_axe


def test_a_guest_who_waits_alone_for_10_seconds_plays_a_point_against_the_house(
    context: BrowserContext, stack: Stack
) -> None:
    require_axe()
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.clock.install(time=0)
    page.clock.pause_at(1_000)
    page.goto(stack.url)
    page.get_by_role("button", name="Play as a guest").click()
    with page.expect_websocket(lambda socket: socket.url.endswith("/ws/game/house/")) as asked:
        page.get_by_role("button", name="Duel: Find an opponent").click()
    if not asked.value.is_closed():
        asked.value.wait_for_event("close")
    offer = page.get_by_role("button", name="Play against the house")
    page.clock.fast_forward(9_000)
    expect(page.get_by_text("Looking for an opponent for a duel: 0:09")).to_be_visible()
    assert not offer.is_visible()
    page.clock.fast_forward(1_000)
    expect(page.get_by_text("Looking for an opponent for a duel: 0:10")).to_be_visible()
    expect(offer).to_be_visible()
    page.clock.resume()

    assert problems(page) == []
    offer.click()
    expect(page.get_by_role("img", name="The court")).to_be_visible(timeout=30_000)
    expect(page.locator(".score")).to_contain_text(re.compile(r"Guest\d+.*House-\d{6}", re.DOTALL))
    expect(page.get_by_text(re.compile(r"^Your paddle is on the left"))).to_be_visible()
    page.keyboard.down("ArrowUp")
    expect(page.get_by_text(re.compile(r"^Your paddle is on the left, high up\.$"))).to_be_visible()
    page.keyboard.up("ArrowUp")
    expect(page.locator("#said")).to_contain_text("Point for", timeout=60_000)
    expect(page.get_by_role("heading", name=re.compile(r"^You (win|lose)\. \d : \d\."))).to_be_visible(
        timeout=120_000
    )
    expect(page.get_by_role("link", name="Back to the lobby")).not_to_be_attached()
    page.get_by_role("button", name="Find the next opponent").click()
    expect(page.get_by_text(re.compile(r"^Looking for an opponent for a duel: "))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(offer).not_to_be_attached()
    assert errors == []
