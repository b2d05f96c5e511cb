"""Every operation. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from pong_client.sync_calls.auth import AuthCalls
from pong_client.sync_calls.chat import ChatCalls
from pong_client.sync_calls.events import EventsCalls
from pong_client.sync_calls.meta import MetaCalls
from pong_client.sync_calls.play import PlayCalls
from pong_client.sync_calls.private import PrivateCalls
from pong_client.sync_calls.service_events import ServiceEventsCalls
from pong_client.sync_calls.users import UsersCalls


class UserCalls(
    AuthCalls,
    UsersCalls,
    PlayCalls,
    ChatCalls,
    MetaCalls,
    EventsCalls,
):
    """Every operation for players."""


class ServiceCalls(
    PrivateCalls,
    MetaCalls,
    ServiceEventsCalls,
):
    """Every operation for game servers."""
