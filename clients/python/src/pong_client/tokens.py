"""The tokens of a session: renewed before they end, by one request at a time."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pong_client.clock import Clock
from pong_client.errors import ApiError, PongError, UnreachableError, signed_out

NOTICE_SECONDS = 60.0
"""So long before its end a token is renewed; one that lives for less than two minutes, after half its life."""

PAUSE_SECONDS = 10.0
"""Between two early renewals that fail."""


@dataclass(frozen=True)
class TokenPair:
    """What a program saves to go on with a session later. Both are secrets."""

    access: str
    refresh: str


OnTokens = Callable[[TokenPair | None], None]
"""Called with every new pair, and with None when the session has ended."""

Refresh = Callable[[str], Awaitable[Any]]
"""POST /auth/refresh/ with this token; the answer's body."""


class Credentials(Protocol):
    """Where calls and streams get their token."""

    async def current(self) -> str | None:
        """The token to use now; None without a session."""

    async def renew(self, old: str | None, *, early: bool = False) -> str:
        """Another token than the old one. SignedOutError if there is none. `early`: the old one is still good."""


class SessionTokens:
    """The tokens of a player's session."""

    def __init__(self, refresh: Refresh, clock: Clock, *, rotate: bool, on_tokens: OnTokens | None) -> None:
        self.rotate = rotate
        self.pair: TokenPair | None = None
        self._refresh = refresh
        self._clock = clock
        self._on_tokens = on_tokens or (lambda _: None)
        self._renew_at = 0.0
        self._running: asyncio.Task[TokenPair] | None = None
        self._ended: ApiError | None = None

    def begin(self, pair: TokenPair) -> None:
        """Use the tokens of a new session."""
        self.pair, self._ended = pair, None
        self._renew_at = renewal_time(pair.access, self._clock.now(), fresh=True)
        self._on_tokens(pair)

    def restore(self, pair: TokenPair) -> None:
        """Use tokens that were saved."""
        self.pair, self._ended = pair, None
        self._renew_at = renewal_time(pair.access, self._clock.now(), fresh=False)

    def end(self) -> None:
        """Forget the tokens of a session that has ended."""
        if self.pair is not None:
            self.pair = None
            self._on_tokens(None)

    async def current(self) -> str | None:
        """The access token, renewed if it is about to end. If that fails, the present one is used until its end."""
        pair = self.pair
        if pair is not None and self._clock.now() >= self._renew_at:
            with contextlib.suppress(PongError):
                await self._renewed(pair)
        return self.pair.access if self.pair else None

    async def renew(self, old: str | None, *, early: bool = False) -> str:
        """Another access token than this one; several callers at once send one request.

        Raises SignedOutError when the session has ended, UnreachableError and ApiError if it can't be asked.
        """
        if self.pair is None:
            raise signed_out(self._ended or ApiError(401, {"code": "not_authenticated"}))
        if self.pair.access != old:
            return self.pair.access
        try:
            return (await self._renewed(self.pair)).access
        except ApiError as error:
            if early or error.status != 401:
                raise
            self._ended = error
            self.end()
            raise signed_out(error) from error

    async def _renewed(self, pair: TokenPair) -> TokenPair:
        if self._running is None:
            self._running = asyncio.create_task(self._send(pair), name="renewal of a token")
            self._running.add_done_callback(self._finished)
        # Who waits may be cancelled; the others still wait.
        return await asyncio.shield(self._running)

    def _finished(self, task: asyncio.Task[TokenPair]) -> None:
        self._running = None
        if not task.cancelled():
            task.exception()  # Whoever waits has it; if nobody does any more, it isn't reported as lost.

    async def _send(self, pair: TokenPair) -> TokenPair:
        try:
            body = await self._refresh(pair.refresh)
        except (ApiError, UnreachableError) as error:
            pause = error.retry_after if isinstance(error, ApiError) else None
            self._renew_at = self._clock.now() + max(PAUSE_SECONDS, pause or 0)
            raise
        new = TokenPair(str(body["access"]), str(body.get("refresh", pair.refresh)))
        if self.pair is pair:  # The program may have logged in anew or out meanwhile.
            self.begin(new)
        return new


class ServiceToken:
    """A game server's token: a text, or a function that gives the present one."""

    def __init__(self, token: str | Callable[[], str]) -> None:
        self._token = token

    async def current(self) -> str | None:
        """The token."""
        return self._token() if callable(self._token) else self._token

    async def renew(self, old: str | None, *, early: bool = False) -> str:  # noqa: ARG002
        """The program's newer token. SignedOutError if it has none."""
        token = await self.current()
        if token is None or token == old:
            raise signed_out(
                ApiError(401, {"detail": "The service token isn't good.", "code": "token_not_valid"})
            )
        return token


def renewal_time(access: str, now: float, *, fresh: bool) -> float:
    """When to renew a token, in seconds since 1970.

    Of a fresh token only its life counts, from now on: the server's clock and ours may differ.
    """
    claims = _claims(access)
    end, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(end, int | float) or not isinstance(issued, int | float):
        return float("inf")
    life = end - issued
    return (now + life if fresh else end) - min(NOTICE_SECONDS, life / 2)


def _claims(token: str) -> dict[str, Any]:
    """What a token says of itself, unverified; nothing if it can't be read."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
