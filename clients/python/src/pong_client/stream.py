"""An event stream: reconnects and resumes, without losing or doubling an event."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Generic, Literal, NamedTuple, Self, TypeVar, cast

import httpx

from pong_client.clock import Clock
from pong_client.connection import connect
from pong_client.errors import ApiError, ProtocolError, UnreachableError, signed_out, token_refused
from pong_client.retries import back_off
from pong_client.sse_parser import Event, EventParser, LineTooLongError
from pong_client.stream_settings import StreamSettings
from pong_client.tokens import Credentials

E = TypeVar("E")
State = Literal["closed", "connecting", "open", "waiting", "ended"]

REMEMBERED_IDS = 10_000
OWN = frozenset({"ping", "token-expiring"})
"""Events of the connection, which the stream handles itself. They have no id."""


class _Waiting(NamedTuple):
    """An event that the program hasn't read; none where only the place has moved."""

    event: Any
    place: str


class AsyncEventStream(Generic[E]):
    """Live events, as the typed dictionaries of the API. Make it with `pong.events()`.

    `async for event in pong.events()` connects, and closes when the loop ends, by `break` or otherwise. With
    `async with pong.events() as events` it is connected, and you are online, from the first line of the block to the
    last. It reads on while your program is busy, up to `StreamSettings.queue_size` events.

    Before a `resync` events may be missing: fetch the state anew. An event of a kind that the client doesn't know comes
    as it was sent. SignedOutError when the session has ended.
    """

    def __init__(
        self,
        url: str,
        http: httpx.AsyncClient,
        credentials: Credentials,
        settings: StreamSettings,
        clock: Clock,
        last_event_id: str = "",
    ) -> None:
        self.last_event_id = last_event_id
        """The id of the event that you have read last: `pong.events(last_event_id=…)` goes on after it."""
        self.state: State = "closed"
        self.failure: Exception | None = None
        """Why the stream ended, or why the last connection did, while it still tries."""
        self.connections = 0
        """The number of connections so far."""
        self.pings = 0
        self.repeats = 0
        """The number of events that came again and were dropped."""
        self._url = url
        self._http = http
        self._credentials = credentials
        self._settings = settings
        self._clock = clock
        self._place = last_event_id
        self._token: str | None = None
        self._retry_seconds = 0.0
        self._failures = 0
        self._renewed = False
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._queue: deque[_Waiting] = deque()
        self._change = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._entered = False

    # ── for the program ──────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> Self:
        await self.open()
        self._entered = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered = False
        await self.close()

    async def __aiter__(self) -> AsyncIterator[E]:
        try:
            self._start()
            while (event := await self.next()) is not None:
                yield event
        finally:
            if not self._entered:
                await self.close()

    async def open(self) -> None:
        """Connect; returns once the server has accepted, and raises what ends the stream. After `close` it resumes."""
        self._start()
        try:
            await self._until(lambda: self.state in ("open", "ended"))
            self._raise_if_ended()
        except BaseException:
            await self.close()
            raise

    async def next(self) -> E | None:
        """The next event; None when the stream is closed. Raises what has ended it."""
        while True:
            await self._until(lambda: bool(self._queue) or self.state in ("ended", "closed"))
            if not self._queue:
                self._raise_if_ended()
                return None
            waiting = self._queue.popleft()
            self.last_event_id = waiting.place
            await self._changed()
            if waiting.event is not None:
                return cast("E", waiting.event)

    def _raise_if_ended(self) -> None:
        if self.state == "ended" and self.failure is not None:
            raise self.failure

    async def close(self) -> None:
        """Disconnect. What was received can still be read."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        await self._set_state("ended" if self.state == "ended" else "closed")

    # ── connecting again and again ───────────────────────────────────────────────────────────────────────

    def _start(self) -> None:
        if self._task is None and self.state != "ended":
            self.state, self.failure = "connecting", None
            self._task = asyncio.create_task(self._run(), name="event stream")

    async def _run(self) -> None:
        try:
            while True:
                try:
                    response: httpx.Response | None = await self._connected()
                    while response is not None:
                        response = await self._read(response)
                    self.failure = None
                    floor = 0.0
                except (UnreachableError, _AgainError) as error:
                    self.failure = error.__cause__ if isinstance(error, _AgainError) else error  # type: ignore[assignment]
                    floor = error.seconds if isinstance(error, _AgainError) else 0.0
                await self._set_state("waiting")
                await self._clock.sleep(self._wait(floor))
                await self._set_state("connecting")
        except Exception as error:  # noqa: BLE001 - `next` and `open` raise it
            self.failure = error
            await self._set_state("ended")

    def _wait(self, floor: float) -> float:
        """What the server asks for, and a random part of a ceiling that grows until an event comes."""
        ceiling = back_off(self._failures, self._settings.first_wait, self._settings.longest_wait)
        self._failures += 1
        return max(floor, self._retry_seconds) + self._clock.uniform(0, ceiling)

    async def _connected(self) -> httpx.Response:
        """An accepted connection.

        Raises UnreachableError and _AgainError if another try may help, SignedOutError and others if it won't.
        """
        while True:
            self._token = token = await self._credentials.current()
            try:
                response = await connect(self._http, self._url, token, self._place, self._settings)
            except ApiError as error:
                if error.status == 429 or error.status >= 500:
                    raise _AgainError(error.retry_after or 0.0) from error
                if error.status != 401:
                    raise
                if self._renewed or not token_refused(error):
                    raise signed_out(error) from error
                await self._renew(token)
                self._renewed = True
                continue
            self.connections += 1
            self.failure = None
            await self._set_state("open")
            return response

    async def _renew(self, token: str | None) -> None:
        try:
            await self._credentials.renew(token)
        except ApiError as error:
            if error.status == 429 or error.status >= 500:
                raise _AgainError(error.retry_after or 0.0) from error
            raise

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    async def _read(self, response: httpx.Response) -> httpx.Response | None:
        """Read until the connection ends; the one that has taken its place, if the token was renewed."""
        parser = EventParser(self._place)
        try:
            async for chunk in response.aiter_raw():
                for event in parser.feed(chunk):
                    if event.type == "token-expiring":
                        successor = await self._successor()
                        if successor is not None:
                            return successor
                    else:
                        await self._take(event)
                if parser.retry_ms is not None:
                    self._retry_seconds = parser.retry_ms / 1000
                if self._place != parser.last_event_id:
                    self._place = parser.last_event_id
                    await self._put(None)
        except (httpx.TransportError, LineTooLongError) as error:
            raise UnreachableError(f"GET {self._url}: {type(error).__name__} {error}", sent=True) from error
        finally:
            await response.aclose()
        return None

    async def _successor(self) -> httpx.Response | None:
        """A connection with a new token, opened before the old one closes. None if that fails: that is read on."""
        try:
            await self._credentials.renew(self._token, early=True)
            return await self._connected()
        except (UnreachableError, ApiError, _AgainError):
            return None

    async def _take(self, event: Event) -> None:
        self._failures, self._renewed = 0, False
        if event.type == "ping":
            self.pings += 1
            return
        if event.id:
            self._place = event.id
            if event.id in self._seen:
                self.repeats += 1
                return
            self._seen[event.id] = None
            if len(self._seen) > REMEMBERED_IDS:
                self._seen.popitem(last=False)
        try:
            payload = json.loads(event.data)
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            raise ProtocolError(f"event {event.id} ({event.type}) is no JSON object: {event.data[:200]!r}")
        await self._put(payload)

    async def _put(self, event: Any) -> None:
        """Wait for a place in the queue: meanwhile nothing is read."""
        if event is None and self._queue:
            # Only the place has moved: the program gets it with the event before.
            self._queue[-1] = _Waiting(self._queue[-1].event, self._place)
            return
        await self._until(lambda: len(self._queue) < self._settings.queue_size)
        self._queue.append(_Waiting(event, self._place))
        await self._changed()

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with self._change:
            await self._change.wait_for(holds)

    async def _changed(self) -> None:
        async with self._change:
            self._change.notify_all()

    async def _set_state(self, state: State) -> None:
        self.state = state
        await self._changed()


class _AgainError(Exception):
    """The server asks for another try after so many seconds; the cause is its answer."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds
