"""Calls one after another, each with ids and codes out of earlier answers, are answered as the document announces.

For `make contract`: skipped without `--contract-examples`. Schemathesis infers from the document which call goes on
with which answer; LINKS are those that it can't infer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import Case, Response
from schemathesis.generation.stateful import APIStateMachine

import app  # noqa: F401 (fills the registry)
from infra.local.runner.stack import Stack
from shared.http.registry import PREFIX, ROUTES, Auth
from tests.support.answer_check import note
from tests.support.document_schema import CHECKS, about, document_for, schema_of
from tests.support.people import People, bearer
from tools.openapi.operations import operation_id

STEPS = 12
"""Calls in one sequence."""

LINKS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "create_lobby": {
        "code": (
            *("join_lobby", "leave_lobby", "update_participant", "update_lobby"),
            *("send_lobby_message", "invite_to_lobby", "ban_from_lobby"),
        )
    },
    "create_tournament": {
        "code": (
            *("join_tournament", "leave_tournament"),
            *("send_tournament_message", "invite_to_tournament", "ban_from_tournament"),
        )
    },
    "create_chat": {"id": ("get_chat", "hide_chat", "list_messages", "send_message")},
    "create_match": {"code": ("get_match",)},
}
"""By operation: the field of its answer, and the operations that have it in their path."""

OF_SERVICES = {
    operation_id(route, method) for route in ROUTES for method in route.methods if route.auth is Auth.SERVICE
}


def linked(document: dict[str, Any]) -> dict[str, Any]:
    """The document with LINKS. Streams don't end: they are left out."""
    document["paths"] = {path: item for path, item in document["paths"].items() if path.startswith(PREFIX)}
    operations = {
        operation["operationId"]: (path, operation)
        for path, item in document["paths"].items()
        for operation in item.values()
    }
    for source, fields in LINKS.items():
        responses = operations[source][1]["responses"]
        for name, targets in fields.items():
            links = responses["201"].setdefault("links", {})
            for target in targets:
                parts = [part for part in ("code", "chat_id") if f"{{{part}}}" in operations[target][0]]
                links[target] = {
                    "operationId": target,
                    "parameters": dict.fromkeys(parts, f"$response.body#/{name}"),
                }
    return document


def named(body: Any, username: str) -> Any:
    """A body with the name of a user who exists in the place of a made-up one."""
    if isinstance(body, dict) and isinstance(body.get("username"), str):
        return {**body, "username": username}
    return body


@dataclass(slots=True)
class Found:
    """What the sequences came to."""

    sequences: int = 0
    reached: set[tuple[str, int]] = field(default_factory=set)
    """Operations and statuses."""
    wrong: list[BaseException] = field(default_factory=list)
    """Answers that the document doesn't announce. Kept, so that no error of Hypothesis hides them."""


def calls_of(stack: Stack, session: requests.Session, people: People, found: Found) -> type[APIStateMachine]:
    """Sequences of calls by two users and a guest, all listening, and a service."""

    class Calls(schema_of(linked(document_for(stack.url))).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            found.sequences += 1
            self.players = [people.user(), people.user(), people.guest()]
            for player in self.players[:2]:
                people.accept_chats(player)
            self.streams = ExitStack()
            for player in self.players:
                self.streams.enter_context(people.listening(player))
            self.ids = cycle([player.id for player in self.players])
            self.calls = 0

        def teardown(self) -> None:
            self.streams.close()

        def before_call(self, case: Case[Any]) -> None:
            """Name players who exist."""
            case.body = named(about(case.body, self.ids), self.players[(self.calls + 1) % 2].name)

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            """Each player makes two calls in a row, so that they go on with what they began."""
            self.calls += 1
            name = case.operation.definition.raw["operationId"]
            player = self.players[self.calls // 2 % len(self.players)]
            token = people.service if name in OF_SERVICES else player.access
            return {
                "base_url": stack.url,
                "verify": str(stack.ca),
                "session": session,
                "headers": bearer(token),
            }

        def validate_response(self, response: Response, case: Case[Any], *_: Any, **__: Any) -> None:
            name = case.operation.definition.raw["operationId"]
            found.reached.add((name, response.status_code))
            if response.status_code >= 400:
                note(name, response.status_code, response.json())
            try:
                case.validate_response(response, checks=CHECKS)
            except BaseException as error:
                found.wrong.append(error)
                raise

    return Calls


def test_sequences_of_calls_are_answered_as_the_document_announces(
    stack: Stack, session: requests.Session, people: People, pytestconfig: pytest.Config
) -> None:
    examples: int = pytestconfig.getoption("contract_examples")
    if not examples:
        pytest.skip("make contract")
    found = Found()
    calls = calls_of(stack, session, people, found)
    while found.sequences < examples and not found.wrong:
        # Equal draws met other answers, such as a list that has grown: Hypothesis can't go on from there.
        with suppress(FlakyStrategyDefinition):
            calls.run(
                settings=settings(
                    derandomize=False,
                    database=None,
                    deadline=None,
                    max_examples=examples - found.sequences,
                    stateful_step_count=STEPS,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
            )
    assert not found.wrong, found.wrong
    assert any(status < 300 for _, status in found.reached), sorted(found.reached)
