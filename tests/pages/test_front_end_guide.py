"""docs/guides/front-end.md, followed in Chromium from a page of another origin: its own blocks of code run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from infra.local.runner.stack import Stack
from infra.local.settings import ROOT
from tests.support.web_server import serving

GUIDE = ROOT / "docs/guides/front-end.md"
CLIENT = ROOT / "clients/javascript"
ADDRESS = 'const PONG = "https://localhost:4443";'


def page_of_the_guide(stack: Stack, *, with_client: bool = False) -> str:
    """A page with the guide's blocks, or the one that uses the JavaScript client; it calls this stack."""
    text = GUIDE.read_text(encoding="utf-8")
    language = "js with-client" if with_client else "js"
    script = "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    assert ADDRESS in script
    script = script.replace(ADDRESS, f'const PONG = "{stack.url}";')
    script += f"\nObject.assign(globalThis, {{ alice{'' if with_client else ', call'} }});"
    return f'<!doctype html><body><script type="module">{script}</script>'


@pytest.fixture(scope="module")
def plain_stack() -> Iterator[Stack]:
    """A stack as of `make run HTTP=1`, whose access tokens live for 6 seconds and are announced to expire after 3."""
    with Stack(settings={"ACCESS_SECONDS": "6"}, http=True) as running:
        yield running


def follow(tab: Page, stack: Stack, address: str) -> None:
    tab.goto(address)
    scheme = "ws" if stack.url.startswith("http:") else "wss"
    line = re.compile(
        rf"(alice|Guest)\d+: match \d{{4}}, play at {scheme}://localhost:{stack.port}/ws/game/\d{{4}}/"
    )
    expect(tab.locator("body")).to_have_text(re.compile(f"{line.pattern}.*{line.pattern}", re.DOTALL))


def test_the_guide_leads_to_a_duel_over_https(page: Page, stack: Stack) -> None:
    with serving(page_of_the_guide(stack)) as address:
        follow(page, stack, address)


def test_the_guide_leads_to_a_duel_with_the_client(page: Page, stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "pong-client").symlink_to(CLIENT)
    with serving(page_of_the_guide(stack, with_client=True), tmp_path) as address:
        follow(page, stack, address)
        page.evaluate("alice.post('/auth/logout/')")
        expect(page.locator("body")).to_have_text(re.compile(r"alice\d+'s stream has ended"))


def test_the_guide_leads_to_a_duel_over_plain_http_and_its_streams_outlive_their_tokens(
    context: BrowserContext, plain_stack: Stack
) -> None:
    assert plain_stack.url.startswith("http://")
    # Chromium writes an error to the console for the 401 at the end.
    tab = context.new_page()
    with serving(page_of_the_guide(plain_stack)) as address:
        follow(tab, plain_stack, address)
        with tab.expect_request(lambda request: "last_event_id=" in request.url):
            pass
        tab.evaluate("call('POST', '/auth/logout/', { token: alice.access })")
        expect(tab.locator("body")).to_have_text(re.compile(r"alice\d+ is signed out"))
