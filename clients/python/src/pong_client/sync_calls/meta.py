"""Operations of the tag meta. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Any

from pong_client.sync_caller import Caller
from pong_client.types import Health, Index


class MetaCalls(Caller):
    """Operations of the tag meta."""

    def get_index(self) -> Index:
        """Find the documentation.

        `GET /api/`, for anyone, without a token.
        """
        answer: Index = self._call("GET", "/", anyone=True)
        return answer

    def get_asyncapi(self) -> dict[str, Any]:
        """Read the events of the stream as an AsyncAPI document.

        `GET /api/asyncapi.json`, for anyone, without a token.
        """
        answer: dict[str, Any] = self._call("GET", "/asyncapi.json", anyone=True)
        return answer

    def get_docs(self) -> str:
        """Read the documentation in a browser, and try the API.

        `GET /api/docs/`, for anyone, without a token.
        """
        answer: str = self._call("GET", "/docs/", anyone=True)
        return answer

    def get_health(self) -> Health:
        """Whether the API can serve, by a read of its table: 503 if it can't.

        `events` tells about the streams.

        `GET /api/health/`, for anyone, without a token. Refusals: 503 `unavailable`.
        """
        answer: Health = self._call("GET", "/health/", anyone=True)
        return answer

    def get_openapi(self) -> dict[str, Any]:
        """Read this document.

        `GET /api/openapi.json`, for anyone, without a token.
        """
        answer: dict[str, Any] = self._call("GET", "/openapi.json", anyone=True)
        return answer
