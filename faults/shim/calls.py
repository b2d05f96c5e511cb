"""A call of AWS as it passes through the shim: its action, its body, and which attempts belong together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SERVICES = {"DynamoDB_20120810", "DynamoDBStreams_20120810", "AWSStepFunctions", "AmazonSQS"}
"""The services whose calls get faults, as the header X-Amz-Target names them."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of SERVICES."""

    action: str
    body: dict[str, Any]
    invocation: str
    """Equal for all attempts that the SDK makes for one call; empty if the client doesn't say."""

    @classmethod
    def of(cls, headers: Mapping[str, str], body: bytes) -> Call | None:
        """The call in an HTTP request; None for other services, and for what is no call."""
        service, _, action = headers.get("X-Amz-Target", "").rpartition(".")
        if service not in SERVICES:
            return None
        return cls(
            action=action,
            body=json.loads(body) if body else {},
            invocation=headers.get("amz-sdk-invocation-id", ""),
        )

    @property
    def operations(self) -> list[dict[str, Any]]:
        """The operations of a transaction; empty for other calls."""
        found: list[dict[str, Any]] = self.body.get("TransactItems", [])
        return found

    @property
    def token(self) -> str:
        """By it DynamoDB knows a transaction again that it has committed; empty for other calls."""
        found: str = self.body.get("ClientRequestToken", "")
        return found
