"""Tells what the engine holds and which collections of garbage stopped it, for `make soak`.

Runs in the engine's environment.
"""
# ruff: noqa: SLF001 (MiniStack has no public way to its numbers)

from __future__ import annotations

import gc
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack.services import dynamodb

from infra.local.engine.garbage import Collector

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

PATH = "/_pong/activity"


def with_activity(engine: Application, collector: Collector) -> Application:
    """The application, which answers GET PATH itself."""

    async def application(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await engine(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(activity(collector)).encode()})

    return application


def activity(collector: Collector) -> dict[str, Any]:
    """Numbers that are at hand: nothing is walked through."""
    return {
        "long_collections": list(collector.long),
        "frozen_objects": gc.get_freeze_count(),
        "items": sum(table["ItemCount"] for table in dynamodb._tables.all_values()),
        "stream_records": sum(len(records) for records in dynamodb._stream_records.all_values()),
        "transaction_tokens": len(dynamodb._txn_idempotency.all_values()),
    }
