"""Every endpoint's scenarios, and the cases that may make more calls than the bounds allow.

A scenario is what an endpoint is asked when its calls are counted. A new endpoint needs at least one case, and each
way in which it can make more calls than usual is a case of its own.
"""

from __future__ import annotations

import pytest

from shared.http.registry import ROUTES, Auth
from tests.arch.scenarios import accounts, chat, lobbies, meta, play, private, social, tournaments
from tests.arch.scenarios.common import Case, Exceptions, Scenarios


class _ByRoute(Scenarios):
    def __missing__(self, name: str) -> dict[str, Case]:
        route = next(route for route in ROUTES if route.name == name)
        who = "without_token" if route.auth is Auth.NOBODY else "as_user"
        pytest.fail(
            f"{name} has no scenario: add it to SCENARIOS in a module of tests/arch/scenarios/, with one case for each"
            " way in which it makes more calls or fewer. Where the table needs no preparation, that is\n"
            f'    "{name}": {{"": {who}("{route.methods[0]}", "{route.path}")}},\n'
            f"Then run `make endpoints ARGS={name}`.",
            pytrace=False,
        )


AREAS = (accounts, social, chat, play, lobbies, tournaments, private)

SCENARIOS = _ByRoute({name: cases for area in (*AREAS, meta) for name, cases in area.SCENARIOS.items()})

EXCEPTIONS: Exceptions = {case: given for area in AREAS for case, given in area.EXCEPTIONS.items()}
