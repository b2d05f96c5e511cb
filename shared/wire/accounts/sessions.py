"""Sessions as their owner sees them."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import ConfigDict, Field

from shared.domain.accounts.sessions import Session, Sessions
from shared.wire.instance import Instance
from shared.wire.scalars import Instant


class SessionInstance(Instance):
    """One login."""

    model_config = ConfigDict(title="SessionInstance")

    id: str = Field(examples=["9f86d081884c7d65"])
    """The session's id."""
    client: str = Field(examples=["Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"])
    """The client's User-Agent."""
    created_at: Instant
    """When you logged in."""
    last_used: Instant
    """When it was last refreshed, to 5 minutes."""
    current: bool
    """Whether it is the session of this request."""

    @classmethod
    def of(cls, session_id: str, session: Session, current: str) -> SessionInstance:
        """A session, for a request of the session `current`."""
        return cls(
            id=session_id,
            client=session.client,
            created_at=datetime.fromtimestamp(session.created, UTC),
            last_used=datetime.fromtimestamp(session.used, UTC),
            current=session_id == current,
        )

    @classmethod
    def all_of(cls, sessions: Sessions, current: str) -> list[SessionInstance]:
        """The sessions that have tokens which haven't expired, latest used first."""
        now = datetime.now(UTC).timestamp()
        latest = sorted(sessions, key=lambda id_: sessions[id_].used, reverse=True)
        return [cls.of(id_, sessions[id_], current) for id_ in latest if sessions[id_].ends > now]
