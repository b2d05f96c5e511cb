"""The web page at /, in Chromium: people sign in, find each other and play; a test is a story of several views."""

from __future__ import annotations

import re
from contextlib import ExitStack

import httpx
from playwright.sync_api import Page, expect

from infra.local.runner.stack import Stack
from tests.pages.steps import PASSWORD, PHONE, Opens, expect_court, go, register
from tests.support.axe.checks import problems


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
    page.get_by_role("link", name="Pictures", exact=True).click()
    expect(page.get_by_text("In use", exact=True)).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Play as a guest")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_attribute("type", "password")
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")
    kept = page.evaluate("[Object.entries(localStorage), Object.entries(sessionStorage)]")
    assert kept == [[["pong", "null"]], []]


def test_two_become_friends_and_talk_and_each_sees_at_once_what_the_other_does(
    visit: Opens, stack: Stack
) -> None:
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

    stack.restart_sse()
    ada.get_by_label("Message").fill("After a break")
    ada.keyboard.press("Enter")
    expect(ben.get_by_role("main").get_by_text("After a break", exact=True)).to_be_visible()
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


def test_two_play_a_duel_by_keys_and_by_touch_then_meet_in_a_lobby(visit: Opens) -> None:
    ada, ben = visit(), visit(viewport=PHONE, has_touch=True)
    register(ada, "duel-ada")
    register(ben, "duel-ben")
    ada.get_by_role("button", name="Duel: Find an opponent").click()
    expect(ada.get_by_text(re.compile(r"^Looking for an opponent for a duel: 0:0\d"))).to_be_visible()
    ada.reload()
    expect(ada.get_by_text(re.compile(r"^Looking for an opponent for a duel:"))).to_be_visible()
    assert problems(ada) == []
    ben.get_by_role("button", name="Duel: Find an opponent").click()
    for page in (ada, ben):
        expect_court(page)
        expect(page.get_by_text(re.compile(r"^The ball is served in \d s\.$"))).to_be_visible()
    ada.keyboard.down("ArrowUp")
    expect(ada.get_by_text(re.compile(r"^Your paddle is on the \w+, high up\.$"))).to_be_visible()
    ada.keyboard.up("ArrowUp")
    court = ben.get_by_role("img", name="The court").bounding_box()
    assert court is not None
    ben.touchscreen.tap(court["x"] + court["width"] / 2, court["y"] + 0.9 * court["height"])
    expect(ben.get_by_text(re.compile(r"^Your paddle is on the \w+, far down\.$"))).to_be_visible()
    assert problems(ben) == []
    for page in (ada, ben):
        expect(page.locator("#said")).to_contain_text("Point for")
        expect(page.get_by_role("heading", name=re.compile(r"^You (win|lose)\. \d : \d\."))).to_be_visible()
    results = {page.get_by_role("heading", name=re.compile(r"^You ")).inner_text()[:7] for page in (ada, ben)}
    assert results == {"You win", "You los"}
    assert problems(ben) == []
    ada.locator("header .me").click()
    expect(ada.get_by_role("img", name=re.compile(r"Duel: [01] of 1"))).to_be_visible()
    assert problems(ada) == []

    go(ada, "Play")
    ada.get_by_role("button", name="1 against 1").click()
    code = ada.locator(".figures b").inner_text()
    go(ben, "Play")
    ben.get_by_label("Code").fill(code)
    ben.get_by_role("button", name="Join").click()
    expect(ada.get_by_role("listitem").filter(has_text="duel-ben")).to_be_visible()
    for page in (ada, ben):
        assert problems(page) == []
    ben.get_by_label("Message").fill("Shall we?")
    ben.get_by_role("button", name="Send").click()
    expect(ada.get_by_text("duel-ben: Shall we?")).to_be_visible()
    for page in (ben, ada):
        page.get_by_role("button", name="I am ready").click()
    for page in (ada, ben):
        expect_court(page)
    assert ben.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    ada.goto(ada.url.partition("#")[0] + "#/lobby")
    expect(ada.get_by_role("link", name="To the match")).to_be_visible()
    assert problems(ada) == []


class Others:
    """Guests who take part by the API, and the service that scores."""

    def __init__(self, stack: Stack, opened: ExitStack) -> None:
        self._service = {"Authorization": f"Bearer {stack.service_token()}"}
        self._client = opened.enter_context(
            httpx.Client(base_url=stack.url, verify=str(stack.ca), timeout=30)
        )
        self._opened = opened

    def join(self, code: str) -> None:
        token = {"Authorization": f"Bearer {self._client.post('/api/auth/guest/').json()['access']}"}
        events = self._opened.enter_context(self._client.stream("GET", "/sse/users/", headers=token))
        next(events.iter_raw())
        assert self._client.post(f"/api/play/tournament/{code}/", headers=token).is_success

    def win(self, name: str, page: Page) -> None:
        """The user with this name in the bracket of the page wins the match that is running."""
        user = page.get_by_role("link", name=name, exact=True).first.get_attribute("href")
        assert user is not None
        for _ in range(3):
            score = f"/api/private/match/score/{user.rpartition('/')[2]}/"
            assert self._client.put(score, json={}, headers=self._service).is_success


def test_a_player_of_a_tournament_loses_watches_and_sees_the_bracket_move(visit: Opens, stack: Stack) -> None:
    ada = visit()
    register(ada, "cup-ada")
    go(ada, "Tournaments")
    ada.get_by_role("button", name="Make it").click()
    expect(ada.locator("#make-name")).to_be_focused()
    ada.locator("#make-name").fill("Cup of four")
    ada.get_by_role("button", name="Make it").click()
    expect(ada.get_by_text("1 of 4 players are here.")).to_be_visible()
    assert problems(ada) == []
    go(ada, "Tournaments")
    expect(ada.get_by_role("button", name="Join: Cup of four")).to_be_visible()
    assert problems(ada) == []
    ada.get_by_role("main").get_by_role("link", name="Cup of four").click()
    with ExitStack() as opened:
        others = Others(stack, opened)
        code = ada.locator(".figures b").inner_text()
        for _ in range(3):
            others.join(code)
        semi_finals = ada.get_by_role("listitem").filter(has=ada.get_by_role("heading", name="Semi-finals"))
        expect(semi_finals.get_by_role("listitem")).to_have_count(2)
        names = [link.inner_text() for link in semi_finals.get_by_role("link").all()]
        mine = names.index("cup-ada")
        opponent = names[mine ^ 1]
        first, second = names[:2] if mine > 1 else names[2:]
        bracket = ada.url

        expect_court(ada)
        ada.goto(bracket)
        others.win(opponent, ada)
        expect(ada.locator("#said")).to_contain_text(f"Semi-finals: {opponent} beats cup-ada 3 to 0.")
        ada.get_by_role("link", name=re.compile("^Watch ")).click()
        expect_court(ada)
        expect(ada.get_by_text("You watch.")).to_be_visible()
        ada.goto(bracket)
        others.win(first, ada)
        final = ada.get_by_role("listitem").filter(has=ada.get_by_role("heading", name="Final", exact=True))
        expect(final.get_by_role("link", name=first, exact=True)).to_be_visible()
        expect(final.get_by_role("link", name=re.compile("^Watch "))).to_be_visible()
        assert problems(ada) == []
        others.win(first, ada)
        expect(ada.get_by_text("This tournament is over.")).to_be_visible()
        expect(final.get_by_text(f"{first} won")).to_be_visible()
        assert second in ada.get_by_role("main").inner_text()
