"""Whatever is sent, every answer is one that the OpenAPI document announces, and no answer is a server's error.

Schemathesis makes requests from the document, fitting ones and wrong ones; a new endpoint enters by existing.
The same requests come in every run; `make contract` makes others, many more, and by all callers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any

import httpx
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection
from schemathesis.specs.openapi.schemas import OpenApiSchema

import app  # noqa: F401 (fills the registry)
from infra.local.runner.stack import Stack
from shared.http.registry import PREFIX, ROUTES, Auth, Route
from tests.support.answer_check import note
from tests.support.document import DOCUMENT
from tests.support.document_schema import CHECKS, about, document_for, schema_of
from tests.support.people import People, Person, bearer
from tools.openapi.operations import operation_id

CHECKS_OF_WRONG_BODIES = [*CHECKS, negative_data_rejection]

EXAMPLES = 5
"""Requests of each kind per route and caller, unless `--contract-examples` says how many."""

CALLS = [
    (route, method)
    for route in ROUTES
    for method in route.methods
    if method.lower() in DOCUMENT["paths"].get(PREFIX + route.path, {})
]
"""Another test (tests/arch/test_openapi_document.py) fails when a route isn't in the document."""


@pytest.fixture(scope="module")
def schema(stack: Stack) -> OpenApiSchema:
    """The document, for requests to this stack."""
    return schema_of(document_for(stack.url))


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody in the middle of things, so that ids in paths lead somewhere."""

    user: Person
    guest: Person
    ids: Mapping[str, int]

    def tokens(self, route: Route, service: str, *, everyone: bool) -> list[str | None]:
        """The tokens that a route is tried with: all that it is made for, or `everyone`'s."""
        if everyone:
            return [None, self.user.access, self.guest.access, service]
        made: Mapping[Auth, list[str | None]] = {
            Auth.NOBODY: [None],
            Auth.USER: [self.user.access, self.guest.access],
            Auth.REGISTERED: [self.user.access],
            Auth.SERVICE: [service],
        }
        return made[route.auth]


@pytest.fixture
def scene(people: People, request: pytest.FixtureRequest) -> Scene:
    """A user and a guest in a running match, who have played before; the user has friends where that matters."""
    user, guest = people.user(), people.guest()
    people.finished_match(user, guest)
    match = people.match(user, guest)
    ids = {"match_id": match["id"], "user_id": user.id, "id": match["id"]}
    route: Route = request.node.callspec.params["route"]
    if route.path.startswith("/users/me/"):
        others = [people.user() for _ in range(3)]
        ids["friend_request_id"] = people.request(others[0], user)
        ids["friendship_id"] = people.friendship(others[1], user)
        ids["blocked_id"] = people.block(user, others[2])
    if "/messages/" in route.path or route.path.startswith("/chat/"):
        ids["chat_id"] = people.chat(people.user(), user)
    if route.name == "use_picture":
        ids["id"] = 1
    return Scene(user, guest, ids)


def send_all(
    schema: OpenApiSchema,
    session: requests.Session,
    stack: Stack,
    route: Route,
    method: str,
    mode: GenerationMode,
    *,
    token: str | None,
    more: int,
    known: Mapping[str, int],
    players: Sequence[int] = (),
) -> None:
    """Send what Schemathesis makes of a route's part of the document, about these ids or about made-up ones."""
    operation = schema[PREFIX + route.path][method]
    strategy = operation.as_strategy(
        generation_mode=mode,
        path_parameters={name: known[name] for name in route.params if name in known} or None,
    )
    sent = 0

    @settings(
        derandomize=not more,
        database=None,
        deadline=None,
        max_examples=more or EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case: Case[Any]) -> None:
        nonlocal sent
        sent += 1
        body_is_wrong = mode.is_negative and route.body is not None and not route.paged and not route.params
        if players and isinstance(case.body, dict):
            case.body = about(case.body, cycle(players))
        answer = case.call_and_validate(
            base_url=stack.url,
            verify=str(stack.ca),
            session=session,
            headers=bearer(token) if token else None,
            checks=CHECKS_OF_WRONG_BODIES if body_is_wrong else CHECKS,
        )
        if answer.status_code >= 400:
            note(operation_id(route, method), answer.status_code, answer.json())

    send()
    assert sent


@pytest.mark.parametrize(
    ("route", "method"), CALLS, ids=[operation_id(route, method) for route, method in CALLS]
)
def test_every_answer_is_one_that_the_document_announces(
    stack: Stack,
    schema: OpenApiSchema,
    session: requests.Session,
    people: People,
    scene: Scene,
    route: Route,
    method: str,
    pytestconfig: pytest.Config,
) -> None:
    more: int = pytestconfig.getoption("contract_examples")
    takes_anything = bool(route.params or route.query or route.paged or route.body)
    # A code in a path is any text: where nothing else is sent, nothing can be of a wrong kind.
    can_be_wrong = bool(route.int_params or route.query or route.paged or route.body)
    with ExitStack() as streams:
        tokens = scene.tokens(route, people.service, everyone=bool(more))
        if route.online:
            listener = people.user()
            for person in (listener, scene.user):
                streams.enter_context(people.listening(person))
            tokens.append(listener.access)
        for token in tokens:
            ask = partial(send_all, schema, session, stack, route, method, token=token, more=more)
            ask(GenerationMode.POSITIVE, known=scene.ids, players=[scene.user.id, scene.guest.id])
            if takes_anything:
                ask(GenerationMode.POSITIVE, known={})
            if can_be_wrong:
                ask(GenerationMode.NEGATIVE, known={})


@pytest.mark.parametrize(
    ("route", "method"), CALLS, ids=[operation_id(route, method) for route, method in CALLS]
)
def test_a_method_that_a_path_does_not_have_is_405(client: httpx.Client, route: Route, method: str) -> None:
    path = PREFIX + re.sub(r"{\w+}", "1", route.path)
    answer = client.request("TRACE", path)
    assert answer.status_code == 405
    assert set(method.split()) <= set(answer.headers["allow"].split(", "))
