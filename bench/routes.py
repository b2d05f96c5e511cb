"""Requests by the name of their route, as the registry has it: no measurement writes a path."""

import json
from dataclasses import dataclass

import app  # noqa: F401 - its import registers the routes
from bench.http1 import Target
from bench.people import Person
from shared.http.registry import PREFIX, ROUTES, Auth, Route

BY_NAME: dict[str, Route] = {route.name + ("_alias" if route.is_alias else ""): route for route in ROUTES}
"""The routes by name. A second path of an endpoint has `_alias` behind it."""


def title(name: str, note: str = "") -> str:
    """What the tables call a request, like `GET /users/me/`; the note says which one of several."""
    route = BY_NAME[name]
    return f"{route.methods[0]} {route.path}" + (f" {note}" if note else "")


@dataclass(frozen=True, slots=True)
class Api:
    """Makes requests for one server."""

    target: Target
    service: str
    """A service token."""

    def request(
        self,
        name: str,
        caller: Person | None = None,
        body: object = None,
        **params: object,
    ) -> bytes:
        """The request of a route; `params` are the variable parts of its path, and `query` what follows it."""
        route = BY_NAME[name]
        token = caller.token if caller else None
        if route.auth is Auth.SERVICE:
            token = self.service
        path = PREFIX + route.path.format(**params) + str(params.get("query", ""))
        content = None if body is None else json.dumps(body).encode()
        return self.target.request(route.methods[0], path, token, content)

    @staticmethod
    def status(name: str) -> int:
        """What the route answers if all is well."""
        return BY_NAME[name].status
