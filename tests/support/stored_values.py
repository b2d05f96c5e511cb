"""Storing values of the domain and loading them again."""

from __future__ import annotations

from typing import TypeVar

from shared.store.attributes import DocumentAttribute

T = TypeVar("T")


def reloaded(attribute: DocumentAttribute[T], value: T) -> T:
    """The value as it is loaded after it was stored."""
    return attribute.deserialize(attribute.serialize(value))
