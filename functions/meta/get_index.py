"""GET /: the addresses of the documentation."""

from __future__ import annotations

from chalice.app import Blueprint
from pydantic import BaseModel, Field

from shared.http.endpoint import Auth, endpoint
from shared.http.registry import PREFIX
from shared.settings import settings

bp = Blueprint(__name__)


class Index(BaseModel):
    """The addresses of the documentation."""

    docs: str = Field(examples=["https://localhost:4443/api/docs/"])
    """A page for browsers."""
    openapi: str = Field(examples=["https://localhost:4443/api/openapi.json"])
    """The OpenAPI document: calls."""
    asyncapi: str = Field(examples=["https://localhost:4443/api/asyncapi.json"])
    """The AsyncAPI document: events."""


@endpoint(bp, "GET", "/", auth=Auth.NOBODY)
def get_index() -> Index:
    """Find the documentation."""
    api = settings().public_url + PREFIX
    return Index(docs=f"{api}/docs/", openapi=f"{api}/openapi.json", asyncapi=f"{api}/asyncapi.json")
