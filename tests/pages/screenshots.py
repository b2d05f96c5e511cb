"""Pictures of every view of the web page, light, dark and on a phone, for docs/pictures.

make screenshots
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from developer.accounts import PASSWORD
from infra.local.runner.stack import Stack
from infra.local.settings import ROOT
from tests.support.chromium import chromium

PICTURES = ROOT / "docs" / "pictures"
QUALITY = 60
SCREEN = {"width": 1120, "height": 720}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": SCREEN},
    "dark": {"color_scheme": "dark", "viewport": SCREEN},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 780}, "has_touch": True},
}
VIEWS = {
    "play": "/",
    "pictures": "/profile-pictures",
    "friends": "/friends",
    "messages": "/chat",
    "news": "/news",
    "tournaments": "/tournament",
    "account": "/account",
}
TROPHIES = (36, 34, 33, -21, 35, 32, -22, 34, 33, 30)
"""What Ada wins and loses in ranked matches before the pictures are taken."""


def sow(stack: Stack) -> None:
    """Make accounts with something in every list, and ranked matches of Ada's."""
    subprocess.run(
        [sys.executable, "-m", "developer", "seed", "--port", str(stack.port)], cwd=ROOT, check=True
    )
    service = {"Authorization": f"Bearer {stack.service_token()}"}
    with httpx.Client(base_url=f"{stack.url}/api", verify=str(stack.ca), headers=service) as client:
        ids = {name: account_id(client, name) for name in ("ada", "ben")}
        for change in TROPHIES:
            winner, looser = ("ada", "ben") if change > 0 else ("ben", "ada")
            teams = {
                "a": {"score": 3, "players": [{"id": ids[winner], "score": 3, "trophies": abs(change)}]},
                "b": {"score": 1, "players": [{"id": ids[looser], "score": 1, "trophies": -abs(change)}]},
            }
            body = {"game_mode": "ranked", "teams": teams, "winner": "a", "looser": "b"}
            client.post("/private/users/result-match/", json=body).raise_for_status()


def account_id(client: httpx.Client, name: str) -> int:
    """The id of a seeded account."""
    tokens = (
        client.post("/auth/login/", json={"username": name, "password": PASSWORD}).raise_for_status().json()
    )
    me = client.get("/users/me/", headers={"Authorization": f"Bearer {tokens['access']}"}).raise_for_status()
    return int(me.json()["id"])


def opened(browser: Browser, stack: Stack, **options: Any) -> Page:
    """The page in a browser of its own."""
    context = browser.new_context(ignore_https_errors=True, reduced_motion="reduce", **options)
    page = context.new_page()
    page.goto(stack.url)
    return page


def settle(page: Page) -> None:
    """Wait until the view has read what it shows, and its images are there."""
    expect(page.get_by_text("Reading…")).to_have_count(0)
    page.evaluate(
        "Promise.all([...document.images].filter(({ loading }) => loading !== 'lazy').map((image) => image.decode()))"
    )


def taken(page: Page, name: str) -> tuple[str, bytes]:
    """A picture of what the page shows, as WebP."""
    settle(page)
    made = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).save(made, "WEBP", quality=QUALITY, method=6)
    return name, made.getvalue()


def walk(browser: Browser, stack: Stack, **look: Any) -> Iterator[tuple[str, bytes]]:
    """Pictures of every view, by their names, in one look."""
    ada = opened(browser, stack, **look)
    yield taken(ada, "sign-in")
    ada.get_by_label("Name", exact=True).fill("ada")
    ada.get_by_label("Password").fill(PASSWORD)
    ada.get_by_role("button", name="Log in").click()
    ada.locator("header .online").wait_for()
    for name, path in VIEWS.items():
        ada.goto(f"{stack.url}/#{path}")
        yield taken(ada, name)
    ada.goto(f"{stack.url}/#/chat")
    ada.get_by_role("main").get_by_role("link", name="Open ben").click()
    ada.get_by_role("button", name="Hide").wait_for()
    yield taken(ada, "conversation")
    ada.locator("header .me").click()
    ada.get_by_role("heading", name="Trophies over time").wait_for()
    yield taken(ada, "profile")
    ada.get_by_role("main").get_by_role("link", name="Tournament", exact=True).first.click()
    ada.get_by_role("heading", name="Bracket").wait_for()
    yield taken(ada, "bracket")
    ada.goto(f"{stack.url}/#/")
    ada.get_by_role("button", name="3 against 3").click()
    ada.get_by_role("button", name="Leave").wait_for()
    yield taken(ada, "lobby")
    yield match(browser, stack, ada)
    ada.context.close()


def match(browser: Browser, stack: Stack, ada: Page) -> tuple[str, bytes]:
    """A duel, once both paddles have moved and the ball flies."""
    guest = opened(browser, stack)
    guest.get_by_role("button", name="Play as a guest").click()
    guest.locator("header .online").wait_for()
    for page in (ada, guest):
        page.goto(f"{stack.url}/#/")
        page.get_by_role("button", name="Duel: Find an opponent").click()
    ada.get_by_text(re.compile("^The ball is served")).wait_for()
    ada.keyboard.down("ArrowUp")
    guest.keyboard.down("ArrowDown")
    ada.get_by_text("The ball flies").wait_for()
    made = taken(ada, "match")
    ada.get_by_role("heading", name=re.compile("^You ")).wait_for(timeout=60_000)
    guest.context.close()
    return made


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with Stack(game=True) as stack, chromium() as browser:
        sow(stack)
        for look, options in LOOKS.items():
            for name, content in walk(browser, stack, **options):
                file = PICTURES / f"{name}-{look}.webp"
                file.write_bytes(content)
                sys.stdout.write(f"{file.relative_to(ROOT)}: {len(content)} bytes\n")


if __name__ == "__main__":
    main()
