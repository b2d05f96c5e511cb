"""People at the game: they look at what their page is told, and steer by keys or a finger."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from tests.pages.steps import expect_court

MATCH = re.compile(r"/ws/game/\d+/")
"""In the address of a match; the page asks for the house at another one."""
LOOK_MS = 40
NEAR = 500
"""So near to the ball's height a player leaves the paddle where it is."""


class Player:
    """A page, and what the game server tells it."""

    def __init__(self, page: Page, *, has_touch: bool = False) -> None:
        self.page = page
        self.has_touch = has_touch
        self.welcomes = 0
        """One for each connection to a game."""
        self.is_flying = False
        """The ball is in play."""
        self.state: list[int] = []
        """The step, the ball, its speed, all paddles."""
        self.score = [0, 0]
        self.end: list[Any] | None = None
        self.paddle: int | None = None
        self._half_height = 0
        self._key = ""
        page.on("websocket", self._listen)

    @property
    def height(self) -> int:
        """Where the own paddle is, by the server."""
        assert self.paddle is not None
        return self.state[5 + self.paddle]

    def _listen(self, socket: WebSocket) -> None:
        if MATCH.search(socket.url):
            socket.on("framereceived", lambda frame: self._hear(json.loads(frame)))

    def _hear(self, message: list[Any]) -> None:
        match message:
            case ["welcome", facts]:
                self.welcomes += 1
                self.end = None
                self.score, self.state, self.paddle = facts["score"], facts["state"], facts["you"]["paddle"]
                self.is_flying = self.state[3] != 0
                self._half_height = facts["field"]["half_height"]
            case ["s", *state]:
                self.state = state
            case ["serve", *_]:
                self.is_flying = True
            case ["point", *_, a, b]:
                self.score, self.is_flying = [a, b], False
            case ["end", *_]:
                self.end = message

    def sit_down(self) -> None:
        """The match has begun: wait for the court, and what the server tells."""
        expect_court(self.page)
        wait_until([self], lambda: bool(self.state) and self.end is None, "the game server's welcome")

    def look(self) -> None:
        """Follow the ball, by keys."""
        if self.end is None and self.state:
            way = self.state[2] - self.height
            self.press("" if abs(way) < NEAR else "ArrowDown" if way > 0 else "ArrowUp")

    def press(self, key: str) -> None:
        """Hold this key in place of the one before; none if it is empty."""
        if key != self._key:
            if self._key:
                self.page.keyboard.up(self._key)
            if key:
                self.page.keyboard.down(key)
            self._key = key

    def touch(self, y: float) -> None:
        """Put a finger on the court, at this height."""
        court = self.page.get_by_role("img", name="The court")
        court.scroll_into_view_if_needed()
        box = court.bounding_box()
        assert box is not None
        down = 0.5 + 0.5 * y / self._half_height
        self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] * down)

    def is_heard(self) -> None:
        """Hold a key, or touch the court, until the server has the paddle at the edge. A key that is held stays so."""
        key = self._key or ("ArrowUp" if self.height > 0 else "ArrowDown")
        goal = (-1 if key == "ArrowUp" else 1) * self._half_height
        if self.has_touch:
            self.touch(0.95 * goal)
        else:
            self.press(key)
        wait_until([self], lambda: self.height / goal > 0.75, "the paddle at the edge")
        self.press("")


def wait_until(players: list[Player], condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Wait for something that the pages of these players are told."""
    play_until([], players, condition, what, seconds)


def play_until(
    looking: list[Player],
    others: list[Player],
    condition: Callable[[], bool],
    what: str,
    seconds: float = 240,
) -> None:
    """Let some players follow the ball, until what their pages are told fulfils the condition."""
    page = [*looking, *others][0].page
    deadline = time.monotonic() + seconds
    while not condition():
        ends = [player.end for player in [*looking, *others]]
        assert time.monotonic() < deadline, f"gave up waiting for {what}; the matches' ends: {ends}"
        for player in looking:
            player.look()
        page.wait_for_timeout(LOOK_MS)


def expect_said(player: Player, sentence: str) -> None:
    """The page tells it those who can't see it."""
    expect(player.page.locator("#said")).to_contain_text(sentence)
