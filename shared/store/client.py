"""The DynamoDB client of a process: botocore's, with less work per call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory
from pydantic_core import from_json
from pynamodb.connection.base import Connection

from shared.logs import log

NEEDS_PARSING = frozenset({"B", "BS", "M", "L"})
"""Types of attribute values that json.loads doesn't finish: bytes, and what may hold bytes."""

UNANSWERED = "DynamoDB did not answer"

Response = tuple[Any, Mapping[str, Any]]
"""What the client has of an answer: the HTTP response, and its content."""


def tune(connection: Connection) -> None:
    """Make the client of a connection that has made no call yet. Gains in docs/measurements.md.

    - The user agent is one word: botocore composes its long one twice per call.
    - Answers are parsed by pydantic's parser of JSON, and once: botocore parses items again, value by value.

    It logs calls without an answer: the client repeats them after up to two seconds, and the request is slow for it.
    """
    session = connection.session
    session.set_default_client_config(Config(user_agent="pong"))
    session.register_component("response_parser_factory", _Parsers())
    # Each thread has a session of its own; the client is of the one that is set up.
    connection.client.meta.events.register("needs-retry.dynamodb", _log_unanswered)


def is_unanswered(response: Response | None) -> bool:
    """Whether an attempt ended without an answer, or with an error of DynamoDB's own."""
    return response is None or response[0].status_code >= 500


def _log_unanswered(
    operation: Any, response: Response | None, caught_exception: Exception | None, attempts: int, **_: object
) -> None:
    if is_unanswered(response):
        status = response[0].status_code if response else None
        error = type(caught_exception).__name__ if caught_exception else None
        facts = {"operation": operation.name, "attempt": attempts, "status": status, "error": error}
        log().warning(UNANSWERED, extra=facts)


class _ItemParser(JSONParser):  # type: ignore[misc]
    def _handle_map(self, shape: Any, value: Any) -> Any:
        if shape.value.name == "AttributeValue" and all(map(NEEDS_PARSING.isdisjoint, value.values())):
            return value
        return super()._handle_map(shape, value)

    def _parse_body_as_json(self, body: bytes) -> Any:
        try:
            return from_json(body)
        except ValueError:  # botocore shows a body that isn't JSON
            return super()._parse_body_as_json(body)


class _Parsers(ResponseParserFactory):  # type: ignore[misc]
    """The parsers of a session; the client asks for one with every answer."""

    _items = _ItemParser()

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """The parser of a protocol; DynamoDB's is `json`."""
        return self._items if protocol_name == "json" else super().create_parser(protocol_name)
