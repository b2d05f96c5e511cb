"""Attacks over HTTPS, on all workers of the edge at once, with the product's own limits."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from demo.api import ApiError
from demo.player import Player
from infra.local.runner.stack import Stack
from shared.domain.limits import JOIN, LOGIN, Limit
from tests.e2e.conftest import DURATIONS, SETTINGS
from tests.support.e2e.world import World, in_world

ATTEMPTS = 200


def most(limit: Limit, since: float) -> int:
    """How many requests a limit may have admitted since this time."""
    return limit.burst + int((time.monotonic() - since) / (limit.seconds / limit.burst)) + 1


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A stack with the limits of the product."""
    with Stack(settings={**SETTINGS, **DURATIONS, "LIMIT_FACTOR": "1"}) as running:
        yield running


def test_of_200_logins_to_one_account_all_but_a_burst_are_refused_and_others_log_in(stack: Stack) -> None:
    async def play(here: World) -> None:
        other, start = await here.user(), time.monotonic()

        async def attempt(number: int) -> int:
            body = {"username": "no-such-player", "password": f"wrong-password-{number}"}
            try:
                await here.api.post("/auth/login/", json=body)
            except ApiError as error:
                return error.status
            raise AssertionError("logged in")

        found = Counter(await asyncio.gather(*map(attempt, range(ATTEMPTS))))
        assert LOGIN.burst <= found[401] <= most(LOGIN, start)
        assert found[401] + found[429] == ATTEMPTS
        assert (await Player.login(here.api, other.username, str(other.password))).id == other.id

    in_world(stack, play)


def test_of_200_guesses_of_codes_all_but_a_burst_are_refused(stack: Stack) -> None:
    async def play(here: World) -> None:
        guesser, start = await here.guest(), time.monotonic()
        await here.listen(guesser)

        async def guess(number: int) -> int:
            try:
                await guesser.call("POST", f"/play/lobby/{90_000 + number}/")
            except ApiError as error:
                return error.status
            raise AssertionError("joined")

        found = Counter(await asyncio.gather(*map(guess, range(ATTEMPTS))))
        assert JOIN.burst <= found[404] <= most(JOIN, start)
        assert found[404] + found[429] == ATTEMPTS

    in_world(stack, play)
