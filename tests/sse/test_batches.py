"""Calls that go together: what is one batch, and how one of them fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from shared.domain.errors import DomainError, TokenUserNotFound
from sse.batches import Batches
from tests.support.sse.server import in_loop


class Doubler:
    """Doubles numbers, after the test has opened the gate. Negative numbers don't exist, zero breaks the line."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        await self.gate.wait()
        if 0 in numbers:
            raise ConnectionError("zero")
        if min(numbers) < 0:
            raise TokenUserNotFound
        return [2 * number for number in numbers]


async def begun(doubler: Doubler, numbers: Sequence[int]) -> list[asyncio.Task[int]]:
    """Calls that have begun: the first one runs, the others wait."""
    batches = Batches(doubler, most=3, at_once=1)
    calls = [asyncio.create_task(batches.call(number)) for number in numbers]
    while not doubler.batches:  # noqa: ASYNC110 -- there is no event for it
        await asyncio.sleep(0)
    return calls


@in_loop
async def test_a_call_goes_at_once_and_those_that_come_meanwhile_go_together() -> None:
    doubler = Doubler()
    calls = await begun(doubler, range(1, 9))
    doubler.gate.set()
    assert await asyncio.gather(*calls) == [2, 4, 6, 8, 10, 12, 14, 16]
    assert doubler.batches == [[1], [2, 3, 4], [5, 6, 7], [8]]


@in_loop
async def test_a_refusal_concerns_only_the_call_that_caused_it() -> None:
    doubler = Doubler()
    calls = await begun(doubler, [1, 2, -3, 4])
    doubler.gate.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [int, int, TokenUserNotFound, int]
    assert doubler.batches == [[1], [2, -3, 4], [2], [-3], [4]]


@in_loop
async def test_another_error_is_the_error_of_every_call_of_its_batch() -> None:
    doubler = Doubler()
    calls = await begun(doubler, [1, 2, 0, 4, 5])
    doubler.gate.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [
        int,
        ConnectionError,
        ConnectionError,
        ConnectionError,
        int,
    ]


@in_loop
async def test_a_call_that_was_cancelled_leaves_the_others_alone() -> None:
    doubler = Doubler()
    calls = await begun(doubler, [1, 2, 3])
    calls[1].cancel()
    doubler.gate.set()
    assert await calls[2] == 6
    with pytest.raises(asyncio.CancelledError):
        await calls[1]


@in_loop
async def test_a_call_alone_that_is_refused_says_so() -> None:
    doubler = Doubler()
    doubler.gate.set()
    with pytest.raises(DomainError):
        await Batches(doubler, most=3, at_once=1).call(-1)
    assert doubler.batches == [[-1]]
