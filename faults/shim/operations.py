"""Operations of a TransactWriteItems, read and changed as JSON. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Operation = dict[str, Any]
Body = dict[str, Any]


def parts(operation: Operation) -> tuple[str, dict[str, Any]]:
    """`Put`, `Update`, `Delete` or `ConditionCheck`, and what it says."""
    ((verb, said),) = operation.items()
    return verb, said


def key_of(operation: Operation) -> tuple[str, str]:
    """Partition key and sort key of its item."""
    _, said = parts(operation)
    key = said.get("Key") or said["Item"]
    return key["pk"]["S"], key["sk"]["S"]


def is_put_of(kind: str, operation: Operation) -> bool:
    """Whether it stores an item of this kind (docs/data-model.md)."""
    verb, said = parts(operation)
    return verb == "Put" and said["Item"].get("kind", {}).get("S") == kind


def is_update_of(sort_key: str, operation: Operation) -> bool:
    """Whether it changes an item with this sort key."""
    return parts(operation)[0] == "Update" and key_of(operation)[1] == sort_key


def puts(body: Body, kind: str) -> list[Operation]:
    """All that store an item of this kind."""
    return [operation for operation in operations(body) if is_put_of(kind, operation)]


def updates(body: Body, sort_key: str) -> list[Operation]:
    """All that change an item with this sort key."""
    return [operation for operation in operations(body) if is_update_of(sort_key, operation)]


def operations(body: Body) -> Iterator[Operation]:
    """All of a call; none of a call that is no transaction."""
    yield from body.get("TransactItems", [])


def without(body: Body, dropped: Iterable[Operation]) -> Body:
    """The transaction without some of its operations."""
    gone = [id(operation) for operation in dropped]
    return {**body, "TransactItems": [each for each in operations(body) if id(each) not in gone]}


def replaced(body: Body, old: Operation, new: Operation) -> Body:
    """The transaction with another operation in the place of one."""
    return {**body, "TransactItems": [new if each is old else each for each in operations(body)]}


def with_number_raised(operation: Operation, attribute: str) -> Operation | None:
    """An update that sets or adds one more to an attribute; None if it doesn't write the attribute."""
    verb, said = parts(operation)
    names = [alias for alias, name in said.get("ExpressionAttributeNames", {}).items() if name == attribute]
    for alias in names:
        if found := re.search(rf"{alias}\b\s*=?\s*(:\w+)", said["UpdateExpression"]):
            values = said["ExpressionAttributeValues"]
            raised = {"N": str(int(values[found[1]]["N"]) + 1)}
            return {verb: {**said, "ExpressionAttributeValues": {**values, found[1]: raised}}}
    return None


def without_condition(operation: Operation) -> Operation:
    """The operation without its condition, and without the names and values that only this used."""
    verb, said = parts(operation)
    bare = {name: value for name, value in said.items() if name != "ConditionExpression"}
    used = set(re.findall(r"[#:]\w+", bare.get("UpdateExpression", "")))
    for field in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        kept = {alias: value for alias, value in bare.pop(field, {}).items() if alias in used}
        bare |= {field: kept} if kept else {}
    return {verb: bare}
