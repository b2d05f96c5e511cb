"""Calls over HTTPS with JSON: one request, one answer or one exception."""

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
    """No answer came: the connection was refused or broke, TLS failed, or it took too long."""


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
    """A successful answer. `body` is the JSON value, None if there is no body, text for other media types."""

    status: int
    headers: Mapping[str, str]
    body: Any
    sent_at: float
    """When the request was sent, seconds of `time.monotonic()`."""


def tls_context(cacert: Path | None) -> ssl.SSLContext:
    """Trust this certificate authority only; None: the system's."""
    return ssl.create_default_context(cafile=str(cacert) if cacert else None)


class Api:
    """Calls to one deployment of the API.

    `url` is the public base without `/api`; paths are those of the API document, without `/api`.
    `throttle_retries`: how often a request answered 429 is sent again after the time in Retry-After. 0 lets tests see
    the 429.
    """

    def __init__(
        self, url: str = DEFAULT_URL, cacert: Path | None = None, *, throttle_retries: int = 0
    ) -> None:
        self.url = url.rstrip("/")
        self.tls = tls_context(cacert)
        self._throttle_retries = throttle_retries
        self._http = httpx.AsyncClient(
            verify=self.tls,
            trust_env=False,  # a local stack must not be called through a proxy of the environment
            timeout=30.0,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, *, token: str | None = None, **more: Any) -> Answer:
        """Send one request and return its answer.

        `more` is `json`, `query`, `headers` or `content` (raw bytes). Raises `ApiError` and `UnreachableError`.
        """
        tries_left = self._throttle_retries
        while True:
            try:
                return await self._send(method, path, token, **more)
            except ApiError as error:
                if error.status != 429 or tries_left == 0:
                    raise
                tries_left -= 1
                await asyncio.sleep(_retry_after_seconds(error.headers))

    async def get(self, path: str, **more: Any) -> Answer:
        """`call` with GET."""
        return await self.call("GET", path, **more)

    async def post(self, path: str, **more: Any) -> Answer:
        """`call` with POST."""
        return await self.call("POST", path, **more)

    async def _send(
        self,
        method: str,
        path: str,
        token: str | None,
        *,
        json: Any = None,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        sent = {**(headers or {}), **({"authorization": f"Bearer {token}"} if token is not None else {})}
        request = f"{method} {path}"
        sent_at = time.monotonic()
        try:
            response = await self._http.request(
                method, f"{self.url}/api{path}", json=json, params=query, headers=sent, content=content
            )
        except httpx.TransportError as error:
            raise UnreachableError(f"{request} on {self.url}: {type(error).__name__} {error}") from error
        body = _body_of(response)
        if response.status_code >= 400:
            raise ApiError(response.status_code, body, request, response.headers)
        return Answer(response.status_code, response.headers, body, sent_at)


def _body_of(response: httpx.Response) -> Any:
    if not response.content:
        return None
    if response.headers.get("content-type", "").split(";")[0].strip().endswith("json"):
        return response.json()
    return response.text


def _retry_after_seconds(headers: Mapping[str, str]) -> float:
    value = headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else 1.0
