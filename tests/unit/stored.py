"""Values of the domain, stored and loaded again."""

from __future__ import annotations

from typing import TypeVar

from shared.store.attributes import DocumentAttribute

T = TypeVar("T")


def reloaded(attribute: DocumentAttribute[T], value: T) -> T:
    """The value after a stay in the table."""
    return attribute.deserialize(attribute.serialize(value))
