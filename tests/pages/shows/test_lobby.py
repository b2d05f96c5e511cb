"""A custom game of three against three, each in a browser of their own."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.pages.shows.player import Player, play_until
from tests.pages.steps import PHONE, Opens, play_as_guest, register
from tests.support.axe.checks import problems

MOVES = (0, 4)
"""Those who follow the ball; the others stay where they are, so points come."""


def test_six_meet_in_a_lobby_play_three_against_three_and_come_back_to_it(visit: Opens) -> None:
    fingers = [False, False, False, False, False, True]
    six = [Player(visit(viewport=PHONE, has_touch=touch), has_touch=touch) for touch in fingers]
    register(six[0].page, "show-host")
    six[0].page.get_by_role("button", name="3 against 3").click()
    code = six[0].page.locator(".figures b").inner_text()
    for player in six[1:]:
        play_as_guest(player.page)
        player.page.get_by_label("Code").fill(code)
        player.page.get_by_role("button", name="Join").click()
    for player in six:
        expect(player.page.get_by_role("main").locator(".person")).to_have_count(6)
    assert problems(six[0].page) == []

    for player in six:
        player.page.get_by_role("button", name="I am ready").click()
    for player in six:
        player.sit_down()
    assert sorted(player.paddle for player in six if player.paddle is not None) == [0, 1, 2, 3, 4, 5]
    for player in six:
        player.is_heard()
    looking = [player for player in six if player.paddle in MOVES and not player.has_touch]
    others = [player for player in six if player not in looking]
    play_until(looking, others, lambda: all(player.end for player in six), "the end of the match")

    assert len({str(player.end) for player in six}) == 1
    assert six[0].end is not None
    assert six[0].end[2] == "normal-end"
    results = []
    for player in six:
        result = player.page.get_by_role("heading", name=re.compile(r"^You (win|lose)\."))
        results.append(result.inner_text()[:7])
    assert sorted(results) == ["You los"] * 3 + ["You win"] * 3
    assert problems(six[5].page) == []
    for player in six:
        player.page.get_by_role("link", name="Back to the lobby").click()
    for player in six:
        expect(player.page.get_by_role("button", name="I am ready")).to_be_visible()
