"""What the SSE process writes about presence: the use cases of shared/usecases/accounts/presence.py. They block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.domain.accounts.tokens import Claims
from shared.domain.errors import Unauthenticated


class PresenceWrites(Protocol):
    """The use cases, or in tests what stands for them."""

    def admit(self, tokens: Sequence[Claims]) -> list[Unauthenticated | None]:
        """Why users or sessions of these tokens are refused, or None."""
        ...

    def come_online(self, user_ids: Sequence[int], container: str) -> None:
        """The users have a stream on the container. TokenUserNotFound: one of them doesn't exist."""
        ...

    def go_offline(self, user_id: int, container: str) -> None:
        """The user has no stream on the container any more."""
        ...

    def renew_lease(self, container: str) -> list[str]:
        """The container is alive; returns the ids of containers whose lease has ended."""
        ...

    def reap(self, container: str) -> None:
        """Take the users of a dead container offline."""
        ...

    def release(self, container: str) -> None:
        """The container stops: all its users go offline at once."""
        ...
