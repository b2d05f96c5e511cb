"""The read capacity that requests take, from the sizes of the items read.

Engines don't report it for BatchGetItem. The rules are DynamoDB's: a unit for every 4 KB of an item, or of all items
of a query, and half of it for reads that may be stale. Sizes of items are those of its developer guide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from shared.store.base import connection

UNIT_BYTES = 4096
CONTAINER_BYTES = 3
"""What a list or a map takes besides its content; each of its elements takes one more."""


@dataclass(slots=True)
class Capacity:
    """Read units so far."""

    units: float = 0.0


@contextmanager
def counting_capacity() -> Iterator[Capacity]:
    """Count the read units of the calls made within it."""
    capacity, events = Capacity(), connection().client.meta.events

    def begin(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["request"] = params["body"]

    def end(model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        capacity.units += _units(model.name, context["request"], parsed)

    events.register("before-call.dynamodb", begin)
    events.register("after-call.dynamodb", end)
    try:
        yield capacity
    finally:
        events.unregister("before-call.dynamodb", begin)
        events.unregister("after-call.dynamodb", end)


def _units(call: str, request: bytes | str, answer: Mapping[str, Any]) -> float:
    factor = (
        1.0
        if '"ConsistentRead": true' in (request if isinstance(request, str) else request.decode())
        else 0.5
    )
    if call == "BatchGetItem":
        items = [item for found in answer.get("Responses", {}).values() for item in found]
        return factor * sum(_rounded(size_of(item)) for item in items)
    if call == "Query":
        return factor * _rounded(sum(size_of(item) for item in answer.get("Items", [])))
    if call == "GetItem":
        return factor * _rounded(size_of(answer.get("Item", {})))
    return 0.0


def _rounded(size: int) -> int:
    return max(1, math.ceil(size / UNIT_BYTES))


def size_of(item: Mapping[str, Mapping[str, Any]]) -> int:
    """The bytes of an item in DynamoDB's JSON: the names of its attributes and their values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return math.ceil(len(content.lstrip("-").replace(".", "")) / 2) + 1
    if kind == "B":
        return len(content)
    if kind in ("SS", "NS", "BS"):
        return sum(_value_size({kind[0]: one}) for one in content)
    if kind == "L":
        return CONTAINER_BYTES + sum(1 + _value_size(one) for one in content)
    if kind == "M":
        return CONTAINER_BYTES + len(content) + size_of(content)
    return 1
