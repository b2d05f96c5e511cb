"""Types of the area meta. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, TypedDict


class Health(TypedDict):
    """The API can serve."""

    status: Literal["ok"]
    """Always `ok`."""
    table: Literal["ok"]
    """Always `ok`: without its table the API answers 503."""
    events: Literal["ok", "down"]
    """Whether an SSE process serves event streams. One that was killed counts for half a minute."""


class Index(TypedDict):
    """The addresses of the documentation."""

    docs: str
    """A page for browsers."""
    openapi: str
    """The OpenAPI document: calls."""
    asyncapi: str
    """The AsyncAPI document: events."""
