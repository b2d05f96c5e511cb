"""The clients for programs without asyncio. Their parameters are those of AsyncPong and AsyncPongService."""

from __future__ import annotations

from collections.abc import Callable

from pong_client.client import RETRIES, AsyncPong, AsyncPongService, Authority
from pong_client.retries import Retries
from pong_client.sync_calls.every import ServiceCalls, UserCalls
from pong_client.tokens import OnTokens, TokenPair


class Pong(UserCalls):
    """A player's client. Callbacks run in the client's thread, and can't call the client."""

    _client: AsyncPong

    def __init__(
        self,
        url: str,
        *,
        ca: Authority = None,
        tokens: TokenPair | None = None,
        on_tokens: OnTokens | None = None,
        rotate: bool = False,
        retries: Retries = RETRIES,
    ) -> None:
        super().__init__(
            AsyncPong(url, ca=ca, tokens=tokens, on_tokens=on_tokens, rotate=rotate, retries=retries)
        )

    @property
    def tokens(self) -> TokenPair | None:
        """The present tokens; None without a session."""
        return self._client.tokens

    def renew(self) -> TokenPair:
        """Get a new access token now. SignedOutError if the session has ended."""
        return self._thread.run(self._client.renew())


class PongService(ServiceCalls):
    """A game server's client."""

    def __init__(
        self, url: str, token: str | Callable[[], str], *, ca: Authority = None, retries: Retries = RETRIES
    ) -> None:
        super().__init__(AsyncPongService(url, token, ca=ca, retries=retries))
