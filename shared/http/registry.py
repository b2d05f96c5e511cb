"""Every route of the API. The endpoint decorator adds them.

API Gateway's definition, the local edge, the OpenAPI document and the tests' list of endpoints come from this list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from shared.domain.errors import DomainError, MethodNotAllowed, NoSuchPath
from shared.domain.limits import Limit

PREFIX = "/api"
"""Clients' paths start with it; on AWS it is the stage. Paths of routes are without it."""

WRITING = ("POST", "PUT", "PATCH", "DELETE")


class Auth(Enum):
    """The callers that an endpoint admits."""

    NOBODY = "nobody"
    """Anyone, without a token."""
    USER = "user"
    """Registered users and guests."""
    REGISTERED = "registered"
    """Registered users; a guest gets 403 guest_not_allowed."""
    SERVICE = "service"
    """Game servers and other services, by service token; a user's token gets 403."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Methods and path of a route: all that `match` needs."""

    methods: tuple[str, ...]
    path: str
    """Without /api in front, and with a slash at its end unless it names a file."""
    int_params: frozenset[str]
    """The variable parts that are ids."""

    @property
    def params(self) -> tuple[str, ...]:
        """Names of the path's variable parts."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def served(self) -> tuple[str, ...]:
        """Its methods, and HEAD beside GET (RFC 9110, 9.3.2)."""
        return (*self.methods, "HEAD") if "GET" in self.methods else self.methods


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Address):
    """One endpoint."""

    name: str
    module: str
    auth: Auth
    status: int
    summary: str
    description: str
    body: Any
    """The pydantic model of the body, or None."""
    answer: Any
    """The return annotation of the handler."""
    query: Any
    """The pydantic model of the URL's parameters other than those of pages, or None."""
    errors: tuple[type[DomainError] | DomainError, ...]
    cpu_heavy: bool
    """Hashes passwords: gets more memory, which on Lambda means more CPU, and locally workers of its own."""
    online: bool
    """Needs the user to be connected to the event stream."""
    repeatable: bool = True
    """Whether its writing methods take idempotency keys: not if the answer holds tokens or the caller is gone then."""
    patient: bool = False
    """Many change one item at once: runs again often when it loses a race, and in turn with others of its process."""
    load: Callable[[Any], dict[str, Any]] | None = None
    """Loads the handler's arguments (shared/http/principal.py); None for a public endpoint."""
    produces: str = "application/json"
    """Media type of the answer; anything but JSON from a model is a `Raw` answer."""
    paged: bool = False
    """Answers with a page: reads `limit` and `offset`."""
    is_alias: bool = False
    """Another path of an endpoint that has a route already."""
    attachment: str | None = None
    """The file name under which browsers save the answer (RFC 6266)."""
    limits: tuple[Limit, ...] = ()
    """The rate limits that a request counts for."""
    makes_known: bool = False
    """Success makes the caller's address known to the name in the body: it can log in while others are refused."""
    redirects: bool = False
    """May answer 303 with the URL of the answer."""

    def takes_key(self, method: str) -> bool:
        """Whether a request with this method may have an idempotency key: one that changes something."""
        return method in WRITING and self.repeatable and self.auth is not Auth.NOBODY


ROUTES: list[Route] = []


def add(route: Route) -> None:
    """Add a route. ValueError if path and method are taken, or if API Gateway would refuse the path.

    API Gateway wants one name for the variable part at any one position.
    """
    for other in ROUTES:
        if other.path == route.path and set(other.methods) & set(route.methods):
            raise ValueError(f"{route.module} and {other.module} both want {route.path}")
        for mine, theirs in zip(_parts(route.path), _parts(other.path), strict=False):
            if mine.startswith("{") and theirs.startswith("{") and mine != theirs:
                raise ValueError(f"{route.path} and {other.path} name the same part differently")
            if mine != theirs:
                break
    ROUTES.append(route)


Found = TypeVar("Found", bound=Address)


@dataclass(frozen=True, slots=True)
class Match(Generic[Found]):
    """The route of a request, and the values of its path's variable parts."""

    route: Found
    params: Mapping[str, str]


def match(method: str, path: str, routes: Sequence[Found]) -> Match[Found]:
    """The route of a request. `path` is without /api; its closing slash may be missing.

    A fixed part of a path wins over a variable one. NoSuchPath for an unknown path, MethodNotAllowed for another
    method.
    """
    fitting: list[tuple[Found, dict[str, str]]] = []
    for route in routes:
        params = _fit(route, _parts(path))
        if params is not None:
            fitting.append((route, params))
    if not fitting:
        raise NoSuchPath
    fewest = min(len(params) for _, params in fitting)
    best = [(route, params) for route, params in fitting if len(params) == fewest]
    for route, params in best:
        if method in route.served:
            return Match(route, params)
    raise MethodNotAllowed(method, sorted(method for route, _ in best for method in route.served))


def _parts(path: str) -> list[str]:
    return path.removeprefix("/").removesuffix("/").split("/")


def _fit(route: Address, parts: Sequence[str]) -> dict[str, str] | None:
    pattern = _parts(route.path)
    if len(pattern) != len(parts):
        return None
    params = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            name = wanted.strip("{}")
            if not part or (name in route.int_params and not is_int(part)):
                return None
            params[name] = part
        elif wanted != part:
            return None
    return params


def is_int(text: str) -> bool:
    """Whether a part of a path is an id: ASCII digits only."""
    return text.isascii() and text.isdigit()
