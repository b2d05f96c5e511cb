"""A duel between a desktop with keys and a phone with a finger."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from infra.local.runner.stack import Stack
from tests.pages.shows.player import Player, play_until, wait_until
from tests.pages.steps import PHONE, Opens, register
from tests.support.processes import children_of, kill


def become_friends(ada: Player, ben: Player) -> None:
    """Each has the other's profile open then."""
    open_profile(ada, ben)
    open_profile(ben, ada)
    ada.page.get_by_role("button", name="Ask for friendship").click()
    ben.page.get_by_role("button", name=re.compile("^Accept: ")).click()


def expect_figures(player: Player, *, won: int, lost: int) -> None:
    """In the open profile of a friend."""
    figures = player.page.locator("dl").filter(has_text="You won")
    expect(figures).to_contain_text(f"You won{won}You lost{lost}")


def meet(players: list[Player], stack: Stack) -> None:
    """Queue for a duel, and be led into it."""
    for player in players:
        expect(player.page.locator("header .online")).to_be_visible()
        player.page.goto(f"{stack.url}/#/")
        player.page.get_by_role("button", name="Duel: Find an opponent").click()
    for player in players:
        player.sit_down()


def open_profile(player: Player, other: Player) -> None:
    """By its address, as the other one's page has it."""
    address = other.page.locator("header .me").get_attribute("href")
    player.page.goto(player.page.url.partition("#")[0] + str(address))
    expect(player.page.get_by_role("heading", name="Matches", exact=True)).to_be_visible()


def play_to_a_serve(looks: Player, other: Player, *, points: int) -> None:
    """The ball flies after so many points: the API has counted them."""

    def is_served() -> bool:
        return all(player.is_flying and sum(player.score) >= points for player in (looks, other))

    play_until([looks], [other], is_served, f"the serve after {points} points")


def come_back(players: list[Player], *, welcomes: int) -> None:
    """The pages find their way back into the match, with the keys that are held, and their players move on."""
    wait_until(players, lambda: all(player.welcomes >= welcomes for player in players), "the way back")
    for player in players:
        player.is_heard()


def test_two_play_on_to_the_end_when_event_stream_game_server_and_all_edge_workers_are_killed(
    visit: Opens, stack: Stack
) -> None:
    ada, ben = Player(visit()), Player(visit(viewport=PHONE, has_touch=True), has_touch=True)
    both = [ada, ben]
    register(ada.page, "show-ada")
    register(ben.page, "show-ben")
    become_friends(ada, ben)
    for player in both:
        expect_figures(player, won=0, lost=0)
    meet(both, stack)
    kill([stack.pids["sse"]])
    for player in both:
        player.is_heard()

    workers = children_of(stack.pids["edge"])
    assert workers
    kill(workers)
    # The game server plays the present rally to its end, and waits for both before the next one.
    come_back(both, welcomes=2)
    play_to_a_serve(ada, ben, points=1)
    kill([stack.pids["game"]])
    before = sum(ada.score)
    ada.press("ArrowUp")
    come_back(both, welcomes=3)
    assert sum(ada.score) >= before
    play_until([ada], [ben], lambda: all(player.end for player in both), "the end of the match")

    assert ada.end == ben.end
    assert ada.end is not None
    assert ada.end[2] == "normal-end"
    a, b = ada.end[3:]
    assert max(a, b) == 3
    for player in both:
        is_won = (player.paddle == 0) == (a > b)
        heading = f"You {'win' if is_won else 'lose'}. {a} : {b}."
        expect(player.page.get_by_role("heading", name=heading)).to_be_visible()
        open_profile(player, ben if player is ada else ada)
        expect_figures(player, won=int(is_won), lost=int(not is_won))
        history = player.page.get_by_role("main").get_by_role("listitem").filter(has_text="against")
        expect(history).to_have_count(1)
        expect(history).to_contain_text("Defeat" if is_won else "Win")
    meet(both, stack)
