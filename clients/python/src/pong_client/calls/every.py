"""Every operation. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from pong_client.calls.auth import AsyncAuthCalls
from pong_client.calls.chat import AsyncChatCalls
from pong_client.calls.events import AsyncEventsCalls
from pong_client.calls.meta import AsyncMetaCalls
from pong_client.calls.play import AsyncPlayCalls
from pong_client.calls.private import AsyncPrivateCalls
from pong_client.calls.service_events import AsyncServiceEventsCalls
from pong_client.calls.users import AsyncUsersCalls


class AsyncUserCalls(
    AsyncAuthCalls,
    AsyncUsersCalls,
    AsyncPlayCalls,
    AsyncChatCalls,
    AsyncMetaCalls,
    AsyncEventsCalls,
):
    """Every operation for players."""


class AsyncServiceCalls(
    AsyncPrivateCalls,
    AsyncMetaCalls,
    AsyncServiceEventsCalls,
):
    """Every operation for game servers."""
