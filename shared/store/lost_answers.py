"""A change whose answer was lost may have been made, whatever DynamoDB says to the next attempts.

The client attempts a call up to three times. When an attempt ends without an answer, or with an error of DynamoDB's
own, and the last one is refused for capacity, that refusal would be the call's error: "nothing was changed" (429). So
the error becomes ServiceUnavailable (503). Other errors stay: the attempts of a transaction have one token, by which
DynamoDB knows what it has committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LOST = "pong_answer_lost"
"""In botocore's context of a call."""

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")

SERVER_ERROR = 500


def watch(client: Any, throttles: frozenset[str]) -> None:
    """Have a DynamoDB client do so. `throttles` are the codes of a refusal for capacity."""

    def after_attempt(
        response: tuple[Any, Mapping[str, Any]] | None, request_dict: dict[str, Any], **_: object
    ) -> None:
        if response is None or response[0].status_code >= SERVER_ERROR:
            request_dict["context"][LOST] = True

    def after_call(parsed: dict[str, Any], context: Mapping[str, Any], **_: object) -> None:
        if LOST in context and parsed.get("Error", {}).get("Code") in throttles:
            parsed["Error"]["Code"] = "ServiceUnavailable"

    for operation in WRITES:
        client.meta.events.register(f"needs-retry.dynamodb.{operation}", after_attempt)
        client.meta.events.register(f"after-call.dynamodb.{operation}", after_call)
