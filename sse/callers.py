"""Who asks for a stream: a user for their own events, or a service for those of all matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from shared.auth.service_tokens import service_token_times
from shared.auth.tokens import bearer_token, read_token
from shared.domain.accounts.tokens import Claims
from shared.domain.errors import ServiceTokenRequired, Throttled
from shared.events import ALL_MATCHES
from shared.settings import settings
from sse.stream import SessionKey


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose events the stream has, and how long its token is good."""

    receiver: int
    """The user, or ALL_MATCHES."""
    session: SessionKey
    issued: int
    expires: int
    """Unix time in seconds, like `issued`."""
    token: Claims | None
    """A user's; None for a service, which has no presence."""


def user(headers: Mapping[bytes, str], query: Mapping[str, list[str]]) -> Caller:
    """The user of the access token in the header, or in the query: browsers' EventSource can't send headers.

    Raises Unauthenticated with the codes of docs/contract/accounts.md#codes-of-401.
    """
    header = headers.get(b"authorization")
    text = query["token"][0].strip() if not header and "token" in query else bearer_token(header)
    token = read_token(text, "access")
    session = SessionKey(token.session, token.generation)
    return Caller(token.user_id, session, token.issued, token.expires, token)


def service(headers: Mapping[bytes, str]) -> Caller:
    """The service of the token in the header. Unauthenticated; ServiceTokenRequired for a user's token."""
    text = bearer_token(headers.get(b"authorization"))
    times = service_token_times(text)
    if times is None:
        read_token(text, "access")
        raise ServiceTokenRequired
    return Caller(ALL_MATCHES, SessionKey(), *times, None)


def last_event_id(headers: Mapping[bytes, str], query: Mapping[str, list[str]]) -> str:
    """The id that the client resumes from, out of header or query; empty if it has none."""
    return headers.get(b"last-event-id") or query.get("last_event_id", [""])[0]


class TooManyStreams(Throttled):
    """The caller has as many streams as one may have. A connection that is gone is noticed by a ping."""

    def __init__(self, user_id: int | None, most: int) -> None:
        seconds = ceil(settings().sse_heartbeat_seconds)
        policy = f'"streams";q={most};qu="concurrent-requests"'
        super().__init__(max(1, seconds), {"RateLimit-Policy": policy, "RateLimit": '"streams";r=0'})
        self.user_id = user_id
