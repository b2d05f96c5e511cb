"""How many handlers run at once, and what becomes of further requests."""

from __future__ import annotations

import asyncio
import queue
import threading
from typing import Any

import pytest

from infra.local.workers import pool
from infra.local.workers.pool import NoWorker, thread_pool


class Handlers:
    """Stand in the place of the handlers; each waits until it may end."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.began: queue.Queue[str] = queue.Queue()

    def invoke(self, module: str, _event: dict[str, Any]) -> str:
        self.began.put(module)
        self.may_end.wait(20)
        return module

    async def next(self) -> str:
        """The module of the next handler that begins."""
        return await asyncio.to_thread(self.began.get, timeout=20)


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> Handlers:
    made = Handlers()
    monkeypatch.setattr(pool, "invoke", made.invoke)
    return made


def test_a_request_beyond_the_bound_of_waiting_ones_is_refused(
    handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MAX_WAITING", 1)

    async def play() -> list[Any]:
        handling = thread_pool(1)
        first, second = (asyncio.create_task(handling.call(name, {})) for name in ("first", "second"))
        await handlers.next()
        with pytest.raises(NoWorker, match="too many"):
            await handling.call("third", {})
        handlers.may_end.set()
        return [await first, await second]

    assert asyncio.run(play()) == ["first", "second"]


def test_a_request_that_waits_too_long_is_refused(
    handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MAX_WAIT_SECONDS", 0.01)

    async def play() -> None:
        handling = thread_pool(1)
        first = asyncio.create_task(handling.call("first", {}))
        await handlers.next()
        with pytest.raises(NoWorker, match="busy"):
            await handling.call("second", {})
        handlers.may_end.set()
        await first

    asyncio.run(play())
    assert handlers.began.empty()


def test_a_place_is_taken_until_the_handler_ends_also_when_its_request_was_given_up(
    handlers: Handlers,
) -> None:
    async def play() -> str:
        handling = thread_pool(1)
        first = asyncio.create_task(handling.call("first", {}))
        await handlers.next()
        first.cancel()
        second = asyncio.create_task(handling.call("second", {}))
        await asyncio.gather(first, return_exceptions=True)
        assert handlers.began.empty()
        handlers.may_end.set()
        return str(await second)

    assert asyncio.run(play()) == "second"
