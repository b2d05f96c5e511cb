"""Pagination by limit and offset (docs/contract/conventions.md#pagination)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from shared.http.registry import PREFIX
from shared.settings import settings

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_OFFSET = 10**9


class Page(BaseModel, Generic[T]):
    """One page of a list. `next` and `previous` are URLs, null at the ends."""

    model_config = ConfigDict(defer_build=True)

    count: int = Field(ge=0, examples=[1])
    """How many there are in all."""
    next: str | None = Field(examples=[None])
    """The URL of the next page; null at the end."""
    previous: str | None = Field(examples=[None])
    """The URL of the page before; null at the start."""
    results: list[T]
    """This page's part of the list."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[type[Any], ...]) -> str:
        """A page of MatchInstances is called MatchInstancePage in the OpenAPI document."""
        item = params[0]
        return f"{getattr(item, 'model_config', {}).get('title') or item.__name__}Page"


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The page that a request asks for."""

    limit: int
    offset: int
    path: str
    """The path as called, /api included."""
    query: Sequence[tuple[str, str]]
    """The other query parameters; the links keep them."""

    @classmethod
    def read(cls, path: str, query: Mapping[str, Sequence[str]]) -> PageQuery:
        """From a request. Anything but a non-negative integer counts as absent.

        API Gateway gives `path` without the stage, or with it under a custom domain.
        """
        limit = _natural(query.get("limit"), DEFAULT_LIMIT)
        others = [(k, v) for k, values in query.items() if k not in ("limit", "offset") for v in values]
        return cls(
            limit=min(limit, MAX_LIMIT) or DEFAULT_LIMIT,
            offset=min(_natural(query.get("offset"), 0), MAX_OFFSET),
            path=PREFIX + path.removeprefix(PREFIX),
            query=others,
        )

    def cut(self, results: Sequence[T]) -> Sequence[T]:
        """This page's part of a list."""
        return results[self.offset : self.offset + self.limit]

    def page(self, count: int, results: Sequence[T]) -> Page[T]:
        """These results as a page of a list of `count`."""
        return Page(
            count=count,
            next=self._url(self.offset + self.limit) if self.offset + self.limit < count else None,
            previous=self._url(max(0, self.offset - self.limit)) if self.offset > 0 else None,
            results=list(results),
        )

    def _url(self, offset: int) -> str:
        query = urlencode([*self.query, ("limit", self.limit), ("offset", offset)])
        return f"{settings().public_url}{self.path}?{query}"


def _natural(values: Sequence[str] | None, default: int) -> int:
    text = values[-1] if values else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else default
