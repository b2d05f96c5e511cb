"""`text/event-stream` as bytes (WHATWG HTML standard, 9.2; docs/contract/events.md#frames)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_LINE_SEPARATORS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})


def opening(anchor: str | None, retry: int) -> bytes:
    """The first bytes of a stream, which tell the client and proxies at once that it is open.

    `anchor`: an id for a client that has none. A block without data dispatches no event, but its `id` sets the client's
    last event id: a client that is cut off before its first event can then resume too. `retry`: how many milliseconds a
    browser's EventSource waits before it connects again.
    """
    id_line = "" if anchor is None else f"id: {anchor}\n"
    return f": connected\nretry: {retry}\n{id_line}\n".encode()


def frame(payload: Mapping[str, Any], event_id: str | None) -> bytes:
    """One event: its id (None: clients can't resume from it), its code, and the wire object as one line of JSON.

    JSON escapes CR and LF inside strings, so the data can't break out of its line. U+2028 and U+2029 are escaped too:
    some parsers take them for line breaks.
    """
    head = "" if event_id is None else f"id: {event_id}\n"
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).translate(_LINE_SEPARATORS)
    return f"{head}event: {payload['event_code']}\ndata: {data}\n\n".encode()
