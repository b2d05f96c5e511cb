"""One user's event stream: reconnects and resumes, without losing or doubling an event."""
# ruff: noqa: ASYNC109 - the deadline is an argument of each call, and its error lists the events that did come

import asyncio
import contextlib
import json
import random
import ssl
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import httpx
from pong_client.sse_parser import EventParser, LineTooLongError

from demo.api import ApiError, UnreachableError
from demo.event_log import EventLog, Received

T = TypeVar("T")
State = Literal["closed", "connecting", "open", "waiting", "ended"]

FIRST_BACK_OFF_SECONDS = 0.2
MAX_BACK_OFF_SECONDS = 5.0
SILENCE_SECONDS = 45.0
"""After three missed heartbeats (one every 15 s) the connection is dead, even if TCP doesn't say so."""


class StreamEndedError(Exception):
    """The stream is over: closed by us, refused by the server, or the server asks not to reconnect (204)."""


class EventTimeoutError(TimeoutError):
    """The awaited event didn't come before the deadline."""


class EventStream(EventLog):
    """Connects, and reconnects with Last-Event-ID after a jittered, growing wait.

    `token` is called at every connection, so a renewed access token is used from then on. `renew` is awaited when the
    server says that the token is about to expire, or refuses it. `watch` is called with every
    new event as it arrives, before `next` returns it.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        tls: ssl.SSLContext,
        *,
        renew: Callable[[], Awaitable[object]] | None = None,
        watch: Callable[[Received], None] = lambda _: None,
        first_back_off: float = FIRST_BACK_OFF_SECONDS,
        max_back_off: float = MAX_BACK_OFF_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        super().__init__()
        self.connections = 0
        """The number of connections so far, the present one included."""
        self.last_event_id = ""
        self.state: State = "closed"
        self.failure: Exception | None = None
        """Why the stream ended, or the error of the last attempt while it still tries."""
        self._url = url
        self._token = token
        self._tls = tls
        self._renew = renew
        self._watch = watch
        self._first_back_off = first_back_off
        self._max_back_off = max_back_off
        self._silence = silence
        self._change = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self, timeout: float = 15.0) -> None:
        """Connect, and return once the server has accepted: from then on the user is online.

        After a `close` it resumes where the stream stopped. Raises `ApiError` if the server refuses (a bad token),
        `EventTimeoutError` if there is no connection in time.
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
        """Wait for a connection; returns at once if there is one. Raises the errors of `open`."""

        def ready() -> bool | None:
            if self.state == "ended" and self.failure is not None:
                raise self.failure
            self._raise_if_over("the stream is over")
            return self.state == "open" or None

        await self._until(ready, timeout, "connection")

    async def close(self) -> None:
        """Disconnect. A later `open` resumes from here."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        self._set_state("ended" if self.state == "ended" else "closed")

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
            event = self.take(code, where)
            if event is None:
                self._raise_if_over(f"the stream is over, and no {name} came: {self._summary()}")
            return event

        return await self._until(ready, timeout, name)

    async def ended(self, timeout: float = 10.0) -> Exception | None:
        """Wait until the server has ended the stream for good; returns the reason (an `ApiError`, mostly)."""
        await self._until(lambda: self.state in ("ended", "closed") or None, timeout, "end")
        return self.failure

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

    def _set_state(self, state: State) -> None:
        self.state = state
        self._changed()

    def _raise_if_over(self, text: str) -> None:
        if self.state in ("ended", "closed"):
            raise StreamEndedError(text) from self.failure

    def _summary(self) -> str:
        codes = [event.code for event in self.events]
        return (
            f"{self._url} is {self.state}, {self.connections} connection(s), {self.pings} ping(s), received "
            f"{codes[-20:] if codes else 'nothing'}, last error {self.failure!r}"
        )

    async def _run(self) -> None:
        """Connect, read, wait, again; until refused or cancelled."""
        failures = 0
        while True:
            before = self.connections
            try:
                await self._read_connection()
                self.failure = None
            except _BrokenError as error:
                self.failure = error
            except Exception as error:  # noqa: BLE001 - handed to the caller of `next`, `connected` or `ended`
                if failures == 0 and await self._renewed(error):
                    failures = 1
                    continue
                self.failure = error
                self._set_state("ended")
                return
            failures = 0 if self.connections > before else failures + 1
            self._set_state("waiting")
            ceiling = min(self._max_back_off, self._first_back_off * 2.0 ** min(failures, 16))
            await asyncio.sleep(random.uniform(ceiling / 2, ceiling))
            self._set_state("connecting")

    async def _prepare(self) -> None:
        """Get a new token for the connection that follows the end of this one."""
        if self._renew is not None:
            # After a failure the next connection is refused, and tries again.
            with contextlib.suppress(ApiError, UnreachableError):
                await self._renew()

    async def _renewed(self, error: Exception) -> bool:
        """Whether the server refused the token, and there is a new one."""
        if self._renew is None or not isinstance(error, ApiError) or error.code != "token_not_valid":
            return False
        try:
            await self._renew()
        except (ApiError, UnreachableError):
            return False
        return True

    async def _read_connection(self) -> None:
        """Read one connection until the server ends it.

        Raises `_BrokenError` if a new connection may help, other errors if it won't.
        """
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
                await _check(response)
                self.connections += 1
                self.failure = None
                self._set_state("open")
                parser = EventParser(self.last_event_id)
                async for chunk in response.aiter_raw():
                    at = time.monotonic()
                    for event in parser.feed(chunk):
                        if event.type == "token-expiring":
                            await self._prepare()
                            continue
                        if (received := self.add(event, at)) is not None:
                            self._watch(received)
                            self._changed()
                    self.last_event_id = parser.last_event_id
                    if parser.retry_ms is not None:
                        self._first_back_off = parser.retry_ms / 1000
        except (httpx.TransportError, LineTooLongError) as error:
            raise _BrokenError(f"{type(error).__name__}: {error}") from error


class _BrokenError(Exception):
    """The connection failed; another one may succeed."""


async def _check(response: httpx.Response) -> None:
    """Raise an error unless the answer is an event stream."""
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
