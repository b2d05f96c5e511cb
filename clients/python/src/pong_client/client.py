"""The asynchronous clients: of a player, and of a game server."""

from __future__ import annotations

import platform
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from pong_client.caller import AsyncCaller
from pong_client.calls.every import AsyncServiceCalls, AsyncUserCalls
from pong_client.clock import SYSTEM, Clock
from pong_client.retries import Retries
from pong_client.tokens import Credentials, OnTokens, ServiceToken, SessionTokens, TokenPair

RETRIES = Retries()

Authority = Path | str | ssl.SSLContext | None
"""A certificate authority to trust in place of the system's: its file, or a whole TLS context."""

AGENT = f"pong-client/0.1.0 Python/{platform.python_version()}"


class _Open(AsyncCaller):
    """Opens and closes the connections."""

    def __init__(
        self,
        url: str,
        make_credentials: Callable[[], Credentials],
        ca: Authority,
        http: httpx.AsyncClient | None,
        retries: Retries,
        clock: Clock,
    ) -> None:
        self._owns_http = http is None
        super().__init__(url, http or new_http(url, ca), make_credentials(), retries, clock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the streams and connections. The session goes on: `log_out` ends it."""
        for stream in list(self._streams):
            await stream.close()
        if self._owns_http:
            await self.http.aclose()


class AsyncPong(_Open, AsyncUserCalls):
    """A player's client. `register_user`, `create_guest` and `log_in` begin a session, `tokens` goes on with one.

    - `url`: the address without `/api`. `ca`: the file of the certificate authority, `ca.pem` of a local stack.
    - `tokens`: a pair that `on_tokens` was called with. `on_tokens` is called with every new pair, and with None when
      the session has ended; it must not wait.
    - `rotate`: renewing replaces the refresh token, too, and the session may live for 90 days instead of 30. Only for
      programs that save each pair: the last but one refresh token ends the session.
    - `retries`: how often and patiently requests are sent again.
    - `http`: an `httpx.AsyncClient` of your own, which you close.

    Use it in one event loop, with as many tasks as you like.
    """

    def __init__(
        self,
        url: str,
        *,
        ca: Authority = None,
        tokens: TokenPair | None = None,
        on_tokens: OnTokens | None = None,
        rotate: bool = False,
        retries: Retries = RETRIES,
        http: httpx.AsyncClient | None = None,
        clock: Clock = SYSTEM,
    ) -> None:
        self._session = SessionTokens(self._refresh, clock, rotate=rotate, on_tokens=on_tokens)
        super().__init__(url, lambda: self._session, ca, http, retries, clock)
        if tokens is not None:
            self._session.restore(tokens)

    @property
    def tokens(self) -> TokenPair | None:
        """The present tokens; None without a session."""
        return self._session.pair

    async def renew(self) -> TokenPair:
        """Get a new access token now; calls and streams do so by themselves. SignedOutError without a session."""
        await self._session.renew(self.tokens.access if self.tokens else None)
        assert self.tokens is not None  # noqa: S101 - `renew` has raised otherwise
        return self.tokens

    async def _refresh(self, token: str) -> Any:
        body = {"refresh": token, **({"rotate": True} if self._session.rotate else {})}
        return (await self._send("POST", "/auth/refresh/", None, {}, json=body)).body

    def _session_changed(self, tokens: Mapping[str, str] | None) -> None:
        if tokens is None:
            self._session.end()
        else:
            self._session.begin(TokenPair(tokens["access"], tokens["refresh"]))


class AsyncPongService(_Open, AsyncServiceCalls):
    """A game server's client, with a service token, or a function that gives the present one: they live for 12 hours.

    The other parameters are those of AsyncPong.
    """

    def __init__(
        self,
        url: str,
        token: str | Callable[[], str],
        *,
        ca: Authority = None,
        retries: Retries = RETRIES,
        http: httpx.AsyncClient | None = None,
        clock: Clock = SYSTEM,
    ) -> None:
        super().__init__(url, lambda: ServiceToken(token), ca, http, retries, clock)


def new_http(url: str, ca: Authority = None) -> httpx.AsyncClient:
    """Connections to this address."""
    tls = ca if isinstance(ca, ssl.SSLContext) else ssl.create_default_context(cafile=str(ca) if ca else None)
    local = urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
    return httpx.AsyncClient(
        verify=tls,
        trust_env=not local,  # a local stack isn't called through a proxy of the environment
        timeout=30.0,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        headers={"User-Agent": AGENT},
    )
