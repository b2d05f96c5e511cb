"""A reader of the event stream that survives broken connections without losing or doubling an event."""
# ruff: noqa: ASYNC109 - the deadline is what the caller says in each call, and its error lists what did come

import asyncio
import json
import random
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from demo.api import ApiError
from demo.sse_parser import Event, EventParser, LineTooLongError

State = Literal["closed", "connecting", "open", "waiting", "ended"]

FIRST_BACK_OFF_SECONDS = 0.2
LONGEST_BACK_OFF_SECONDS = 5.0
SILENCE_SECONDS = 45.0
"""Three missed heartbeats (one every 15 s): the connection is dead, whatever TCP believes."""
REMEMBERED_IDS = 100_000


class StreamEndedError(Exception):
    """The stream is over and nothing more will come: closed by us, refused, or told to stay away (204)."""


class EventTimeoutError(TimeoutError):
    """The event awaited didn't come before the deadline."""


@dataclass(frozen=True, slots=True)
class Received:
    """One event as it arrived."""

    id: str | None
    code: str
    payload: dict[str, Any]
    """The wire object: service, event_code, type, message, target, data, kwargs."""
    at: float
    """Arrival in seconds of `time.monotonic()`."""
    connection: int
    """Index into `EventStream.connections` of the connection that brought it."""

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


@dataclass(slots=True)
class Connection:
    """One attempt to connect that got as far as a response."""

    last_event_id: str
    """What was sent as Last-Event-ID; empty: nothing."""
    opened_at: float
    closed_at: float | None = None
    why_closed: str = ""


class EventStream:
    """One user's events, over as many connections as it takes.

    Reconnects with Last-Event-ID after a jittered, growing wait; drops what it has seen already (delivery is
    at least once); keeps a record of everything in `events`. Heartbeats (`ping`) are counted, not recorded.
    A `resync` is an event like others; `resyncs` lists them: where there is one, something may be missing.

    `token` is asked for at every connection, so a renewed access token is used from then on.
    `watch` is called with every new event as it arrives, before any `next` returns it.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        tls: ssl.SSLContext,
        *,
        watch: Callable[[Received], None] | None = None,
        first_back_off: float = FIRST_BACK_OFF_SECONDS,
        longest_back_off: float = LONGEST_BACK_OFF_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self.events: list[Received] = []
        self.repeats = 0
        """Events that came more than once and were dropped."""
        self.pings = 0
        self.connections: list[Connection] = []
        self.last_event_id = ""
        self.state: State = "closed"
        self.failure: Exception | None = None
        """Why the stream ended for good, or the trouble of the last attempt while it goes on trying."""
        self._url = url
        self._token = token
        self._tls = tls
        self._watch = watch
        self._first_back_off = first_back_off
        self._longest_back_off = longest_back_off
        self._silence = silence
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._taken: set[int] = set()
        self._waiters: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def resyncs(self) -> list[Received]:
        """The moments where the server could not replay everything missed."""
        return [event for event in self.events if event.code == "resync"]

    @property
    def reconnections(self) -> int:
        """How many connections there were after the first one."""
        return max(0, len(self.connections) - 1)

    def received(self, code: str) -> list[Received]:
        """Everything of this code so far, in order of arrival, whether awaited or not."""
        return [event for event in self.events if event.code == code]

    async def open(self, timeout: float = 15.0) -> None:
        """Connect, and return once the server has accepted: from then on the user is online.

        After a `close` it resumes where the stream stopped. Raises `ApiError` where the server refuses
        (a bad token), `EventTimeoutError` where no connection came about in time.
        """
        if self._task is None:
            self.state = "connecting"
            self.failure = None
            self._task = asyncio.create_task(self._run(), name="event stream")
        try:
            await self.connected(timeout)
        except BaseException:
            await self.close()
            raise

    async def connected(self, timeout: float = 15.0) -> None:
        """Wait until a connection stands (at once if one does). Raises as `open` does."""
        try:
            async with asyncio.timeout(timeout):
                while self.state != "open":
                    self._raise_if_over()
                    await self._change()
        except TimeoutError:
            raise EventTimeoutError(
                f"no event stream from {self._url} within {timeout:g} s (last trouble: {self.failure!r})"
            ) from self.failure

    async def close(self) -> None:
        """Leave. The place in the stream is kept for a later `open`."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
        if self.state != "ended":
            self.state = "closed"
        self._changed()

    def interrupt(self) -> None:
        """Break the present connection as a network would; the stream reconnects and resumes by itself."""
        if self._reading is not None:
            self._reading.cancel()
            # Not open any more from this very moment, so that `connected` waits for the next connection.
            self.state = "waiting"

    async def next(
        self,
        code: str | None = None,
        *,
        timeout: float = 10.0,
        where: Callable[[Received], bool] | None = None,
    ) -> Received:
        """The oldest event of this code (None: any), matching `where`, that no `next` has returned yet.

        Looks at what has arrived first, so an event can't be missed by asking late.
        Raises `EventTimeoutError` at the deadline, `StreamEndedError` once nothing more can come.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    event = self._take(code, where)
                    if event is not None:
                        return event
                    if self.state in ("ended", "closed"):
                        raise StreamEndedError(
                            f"the stream is over, and no {code or 'event'} came: {self._summary()}"
                        ) from self.failure
                    await self._change()
        except TimeoutError:
            raise EventTimeoutError(f"no {code or 'event'} within {timeout:g} s: {self._summary()}") from None

    async def ended(self, timeout: float = 10.0) -> Exception | None:
        """Wait until the server has ended the stream for good; returns the reason (an `ApiError`, mostly)."""
        try:
            async with asyncio.timeout(timeout):
                while self.state not in ("ended", "closed"):
                    await self._change()
        except TimeoutError:
            raise EventTimeoutError(f"the stream is still {self.state} after {timeout:g} s") from None
        return self.failure

    def _take(self, code: str | None, where: Callable[[Received], bool] | None) -> Received | None:
        for index, event in enumerate(self.events):
            if index in self._taken or (code is not None and event.code != code):
                continue
            if where is None or where(event):
                self._taken.add(index)
                return event
        return None

    def _summary(self) -> str:
        codes = [event.code for event in self.events]
        return (
            f"state {self.state}, {len(self.connections)} connection(s), {self.pings} ping(s), received "
            f"{codes[-20:] if codes else 'nothing'}, last trouble {self.failure!r}"
        )

    def _raise_if_over(self) -> None:
        if self.state == "ended" and self.failure is not None:
            raise self.failure
        if self.state in ("ended", "closed"):
            raise StreamEndedError("the stream is over")

    async def _change(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def _changed(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _set_state(self, state: State) -> None:
        self.state = state
        self._changed()

    async def _run(self) -> None:
        """Connect, read, wait, again; until refused or cancelled."""
        attempts = 0
        while True:
            before = len(self.connections)
            self._reading = asyncio.create_task(self._read_connection(), name="event stream connection")
            try:
                await asyncio.wait({self._reading})
            except asyncio.CancelledError:
                self._reading.cancel()
                await asyncio.wait({self._reading})
                self._close_connection(before, "closed by this client")
                raise
            reading, self._reading = self._reading, None
            if reading.cancelled():
                why = "interrupted"
            else:
                error = reading.exception()
                if error is not None and not isinstance(error, _BrokenError):
                    self.failure = error if isinstance(error, Exception) else StreamEndedError(repr(error))
                    self._close_connection(before, repr(error))
                    self._set_state("ended")
                    return
                self.failure = error
                why = str(error) if error is not None else "ended by the server"
            self._close_connection(before, why)
            attempts = 0 if len(self.connections) > before else attempts + 1
            self._set_state("waiting")
            await asyncio.sleep(self._back_off(attempts))
            self._set_state("connecting")

    def _back_off(self, attempts: int) -> float:
        ceiling = min(self._longest_back_off, self._first_back_off * 2.0 ** min(attempts, 16))
        return random.uniform(ceiling / 2, ceiling)

    def _close_connection(self, index: int, why: str) -> None:
        if index < len(self.connections):
            connection = self.connections[index]
            connection.closed_at = time.monotonic()
            connection.why_closed = why

    async def _read_connection(self) -> None:
        """One connection from request to end. Returns when the server ended it, raises `_BrokenError` for
        trouble that a new connection may mend, anything else for trouble that it won't."""
        headers = {
            "accept": "text/event-stream",
            "accept-encoding": "identity",
            "cache-control": "no-store",
            "authorization": f"Bearer {self._token()}",
        }
        if self.last_event_id:
            headers["last-event-id"] = self.last_event_id
        timeout = httpx.Timeout(10.0, read=self._silence)
        try:
            async with (
                httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=timeout) as http,
                http.stream("GET", self._url, headers=headers) as response,
            ):
                await _accept(response)
                self.connections.append(Connection(self.last_event_id, time.monotonic()))
                self.failure = None
                self._set_state("open")
                parser = EventParser(self.last_event_id)
                async for chunk in response.aiter_raw():
                    at = time.monotonic()
                    for event in parser.feed(chunk):
                        self._arrived(event, at)
                    self.last_event_id = parser.last_event_id
                    if parser.retry_ms is not None:
                        self._first_back_off = parser.retry_ms / 1000
        except httpx.TransportError as error:
            raise _BrokenError(f"{type(error).__name__}: {error}") from error
        except LineTooLongError as error:
            raise _BrokenError(str(error)) from error

    def _arrived(self, event: Event, at: float) -> None:
        if event.type == "ping":
            self.pings += 1
            return
        if event.id:
            if event.id in self._seen:
                self.repeats += 1
                return
            self._seen[event.id] = None
            if len(self._seen) > REMEMBERED_IDS:
                self._seen.popitem(last=False)
        payload = json.loads(event.data)
        if not isinstance(payload, dict):
            raise TypeError(f"the data of event {event.id} ({event.type}) is no JSON object: {event.data!r}")
        received = Received(event.id, event.type, payload, at, len(self.connections) - 1)
        self.events.append(received)
        if self._watch is not None:
            self._watch(received)
        self._changed()


class _BrokenError(Exception):
    """The connection failed in a way that trying again may mend."""


async def _accept(response: httpx.Response) -> None:
    """Return for a stream of events; raise what the answer means otherwise."""
    status = response.status_code
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    if status == 200 and kind == "text/event-stream":
        return
    body = await response.aread()
    if status == 429 or status >= 500:
        raise _BrokenError(f"answered {status}: {body[:200]!r}")
    if status == 204:
        raise StreamEndedError("the server asks not to reconnect (204)")
    if status == 200:
        raise StreamEndedError(f"answered {kind or 'no content type'} instead of text/event-stream")
    try:
        parsed: Any = json.loads(body)
    except ValueError:
        parsed = body.decode(errors="replace")
    raise ApiError(status, parsed, f"GET {response.request.url.path}", response.headers)
