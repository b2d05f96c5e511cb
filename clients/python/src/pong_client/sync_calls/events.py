"""Operations of the tag events. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from pong_client.sync_caller import Caller
from pong_client.stream_settings import STREAM, StreamSettings
from pong_client.sync_stream import EventStream
from pong_client.types import Event


class EventsCalls(Caller):
    """Operations of the tag events."""

    def events(self, *, last_event_id: str = "", settings: StreamSettings = STREAM) -> EventStream[Event]:
        """Listen to your events.

        Answers with `text/event-stream` and stays open. Each event is

            id: <what to resume from>
            event: <event code>
            data: <one line of JSON, see the schema Event>

        You are online from the first byte until 3 seconds after your last stream closed. Several streams
        at once are fine: each gets every event. `ping` comes every 15 seconds and has no id.

        The stream ends when its token expires, and at once when its session or account ends. A minute
        before the token expires `token-expiring` comes, without id: refresh, and connect again with the
        new token. Connect again after a clean end as after a broken connection; a 401 that a refresh
        doesn't mend is the end.

        Every event is delivered at least once, in order within one lobby, tournament, chat or match.
        Connect again within 5 minutes with `Last-Event-ID` and you first get what you missed; if that
        can't be had in full, the first event is `resync`: fetch the state anew. Browsers' `EventSource`
        can't send headers, so the token may be in the query.

        `GET /sse/users/`, for users and guests. Refusals: 405 `method_not_allowed`; 414 `uri_too_long`;
        429 `throttled`; 503 `unavailable`.

        `last_event_id` goes on after an event of an earlier stream. The stream renews tokens and resumes
        by itself.
        """
        return self._stream("/sse/users/", last_event_id, settings)
