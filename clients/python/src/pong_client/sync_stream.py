"""The event stream for programs without asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

from pong_client.loop_thread import LoopThread
from pong_client.stream import AsyncEventStream

E = TypeVar("E")


class EventStream(Generic[E]):
    """AsyncEventStream with `for` and `with` in place of `async for` and `async with`. It is read in the background."""

    def __init__(self, stream: AsyncEventStream[E], thread: LoopThread) -> None:
        self._stream = stream
        self._thread = thread
        self._entered = False

    @property
    def last_event_id(self) -> str:
        """The id of the event that you have read last."""
        return self._stream.last_event_id

    def __enter__(self) -> Self:
        self._thread.run(self._stream.open())
        self._entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered = False
        self.close()

    def __iter__(self) -> Iterator[E]:
        try:
            if not self._entered:
                self._thread.run(self._stream.open())
            while (event := self.next()) is not None:
                yield event
        finally:
            if not self._entered:
                self.close()

    def next(self, timeout: float | None = None) -> E | None:
        """The next event; None when the stream is closed. TimeoutError after so many seconds."""
        return self._thread.run(asyncio.wait_for(self._stream.next(), timeout))

    def close(self) -> None:
        """Disconnect."""
        self._thread.run(self._stream.close())
