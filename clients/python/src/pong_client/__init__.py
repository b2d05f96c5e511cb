"""Client of the Pong API, asynchronous and synchronous: typed calls, tokens, live events, game servers."""

from pong_client.caller import Answer
from pong_client.client import AsyncPong, AsyncPongService
from pong_client.errors import (
    ApiError,
    PongError,
    ProtocolError,
    SignedOutError,
    UnreachableError,
)
from pong_client.retries import Retries
from pong_client.stream import AsyncEventStream
from pong_client.stream_settings import StreamSettings
from pong_client.sync_client import Pong, PongService
from pong_client.sync_stream import EventStream
from pong_client.tokens import TokenPair

__all__ = [
    "Answer",
    "ApiError",
    "AsyncEventStream",
    "AsyncPong",
    "AsyncPongService",
    "EventStream",
    "Pong",
    "PongError",
    "PongService",
    "ProtocolError",
    "Retries",
    "SignedOutError",
    "StreamSettings",
    "TokenPair",
    "UnreachableError",
]
