"""Kinds of attributes that PynamoDB lacks: whole numbers, sets that are never None, documents of the domain."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import from_json
from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER, NUMBER_SET, STRING, STRING_SET

T = TypeVar("T")


class IntegerAttribute(Attribute[int]):
    """A whole number."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        """The number as DynamoDB takes it."""
        return str(value)

    def deserialize(self, value: str) -> int:
        """The number that DynamoDB returned."""
        return int(value)


class IntegerSetAttribute(Attribute[frozenset[int]]):
    """A set of whole numbers. DynamoDB stores no empty set: an absent one reads as empty."""

    attr_type = NUMBER_SET
    null = True

    def __init__(self) -> None:
        super().__init__(default=frozenset)

    def serialize(self, value: frozenset[int]) -> list[str] | None:
        """The numbers as DynamoDB takes them; None leaves the attribute out."""
        return [str(number) for number in value] or None

    def deserialize(self, value: list[str]) -> frozenset[int]:
        """The numbers that DynamoDB returned."""
        return frozenset(map(int, value))


class StringSetAttribute(Attribute[frozenset[str]]):
    """A set of strings. DynamoDB stores no empty set: an absent one reads as empty."""

    attr_type = STRING_SET
    null = True

    def __init__(self) -> None:
        super().__init__(default=frozenset)

    def serialize(self, value: frozenset[str]) -> list[str] | None:
        """The strings as DynamoDB takes them; None leaves the attribute out."""
        return list(value) or None

    def deserialize(self, value: list[str]) -> frozenset[str]:
        """The strings that DynamoDB returned."""
        return frozenset(value)


class DocumentAttribute(Attribute[T]):
    """Dataclasses of the domain, stored as JSON text without the fields that have their default values.

    `upgrade` brings the parsed JSON of an earlier version into the present form; it leaves the present form as it is.
    """

    attr_type = STRING

    def __init__(
        self,
        type_: type[T],
        *,
        default: Callable[[], T] | None = None,
        upgrade: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(default=default)
        self._type, self._upgrade = type_, upgrade

    def serialize(self, value: T) -> str:
        """The JSON text of a value."""
        return self._adapter.dump_json(value, exclude_defaults=True).decode()

    def deserialize(self, value: str) -> T:
        """The value that a JSON text holds."""
        if self._upgrade is None:
            return self._adapter.validate_json(value)
        return self._adapter.validate_python(self._upgrade(from_json(value)))

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        """Dumps and loads the type. Made by the first use, not by the import: it takes milliseconds to make."""
        return TypeAdapter(self._type)
