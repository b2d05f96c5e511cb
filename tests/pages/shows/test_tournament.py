"""A tournament of four, each in a browser of their own."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.pages.shows.player import Player, expect_said, play_until
from tests.pages.steps import Opens, go, play_as_guest, register

CUP = "Cup of four browsers"
INTO_A_MATCH = re.compile(r"/api/play/match/\d+/$")
"""The call with which a page finds its match."""


class SlowNetwork:
    """A page doesn't get into its match until this ends: its match waits for it, others go on."""

    def __init__(self, player: Player) -> None:
        self._is_slow = True
        self._held: list[Route] = []
        player.page.route(INTO_A_MATCH, self._take)

    def end(self) -> None:
        self._is_slow = False
        for route in self._held:
            # A page gives up a call after 30 seconds, and makes it again.
            if route.request.failure is None:
                route.continue_()

    def _take(self, route: Route) -> None:
        if self._is_slow:
            self._held.append(route)
        else:
            route.continue_()


def stage(page: Page, name: str) -> Locator:
    """A stage of the bracket."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))


def name_of(player: Player) -> str:
    return player.page.locator("header .me").inner_text()


def play_semi_final(pair: list[Player]) -> tuple[Player, Player]:
    """To the end: winner and loser."""
    for player in pair:
        player.sit_down()
    play_until([], pair, lambda: all(player.end for player in pair), "the end of a semi-final")
    a, b = sorted(pair, key=lambda player: player.paddle or 0)
    assert a.end is not None
    return (a, b) if a.end[1] == "a" else (b, a)


def back_to_the_bracket(player: Player) -> None:
    player.page.get_by_role("link", name="Back to the tournament").click()
    expect(player.page.get_by_role("heading", name="Bracket")).to_be_visible()


def test_four_play_a_tournament_and_see_its_bracket_move_up_to_the_winner(visit: Opens) -> None:
    four = [Player(visit()) for _ in range(4)]
    networks = {player: SlowNetwork(player) for player in four}
    register(four[0].page, "show-cup")
    go(four[0].page, "Tournaments")
    four[0].page.locator("#make-name").fill(CUP)
    four[0].page.get_by_role("button", name="Make it").click()
    expect(four[0].page.get_by_text("1 of 4 players are here.")).to_be_visible()
    for player in four[1:]:
        play_as_guest(player.page)
        go(player.page, "Tournaments")
        player.page.get_by_role("button", name=f"Join: {CUP}").click()
    for player in four:
        player.page.wait_for_url(re.compile("#/match/"))

    first = [player for player in four if player.page.url == four[0].page.url]
    second = [player for player in four if player not in first]
    assert (len(first), len(second)) == (2, 2)
    for player in first:
        networks[player].end()
    winner, loser = play_semi_final(first)
    back_to_the_bracket(loser)
    semi_finals = stage(loser.page, "Semi-finals")
    expect(semi_finals.get_by_text(f"{name_of(winner)} won")).to_be_visible()
    expect(semi_finals.get_by_role("link", name="Watch")).to_have_count(1)
    network = SlowNetwork(winner)
    for player in second:
        networks[player].end()
    other_winner, other_loser = play_semi_final(second)
    expect_said(loser, f"Semi-finals: {name_of(other_winner)} beats {name_of(other_loser)} 3 to ")
    expect(semi_finals.get_by_text(f"{name_of(other_winner)} won")).to_be_visible()
    back_to_the_bracket(other_loser)

    finalists = [winner, other_winner]
    for player in (loser, other_loser):
        final = stage(player.page, "Final")
        expect(final.get_by_role("link", name="Watch")).to_be_visible()
        for finalist in finalists:
            expect(final.get_by_role("link", name=name_of(finalist), exact=True)).to_be_visible()
    other_loser.page.get_by_role("link", name="Watch").click()
    expect(other_loser.page.get_by_text("You watch.")).to_be_visible()
    other_loser.sit_down()
    network.end()
    for player in finalists:
        player.sit_down()
    all_here = [*finalists, other_loser]
    play_until(
        [winner], [other_winner], lambda: all(player.end for player in all_here), "the end of the final"
    )
    assert winner.end == other_winner.end == other_loser.end
    assert winner.end is not None
    champion, runner_up = finalists if (winner.end[1] == "a") == (winner.paddle == 0) else finalists[::-1]
    expect_said(loser, f"Final: {name_of(champion)} beats {name_of(runner_up)} 3 to ")
    for player in all_here:
        back_to_the_bracket(player)
    for player in four:
        expect(player.page.get_by_text("This tournament is over.")).to_be_visible()
        expect(stage(player.page, "Final").get_by_text(f"{name_of(champion)} won")).to_be_visible()
