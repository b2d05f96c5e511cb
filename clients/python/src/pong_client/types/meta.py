"""Types of the area meta. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, TypedDict


class Health(TypedDict):
    """All is well."""

    status: Literal["ok"]
    """Always `ok`."""


class Index(TypedDict):
    """The addresses of the documentation."""

    docs: str
    """A page for browsers."""
    openapi: str
    """The OpenAPI document: calls."""
    asyncapi: str
    """The AsyncAPI document: events."""
