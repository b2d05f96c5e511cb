"""What AWS answers where a fault refuses a call: status and JSON as DynamoDB, its streams, Step Functions and SQS send.

The codes are those of the API references; a test reads each answer with a real client (tests/faults).
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faults.shim.calls import Call
from faults.shim.kinds import TIMERS

DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
COMMON = "com.amazon.coral.availability#"
"""The namespace of ThrottlingException."""

THROTTLES = ("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException")

REASONS_OF_THROTTLED_TRANSACTIONS = ("ThrottlingError", "ProvisionedThroughputExceeded")

MESSAGES = {
    "ProvisionedThroughputExceededException": "The level of configured provisioned throughput for the table was "
    "exceeded. Consider increasing your provisioning level with the UpdateTable API.",
    "RequestLimitExceeded": "Throughput exceeds the current throughput limit for your account.",
    "ThrottlingException": "Rate exceeded",
    "TransactionConflictException": "Transaction is ongoing for the item",
    "TransactionInProgressException": "The transaction with the given request token is already in progress.",
    "InternalServerError": "Internal server error",
    "LimitExceededException": "Too many operations for a given subscriber",
    "ExpiredIteratorException": "Iterator expired. The iterator is no longer valid.",
    "TrimmedDataAccessException": "The operation attempted to read past the oldest stream record in a shard.",
    "TransactionConflict": "Transaction is ongoing for the item",
    "ThrottlingError": "Throughput exceeds the current capacity of your table or index.",
    "ProvisionedThroughputExceeded": "The level of configured provisioned throughput was exceeded.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in JSON."""

    status: int
    code: str
    body: Mapping[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        """Its header fields."""
        return {"Content-Type": "application/x-amz-json-1.0", "x-amzn-ErrorType": self.code}

    @property
    def text(self) -> str:
        """Its body."""
        return json.dumps(self.body)


def refusal(call: Call, kind: str, generator: random.Random, *, is_committed: bool = False) -> Answer:
    """The answer with which a fault of this kind refuses a call.

    A transaction that is committed is not cancelled; asking for its answer again may be refused for capacity.
    """
    if kind == "throttled":
        return _throttled(call, generator, is_committed=is_committed)
    if kind == "conflict":
        if call.operations:
            return _cancelled(_reasons(call, ["TransactionConflict"], generator))
        return _error("TransactionConflictException")
    return _error(_CODES[kind])


_CODES = {
    "in_progress": "TransactionInProgressException",
    "failed": "InternalServerError",
    "failed_after": "InternalServerError",
    "stream_limited": "LimitExceededException",
    "iterator_expired": "ExpiredIteratorException",
    "trimmed": "TrimmedDataAccessException",
}


def _throttled(call: Call, generator: random.Random, *, is_committed: bool) -> Answer:
    if call.action in TIMERS:
        return _error("ThrottlingException")
    if call.operations and not is_committed and generator.random() < 0.5:
        return _cancelled(_reasons(call, REASONS_OF_THROTTLED_TRANSACTIONS, generator))
    return _error(generator.choice(THROTTLES))


def _error(code: str) -> Answer:
    namespace = COMMON if code == "ThrottlingException" else DYNAMODB
    status = 500 if code == "InternalServerError" else 400
    return Answer(status, code, {"__type": namespace + code, "message": MESSAGES[code]})


def _reasons(call: Call, codes: Sequence[str], generator: random.Random) -> list[str]:
    """A reason for each operation of a transaction, `None` for all but one or two."""
    count = len(call.operations)
    hit = generator.sample(range(count), min(count, generator.choice((1, 1, 2))))
    return [generator.choice(codes) if place in hit else "None" for place in range(count)]


def _cancelled(reasons: Sequence[str]) -> Answer:
    code = "TransactionCanceledException"
    told = ", ".join(reasons)
    body = {
        "__type": DYNAMODB + code,
        "Message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{told}]",
        "CancellationReasons": [
            {"Code": reason} if reason == "None" else {"Code": reason, "Message": MESSAGES[reason]}
            for reason in reasons
        ],
    }
    return Answer(400, code, body)
