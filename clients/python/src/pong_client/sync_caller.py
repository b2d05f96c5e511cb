"""What the generated synchronous operations are made of: the asynchronous client in a thread."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pong_client.caller import Answer, AsyncCaller
from pong_client.client import AsyncPong, AsyncPongService
from pong_client.loop_thread import LoopThread
from pong_client.stream_settings import StreamSettings

if TYPE_CHECKING:
    from pong_client.sync_stream import EventStream


class Caller:
    """Calls of one client; threads may share it."""

    def __init__(self, client: AsyncPong | AsyncPongService) -> None:
        self._client = client
        self._thread = LoopThread()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the streams and connections. The session goes on."""
        self._thread.run(self._client.aclose())
        self._thread.close()

    def call(self, method: str, path: str, **more: Any) -> Answer:
        """The whole answer to a request: see AsyncPong.call."""
        return self._thread.run(self._client.call(method, path, **more))

    def _call(self, method: str, path: str, **more: Any) -> Any:
        return self._thread.run(self._client._call(method, path, **more))

    def _stream(self, path: str, last_event_id: str, settings: StreamSettings) -> EventStream[Any]:
        from pong_client.sync_stream import EventStream

        return EventStream(self._client._stream(path, last_event_id, settings), self._thread)

    _part = staticmethod(AsyncCaller._part)
