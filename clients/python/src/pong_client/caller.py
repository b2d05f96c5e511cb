"""One call: the request, its token, its repetitions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import httpx

from pong_client.clock import Clock
from pong_client.errors import ApiError, UnreachableError, signed_out, token_refused
from pong_client.retries import Retries
from pong_client.stream_settings import StreamSettings
from pong_client.tokens import Credentials

if TYPE_CHECKING:
    from pong_client.stream import AsyncEventStream

SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer. `body` is the JSON value, None if there is no body, text of other media types."""

    status: int
    headers: Mapping[str, str]
    body: Any


class AsyncCaller:
    """What the generated operations are made of."""

    def __init__(
        self, url: str, http: httpx.AsyncClient, credentials: Credentials, retries: Retries, clock: Clock
    ) -> None:
        self.url = url.rstrip("/")
        self.http = http
        self.retries = retries
        self._credentials = credentials
        self._clock = clock
        self._streams: set[AsyncEventStream[Any]] = set()

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        keyed: bool = False,
        idempotency_key: str | None = None,
        anyone: bool = False,
        token: str | None = None,
    ) -> Answer:
        """Send a request, and again where that is safe; the whole answer. The typed operations use it.

        `path` is without `/api`. `keyed`: the call takes idempotency keys. `anyone`: it takes no token. `token`: use
        this one instead of the session's. Raises ApiError, SignedOutError, UnreachableError.
        """
        sent = dict(headers or {})
        if keyed:
            sent["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        repeatable = keyed or (method in SAFE_METHODS and json is None and content is None)
        attempt, renewed, used = 0, False, token
        while True:
            try:
                if not anyone and token is None:
                    used = await self._credentials.current()
                return await self._send(method, path, used, sent, query=query, json=json, content=content)
            except (ApiError, UnreachableError) as error:
                failure: ApiError | UnreachableError = error
            if (
                isinstance(failure, ApiError)
                and used is not None
                and token is None
                and token_refused(failure)
            ):
                if renewed:
                    raise signed_out(failure)
                try:
                    await self._credentials.renew(used)
                    renewed = True
                    continue
                except (ApiError, UnreachableError) as error:
                    failure = error
                # The request itself was refused, and changed nothing.
                wait = self._wait(failure, attempt, repeatable=True)
            else:
                wait = self._wait(failure, attempt, repeatable=repeatable)
            if wait is None:
                raise failure
            attempt += 1
            await self._clock.sleep(wait)

    def _wait(self, failure: ApiError | UnreachableError, attempt: int, *, repeatable: bool) -> float | None:
        return self.retries.wait(failure, attempt, repeatable=repeatable, uniform=self._clock.uniform)

    async def _call(
        self, method: str, path: str, *, session: Literal["begins", "ends"] | None = None, **more: Any
    ) -> Any:
        """The body of an operation's answer. `session`: what becomes of the session by it."""
        body = (await self.call(method, path, **more)).body
        if session is not None:
            self._session_changed(body if session == "begins" else None)
        return body

    def _session_changed(self, tokens: Mapping[str, str] | None) -> None:
        """Nothing to do for a service, which has no session."""

    def _stream(self, path: str, last_event_id: str, settings: StreamSettings) -> AsyncEventStream[Any]:
        from pong_client.stream import AsyncEventStream

        stream: AsyncEventStream[Any] = AsyncEventStream(
            f"{self.url}{path}", self.http, self._credentials, settings, self._clock, last_event_id
        )
        self._streams.add(stream)
        return stream

    @staticmethod
    def _part(value: int | str) -> str:
        """A parameter as a part of a path."""
        return quote(str(value), safe="")

    async def _send(
        self,
        method: str,
        path: str,
        token: str | None,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
    ) -> Answer:
        request = f"{method} {path}"
        authorization = {"Authorization": f"Bearer {token}"} if token is not None else {}
        given = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            response = await self.http.request(
                method,
                f"{self.url}/api{path}",
                params=given or None,
                json=json,
                content=content,
                headers={**headers, **authorization},
                follow_redirects=True,
            )
        except (httpx.TransportError, httpx.TooManyRedirects) as error:
            raise unreachable(request, self.url, error) from error
        body = body_of(response)
        if response.status_code >= 400:
            raise ApiError(response.status_code, body, request, response.headers)
        return Answer(response.status_code, response.headers, body)


def unreachable(request: str, url: str, error: httpx.RequestError) -> UnreachableError:
    """The error of a request without an answer."""
    sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return UnreachableError(f"{request} on {url}: {type(error).__name__} {error}", sent=sent)


def body_of(response: httpx.Response) -> Any:
    """The JSON of an answer that was read; None if it is empty, text if it is no JSON."""
    if not response.content:
        return None
    if response.headers.get("content-type", "").split(";")[0].strip().endswith("json"):
        try:
            return response.json()
        except ValueError:
            return response.text
    return response.text
