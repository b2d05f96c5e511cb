"""The events of one stream as they arrive: all of them, and each handed out once."""
# ruff: noqa: ASYNC109 - the deadline is an argument of each call, and its error lists the events that did come

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from pong_client import AsyncEventStream

T = TypeVar("T")


class StreamEndedError(Exception):
    """The stream is over: we have closed it, or the server refuses it."""


class EventTimeoutError(TimeoutError):
    """The awaited event didn't come before the deadline."""


@dataclass(frozen=True, slots=True)
class Received:
    """One event as it arrived."""

    id: str
    """What a stream resumes from after it; `resync` has no id of its own."""
    code: str
    payload: dict[str, Any]
    """The wire object: service, event_code, type, message, target, data, kwargs."""
    at: float
    """Arrival in seconds of `time.monotonic()`."""

    @property
    def data(self) -> Any:
        """The event's `data`."""
        return self.payload.get("data")

    @property
    def kwargs(self) -> Any:
        """The event's `kwargs`."""
        return self.payload.get("kwargs")

    @property
    def message(self) -> str:
        """The sentence for people; empty where there is none."""
        return str(self.payload.get("message") or "")


class EventLog:
    """Reads a stream of the client. `watch` is called with every event as it arrives, before `next` returns it."""

    def __init__(
        self, stream: AsyncEventStream[Any], watch: Callable[[Received], None] = lambda _: None
    ) -> None:
        self.events: list[Received] = []
        self._stream = stream
        self._watch = watch
        self._taken: set[int] = set()
        self._error: BaseException | None = None
        self._change = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def connections(self) -> int:
        """The number of connections so far, the present one included."""
        return self._stream.connections

    @property
    def failure(self) -> BaseException | None:
        """Why the stream ended, or why the last connection did, while it still tries."""
        return self._error or self._stream.failure

    @property
    def resyncs(self) -> list[Received]:
        """The `resync` events: before each of them, events may be missing."""
        return self.received("resync")

    def received(self, code: str) -> list[Received]:
        """All events of this code so far, in order of arrival, taken or not."""
        return [event for event in self.events if event.code == code]

    async def open(self, timeout: float = 15.0) -> None:
        """Wait until the stream is connected: from then on the user is online.

        After a `close` it resumes where it stopped. Raises `ApiError` if the server refuses (a bad token),
        `EventTimeoutError` if there is no connection in time.
        """
        try:
            async with asyncio.timeout(timeout):
                await self._stream.open()
        except TimeoutError:
            raise EventTimeoutError(
                f"no connection within {timeout:g} s: {self._summary()}"
            ) from self.failure
        if self._reader is None:
            self._error = None
            self._reader = asyncio.create_task(self._read(), name="event log")
            self._reader.add_done_callback(self._finished)

    async def close(self) -> None:
        """Disconnect. A later `open` resumes from here."""
        await self._stream.close()
        if self._reader is not None:
            # It takes what was received, and ends.
            await asyncio.wait({self._reader})
            self._reader = None
            self._changed()

    async def next(
        self,
        code: str | None = None,
        *,
        timeout: float = 10.0,
        where: Callable[[Received], bool] = lambda _: True,
    ) -> Received:
        """The oldest event of this code (None: any) that matches `where` and that no `next` has returned yet.

        It may have arrived before the call. Raises `EventTimeoutError` at the deadline, `StreamEndedError` once no more
        events can come.
        """
        name = code or "event"

        def ready() -> Received | None:
            event = self._take(code, where)
            if event is None and self._is_over():
                raise StreamEndedError(
                    f"the stream is over, and no {name} came: {self._summary()}"
                ) from self.failure
            return event

        return await self._until(ready, timeout, name)

    async def ended(self, timeout: float = 10.0) -> BaseException | None:
        """Wait until the server has ended the stream for good; returns the reason (an `ApiError`, mostly)."""
        await self._until(lambda: self._is_over() or None, timeout, "end")
        return self.failure

    async def _read(self) -> None:
        while (payload := await self._stream.next()) is not None:
            event = Received(
                self._stream.last_event_id, payload["event_code"], dict(payload), time.monotonic()
            )
            self.events.append(event)
            self._watch(event)
            self._changed()

    def _finished(self, reader: asyncio.Task[None]) -> None:
        self._error = None if reader.cancelled() else reader.exception()
        self._changed()

    def _is_over(self) -> bool:
        return self._reader is None or self._reader.done()

    def _take(self, code: str | None, where: Callable[[Received], bool]) -> Received | None:
        for index, event in enumerate(self.events):
            if index not in self._taken and code in (None, event.code) and where(event):
                self._taken.add(index)
                return event
        return None

    async def _until(self, ready: Callable[[], T | None], timeout: float, name: str) -> T:
        """The first result of `ready` that isn't None; it is called again after every change."""
        try:
            async with asyncio.timeout(timeout):
                while (result := ready()) is None:
                    await self._change.wait()
                return result
        except TimeoutError:
            raise EventTimeoutError(f"no {name} within {timeout:g} s: {self._summary()}") from self.failure

    def _changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    def _summary(self) -> str:
        stream, codes = self._stream, [event.code for event in self.events]
        return (
            f"the stream is {stream.state}, {stream.connections} connection(s), {stream.pings} ping(s), received "
            f"{codes[-20:] if codes else 'nothing'}, last error {self.failure!r}"
        )
