"""All kinds of events, by their codes: for services that send them, and for the documents."""

from __future__ import annotations

from collections.abc import Mapping

from shared.events import PING, RESYNC, TOKEN_EXPIRING, EventKind
from shared.wire.accounts import events as accounts
from shared.wire.chat import events as chat
from shared.wire.play import lobby_events, match_events, room_events, tournament_events
from shared.wire.social import events as social

CATALOGUE: Mapping[str, EventKind] = {
    kind.code: kind
    for kind in (
        *(PING, RESYNC, TOKEN_EXPIRING),
        *accounts.KINDS,
        *chat.KINDS,
        *match_events.KINDS,
        *social.KINDS,
        *lobby_events.KINDS,
        room_events.LOBBY_MESSAGE,
        *tournament_events.KINDS,
        room_events.TOURNAMENT_MESSAGE,
        *room_events.INVITATIONS,
    )
}
"""What users get."""

MATCH_FEED: Mapping[str, EventKind] = {
    kind.code: kind for kind in (PING, RESYNC, TOKEN_EXPIRING, *match_events.FEED_KINDS)
}
"""What services get that follow all matches."""
