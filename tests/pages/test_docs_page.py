"""The page of the API's documentation, /api/docs/, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from infra.local.runner.stack import Stack
from tests.support.document import DOCUMENT

PHONE, TABLET, SCREEN = 390, 800, 1400


def read(page: Page, stack: Stack, fragment: str = "") -> None:
    """Open the page, and wait for its content."""
    page.goto(f"{stack.url}/api/docs/{fragment}")
    expect(page.locator("#all-schemas")).to_be_attached()


def open_all(page: Page) -> None:
    """Open all that can be opened: its content is made only then."""
    page.evaluate("document.querySelectorAll('details.card').forEach((card) => { card.open = true; })")
    expect(page.locator("details.card[open]:not([data-made]):not(#tokens)")).to_have_count(0)


def test_the_search_shows_only_the_calls_that_match(page: Page, stack: Stack) -> None:
    read(page, stack)
    page.get_by_role("searchbox").fill("duel")
    expect(page.get_by_text("/play/duel/").first).to_be_visible()
    expect(page.get_by_text("/auth/register/").first).to_be_hidden()


@pytest.mark.parametrize("words", ["lobby_full", "game-void", "NewTournament"])
def test_the_search_finds_codes_events_and_schemas(page: Page, stack: Stack, words: str) -> None:
    read(page, stack)
    page.get_by_role("searchbox").fill(words)
    expect(page.locator("summary .path", has_text=words).first).to_be_visible()
    page.get_by_role("searchbox").fill("xyzzy")
    expect(page.get_by_text("Nothing found.")).to_be_visible()


def test_a_guest_tries_a_call_and_listens(page: Page, stack: Stack) -> None:
    read(page, stack)
    page.get_by_role("button", name="Play as a guest").click()
    expect(page.get_by_text("You are a guest now.")).to_be_visible()

    page.locator("#get_me > summary").click()
    page.locator("#get_me").get_by_role("button", name="Send").click()
    answer = page.locator("#get_me form pre", has_text='"is_guest"').first
    expect(answer).to_contain_text('"is_guest": true')

    page.locator("#stream_events > summary").click()
    stream = page.locator("#stream_events")
    stream.get_by_role("button", name="Connect", exact=True).click()
    expect(stream.get_by_role("button", name="Disconnect")).to_be_visible()
    page.locator("#join_duel > summary").click()
    page.locator("#join_duel").get_by_role("button", name="Send").click()
    expect(page.locator("#join_duel form .status").first).to_contain_text("20")
    stream.get_by_role("button", name="Disconnect").click()
    expect(stream.get_by_role("button", name="Connect", exact=True)).to_be_visible()


def test_an_event_shows_when_it_comes_to_whom_its_fields_and_an_example(page: Page, stack: Stack) -> None:
    read(page, stack, "#event-game-void")
    card = page.locator("#event-game-void")
    for text in ("its players", "The match's code.", '"event_code": "game-void"'):
        expect(card.get_by_text(text).first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, TABLET, SCREEN])
def test_all_of_it_fits_the_width_and_no_code_is_broken(
    page: Page, stack: Stack, width: int, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    read(page, stack)
    open_all(page)
    wide = page.evaluate(
        "(width) => [...document.querySelectorAll('main *')].filter((part) => !part.closest('.scroll, pre')"
        " && part.getBoundingClientRect().right > width).map((part) => part.outerHTML.slice(0, 200)).slice(0, 5)",
        width,
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = page.evaluate(
        "[...document.querySelectorAll('td > code')].filter((code) => code.getClientRects().length > 1).length"
    )
    assert broken == 0
    background, text = page.evaluate(
        "(({ backgroundColor, color }) => [backgroundColor, color].map((name) => "
        "name.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)))"
        "(getComputedStyle(document.body))"
    )
    assert (background < text) == (scheme == "dark")
    assert abs(background - text) > 400, "text and background differ too little"


def test_the_page_asks_no_other_host_and_has_every_call_event_and_error(page: Page, stack: Stack) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    read(page, stack)
    open_all(page)
    assert asked
    assert {url for url in asked if not url.startswith((stack.url, "data:"))} == set()
    calls = [call["operationId"] for path in DOCUMENT["paths"].values() for call in path.values()]
    codes = [f"error-{error['status']}-{error['code']}" for error in DOCUMENT["x-error-codes"]]
    events = [f"event-{event['event_code']}" for event in DOCUMENT["x-events"]]
    shown = page.evaluate("[...document.querySelectorAll('details.card')].map((card) => card.id)")
    assert {*calls, *codes, *events} <= set(shown)
