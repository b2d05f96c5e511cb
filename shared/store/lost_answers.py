"""A change whose answer was lost may have been made, whatever DynamoDB says to the next attempts.

The client attempts a call up to three times. An attempt that ends without an answer, or with an error of DynamoDB's
own, may have made the change. Then the refusal of a later attempt would be the call's error, and be wrong:

- refused for capacity: "nothing was changed" (429);
- another transaction holds an item: a lost race, so that the use case writes once more, while the first attempt is
  still under way;
- a single write's condition fails because of the write itself: a lost race, too.

The error becomes ServiceUnavailable (503) instead. A transaction's conditions are right: its attempts have one token,
by which DynamoDB knows what it has committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.store.client import Response, is_unanswered

LOST = "pong_answer_lost"
"""In botocore's context of a call."""

SINGLE_WRITES = ("PutItem", "UpdateItem", "DeleteItem")


def watch(client: Any, throttles: frozenset[str], conflicts: frozenset[str]) -> None:
    """Have a DynamoDB client do so. The codes of `throttles` are for capacity, those of `conflicts` for races."""
    refusals = throttles | conflicts

    def after_attempt(response: Response | None, request_dict: dict[str, Any], **_: object) -> None:
        if is_unanswered(response):
            request_dict["context"][LOST] = True

    def unknown_after(codes: frozenset[str]) -> Callable[..., None]:
        def after_call(parsed: dict[str, Any], context: Mapping[str, Any], **_: object) -> None:
            reasons = {reason.get("Code") for reason in parsed.get("CancellationReasons", ())}
            if LOST in context and codes & {parsed.get("Error", {}).get("Code"), *reasons}:
                parsed["Error"]["Code"] = "ServiceUnavailable"
                parsed.pop("CancellationReasons", None)

        return after_call

    wrong = dict.fromkeys(SINGLE_WRITES, refusals | {"ConditionalCheckFailedException"})
    for operation, codes in (wrong | {"TransactWriteItems": refusals}).items():
        client.meta.events.register(f"needs-retry.dynamodb.{operation}", after_attempt)
        client.meta.events.register(f"after-call.dynamodb.{operation}", unknown_after(codes))
