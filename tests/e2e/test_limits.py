"""Attacks over HTTPS, on all workers of the edge at once, with the product's own limits."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from pong_client import ApiError

from demo.player import Player
from infra.local.runner.stack import Stack
from shared.domain.limits import JOIN, LOGIN, Limit
from tests.e2e.conftest import DURATIONS, SETTINGS
from tests.support.answer_check import watch
from tests.support.e2e.world import World, in_world

ATTEMPTS = 200
ATTACKER = "127.0.0.2"
"""The players are at another address of the loopback."""


def most(limit: Limit, since: float) -> int:
    """How many requests a limit may have admitted since this time."""
    return limit.burst + int((time.monotonic() - since) / (limit.seconds / limit.burst)) + 1


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A stack with the limits of the product."""
    with Stack(settings={**SETTINGS, **DURATIONS, "LIMIT_FACTOR": "1"}) as running:
        yield running


def test_200_wrong_logins_to_an_account_are_refused_but_a_burst_and_its_owner_and_others_get_in(
    stack: Stack,
) -> None:
    async def play(here: World) -> None:
        owner, other = await here.user(), await here.user()
        start = time.monotonic()
        attacker = httpx.AsyncHTTPTransport(verify=here.tls, local_address=ATTACKER)

        async with httpx.AsyncClient(
            transport=attacker, base_url=f"{stack.url}/api", timeout=60, trust_env=False
        ) as http:
            watch(http)

            async def attempt(password: str) -> httpx.Response:
                body = {"username": owner.username, "password": password}
                return await http.post("/auth/login/", json=body)

            answers = await asyncio.gather(*(attempt(f"wrong-password-{n}") for n in range(ATTEMPTS)))
            found = Counter(answer.status_code for answer in answers)
            assert LOGIN.burst <= found[401] <= most(LOGIN, start)
            assert found[401] + found[429] == ATTEMPTS
            assert all(
                int(answer.headers["Retry-After"]) > 0 for answer in answers if answer.status_code == 429
            )
            # The right password is no help there, unless the limit has admitted it.
            answers = await asyncio.gather(*(attempt(str(owner.password)) for _ in range(ATTEMPTS)))
            assert found[401] + sum(answer.status_code == 200 for answer in answers) <= most(LOGIN, start)
            assert {answer.status_code for answer in answers} <= {200, 429}

        for player in (owner, other):
            assert (await Player.login(here.api, player.username, str(player.password))).id == player.id

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
