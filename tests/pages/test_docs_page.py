"""The page of the API's documentation, /api/docs/, in Chromium."""

from __future__ import annotations

import ast

import httpx
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


def an_opponent_joins(stack: Stack) -> None:
    """Another guest queues for a duel."""
    with httpx.Client(base_url=stack.url, verify=str(stack.ca)) as client:
        client.headers["Authorization"] = f"Bearer {client.post('/api/auth/guest/').json()['access']}"
        with client.stream("GET", "/sse/users/") as events:
            assert next(events.iter_raw())
            assert client.post("/api/play/duel/").is_success


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
    # The stream's head is shown before its first byte: `retry:` says that the guest is online.
    expect(stream.locator("form pre").last).to_contain_text("retry:")
    page.locator("#join_duel > summary").click()
    page.locator("#join_duel").get_by_role("button", name="Send").click()
    expect(page.locator("#join_duel form .status").first).to_contain_text("20")
    an_opponent_joins(stack)
    expect(stream.locator("form pre").last).to_contain_text("event: game-start")
    stream.get_by_role("button", name="Disconnect").click()
    expect(stream.get_by_role("button", name="Connect", exact=True)).to_be_visible()


SNIPPETS = {
    # No body; what the call answers is kept.
    "join_duel": ('await pong.post("/play/duel/");', "answer = pong.join_duel()"),
    "create_lobby": (
        'await pong.post("/play/lobby/", { body: { game_mode: "custom_game", match_type: "3v3" } });',
        'answer = pong.create_lobby(game_mode="custom_game", match_type="3v3")',
    ),
    "leave_lobby": (
        'await pong.delete("/play/lobby/{code}/", { path: { code: "A1b2" } });',
        'pong.leave_lobby("A1b2")',
    ),
    "list_matches": (
        'await pong.get("/game/matches/{user_id}/", { path: { user_id: 7 }, query: { limit: 5 } });',
        "answer = pong.list_matches(7, limit=5)",
    ),
    "connect_player": (
        'token: process.env.SERVICE_TOKEN });\nconst answer = await pong.get("/private/match/{id}/{user_id}/"',
        'os.environ["SERVICE_TOKEN"], ca="ca.pem") as pong:\n    answer = pong.connect_player(1, 1)',
    ),
    "stream_events": (
        "for await (const event of pong.events()) console.log(event.event_code, event.data);",
        "for event in pong.events():",
    ),
}
FILLED = {"leave_lobby": {"code": "A1b2"}, "list_matches": {"user_id": "7", "limit": "5"}}


def test_a_call_is_shown_for_the_clients_and_curl(page: Page, stack: Stack) -> None:
    read(page, stack)
    for call, (javascript, python) in SNIPPETS.items():
        card = page.locator(f"#{call}")
        card.locator("> summary").click()
        for name, value in FILLED.get(call, {}).items():
            card.get_by_label(name, exact=True).fill(value)
        shown = card.locator("form pre").first
        for language, code in (("JavaScript", javascript), ("Python", python), ("curl", "curl -i")):
            card.get_by_role("button", name=language, exact=True).click()
            assert code in shown.inner_text()


def test_snippets_follow_the_form(page: Page, stack: Stack) -> None:
    read(page, stack, "#create_lobby")
    card = page.locator("#create_lobby")
    card.get_by_role("button", name="Python", exact=True).click()
    card.get_by_label("Body").fill('{"game_mode": null, "on": [true]}')
    expect(card.get_by_text("pong.create_lobby(game_mode=None, on=[True])")).to_be_visible()
    card.get_by_label("Body").fill("{")
    expect(card.get_by_text("The body is no JSON")).to_be_visible()


ARGUMENTS = """() => Object.fromEntries(Object.entries(doc.paths).flatMap(([path, item]) => METHODS
  .filter((method) => item[method]).map((method) => {
    const op = { path, method, ...item[method] }, content = op.requestBody && resolve(op.requestBody).content;
    const body = content && JSON.stringify(content["application/json"].example);
    const values = Object.fromEntries((op.parameters || []).map((p) => [p.name, sample(p)]));
    return [op.operationId, [javascript(op, values, body), python(op, values, body)]];
  })))"""


def test_every_snippet_in_python_and_javascript_is_code(page: Page, stack: Stack) -> None:
    read(page, stack)
    snippets = page.evaluate(ARGUMENTS)
    assert set(snippets) == {
        call["operationId"] for path in DOCUMENT["paths"].values() for call in path.values()
    }
    for call, (javascript, python) in snippets.items():
        ast.parse(python)
        body = javascript.partition("\n\n")[2]
        assert page.evaluate("(code) => { eval(`(async () => { ${code} })`); return true; }", body), call
        assert "undefined" not in javascript + python


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
