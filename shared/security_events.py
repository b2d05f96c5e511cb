"""Security events: what an attack looks like, and what ends sessions (docs/operations.md#security-events).

Each event is one log line, always with the same fields, and counts as a metric of its name. There is no secret, name
or address in it: users are ids, the client's address is a digest under the stack's key.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.errors import DomainError, ServiceTokenRequired, TokenForged, Unauthenticated
from shared.logs import count
from shared.settings import settings

DIGEST_LENGTH = 16


class SecurityEvent(StrEnum):
    """All events; in the log the name is in small letters, the metric's is like LoginFailed."""

    LOGIN_FAILED = "login_failed"
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 (the name of an event)
    """A wrong password from a user who is logged in."""
    TOKEN_FORGED = "token_forged"  # noqa: S105
    """A user's token that no key of ours has signed."""
    SERVICE_CALL_REFUSED = "service_call_refused"
    """A call of the private API without a good service token; the reason is the answer's code."""
    REFRESH_TOKEN_REPLAYED = "refresh_token_replayed"  # noqa: S105
    """A refresh token that was replaced long ago: its session has ended."""
    SESSIONS_ENDED = "sessions_ended"
    """Before their time; the reason says what ended them."""
    LIMIT_REACHED = "limit_reached"
    """The reason is the limit's name."""

    @property
    def metric(self) -> str:
        """The metric of the namespace Pong that counts it."""
        return "".join(word.capitalize() for word in self.split("_"))


@dataclass(frozen=True, slots=True)
class Origin:
    """The request under way."""

    request_id: str = ""
    route: str = ""
    network: Callable[[], str] = str
    """The client's address, as limits count it; empty if it isn't known. Read for events only: it takes 10 µs."""


NO_REQUEST = Origin()

_origin: ContextVar[Origin] = ContextVar("origin", default=NO_REQUEST)


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Within it, events come from this request."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def report(event: SecurityEvent, *, user_id: int | None = None, reason: str = "") -> None:
    """Log and count an event. Call it once the change behind it is written."""
    origin = _origin.get()
    count(
        event.metric,
        "security event",
        security_event=event.value,
        user_id=user_id,
        reason=reason,
        route=origin.route,
        request_id=origin.request_id,
        client=_digest(origin.network()),
    )


def report_refusal(error: DomainError, *, of_service: bool = False) -> None:
    """Report an error that no honest client causes. `of_service`: the call is for services only."""
    if of_service and isinstance(error, Unauthenticated | ServiceTokenRequired):
        report(SecurityEvent.SERVICE_CALL_REFUSED, reason=error.code)
    elif isinstance(error, TokenForged):
        report(SecurityEvent.TOKEN_FORGED)


def _digest(network: str) -> str:
    """The same for all events from one address. Without the stack's key no trying of all addresses finds it."""
    if not network:
        return ""
    return hmac.new(settings().proxy_key.encode(), network.encode(), "sha256").hexdigest()[:DIGEST_LENGTH]
