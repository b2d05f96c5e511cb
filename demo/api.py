"""HTTPS and JSON: one request in, one answer out, and an exception that says what went wrong."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

DEFAULT_URL = "https://localhost:4443"


class UnreachableError(Exception):
    """No answer came at all: nobody listens, TLS failed, the connection broke, or it took too long."""


class ApiError(Exception):
    """The API answered with a status of 400 or above."""

    def __init__(
        self, status: int, body: Any, request: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{request} answered {status}: {body}".strip())
        self.status = status
        self.body = body
        self.request = request
        self.headers: Mapping[str, str] = headers or {}

    @property
    def code(self) -> str | None:
        """The stable code of the error; None for a pure field error."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        return code if isinstance(code, str) else None

    @property
    def detail(self) -> Any:
        """The sentence for people, or the whole body where there is none."""
        return self.body.get("detail", self.body) if isinstance(self.body, dict) else self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; `body` is the JSON value, None where there is none, text for other types."""

    status: int
    headers: Mapping[str, str]
    body: Any
    sent_at: float
    """When the request was sent, seconds of `time.monotonic()`."""
    seconds: float
    """From sending the request to having read the answer whole."""


def tls_context(cacert: Path | None) -> ssl.SSLContext:
    """Trust the given certificate authority only, or the system's where none is given; names are checked."""
    return ssl.create_default_context(cafile=str(cacert) if cacert else None)


class Api:
    """Calls to one deployment of the API.

    `url` is the public base without `/api`; paths are given as in the API document, without `/api`.
    `throttle_retries`: how often a request answered 429 is sent again after the time the server asked for.
    0, the default, lets tests see the 429.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        cacert: Path | None = None,
        *,
        timeout: float = 30.0,
        http2: bool = False,
        throttle_retries: int = 0,
    ) -> None:
        self.url = url.rstrip("/")
        self.tls = tls_context(cacert)
        self.throttle_retries = throttle_retries
        self._http = httpx.AsyncClient(
            verify=self.tls,
            # A proxy of the environment must never stand between the client and a local stack.
            trust_env=False,
            http2=http2,
            timeout=timeout,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the kept connections; the object can't be used afterwards."""
        await self._http.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        json: Any = None,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Send one request and return its answer.

        Raises `ApiError` for a status of 400 or above and `UnreachableError` where no answer came.
        `content` sends raw bytes instead of JSON (to see how the API takes a broken body).
        """
        tries_left = self.throttle_retries
        while True:
            try:
                return await self._once(method, path, token, json, query, headers, content)
            except ApiError as error:
                if error.status != 429 or tries_left == 0:
                    raise
                tries_left -= 1
                # The server names the time; this is no guess of ours.
                await asyncio.sleep(_retry_after_seconds(error.headers))

    async def _once(
        self,
        method: str,
        path: str,
        token: str | None,
        json: Any,
        query: Mapping[str, str | int] | None,
        headers: Mapping[str, str] | None,
        content: bytes | None,
    ) -> Answer:
        sent_headers = dict(headers or {})
        if token is not None:
            sent_headers["authorization"] = f"Bearer {token}"
        request = f"{method} {path}"
        sent_at = time.monotonic()
        try:
            response = await self._http.request(
                method,
                f"{self.url}/api{path}",
                json=json,
                params=query,
                headers=sent_headers,
                content=content,
            )
        except httpx.TransportError as error:
            raise UnreachableError(f"{request} on {self.url}: {type(error).__name__} {error}") from error
        seconds = time.monotonic() - sent_at
        body = _body_of(response)
        if response.status_code >= 400:
            raise ApiError(response.status_code, body, request, response.headers)
        return Answer(response.status_code, response.headers, body, sent_at, seconds)

    async def get(self, path: str, **more: Any) -> Answer:
        """`call` with GET."""
        return await self.call("GET", path, **more)

    async def post(self, path: str, **more: Any) -> Answer:
        """`call` with POST."""
        return await self.call("POST", path, **more)

    async def put(self, path: str, **more: Any) -> Answer:
        """`call` with PUT."""
        return await self.call("PUT", path, **more)

    async def patch(self, path: str, **more: Any) -> Answer:
        """`call` with PATCH."""
        return await self.call("PATCH", path, **more)

    async def delete(self, path: str, **more: Any) -> Answer:
        """`call` with DELETE."""
        return await self.call("DELETE", path, **more)


def _body_of(response: httpx.Response) -> Any:
    if not response.content:
        return None
    if response.headers.get("content-type", "").split(";")[0].strip().endswith("json"):
        return response.json()
    return response.text


def _retry_after_seconds(headers: Mapping[str, str]) -> float:
    value = headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else 1.0
