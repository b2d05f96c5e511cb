"""Operations of the tag service_events. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from pong_client.sync_caller import Caller
from pong_client.stream_settings import STREAM, StreamSettings
from pong_client.sync_stream import EventStream
from pong_client.types import Event, MatchEvent


class ServiceEventsCalls(Caller):
    """Operations of the tag service_events."""

    def matches(
        self, *, last_event_id: str = "", settings: StreamSettings = STREAM,
    ) -> EventStream[MatchEvent]:
        """Follow all matches.

        For game servers: the starts and ends of all matches.

        A stream like that of a user: the same frames, pings, resuming by `Last-Event-ID` and `resync`; it
        ends with its token and says so a minute before. After `resync`, and when you start, list the
        running matches.

        `GET /sse/matches/`, for services. Refusals: 405 `method_not_allowed`; 414 `uri_too_long`; 429
        `throttled`; 503 `unavailable`; 403 `service_token_required`.

        `last_event_id` goes on after an event of an earlier stream. The stream renews tokens and resumes
        by itself.
        """
        return self._stream("/sse/matches/", last_event_id, settings)
