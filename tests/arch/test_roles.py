"""A function's role allows what the function does, and little more.

What is allowed comes from the code, what is done from DynamoDB's calls.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import app  # noqa: F401 (fills the registries)
from infra.cloud import code_walk, template
from infra.cloud.cloudformation import camel
from infra.cloud.functions import all_functions
from infra.cloud.grants import Grant, grant
from shared.http.registry import ROUTES, Auth
from tests.arch.measuring import count_calls
from tests.arch.scenarios.all import SCENARIOS
from tests.support.engine import Engine

FUNCTIONS = {function.name: function for function in all_functions()}
RESOURCES: dict[str, Any] = template.whole()["Resources"]

LIMITS_TABLE = {"Fn::GetAtt": ["LimitsTable", "Arn"]}

UNNECESSARY = {"Scan", "BatchWriteItem", "UpdateTable", "DeleteTable", "CreateTable"}


def may_read(secret: str, function: str) -> bool:
    """Whether a function's role reads a secret."""
    return any(
        "secretsmanager:GetSecretValue" in statement["Action"] and {"Ref": secret} in statement["Resource"]
        for statement in statements(function)
    )


@cache
def statements(function: str) -> list[dict[str, Any]]:
    """The statements of a function's role."""
    (policy,) = RESOURCES[f"{camel(function)}Role"]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def allowed_on_the_table(function: str) -> tuple[set[str], set[str]]:
    """The actions and key patterns that a role has for the table."""
    table = [s for s in statements(function) if s["Resource"] == {"Fn::GetAtt": ["Table", "Arn"]}]
    if not table:
        return set(), set()
    (statement,) = table
    actions = {action.removeprefix("dynamodb:") for action in statement["Action"]}
    return actions, set(statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])


TOURNAMENT = {"DUE#*", "TOURNAMENT#*", "TOURNAMENTS", "WAKE#*"}
"""What leaving a tournament may change: going elsewhere leaves any kind of place."""

ANY_PLACE = {"CODE#*", "LOBBY#*", "TIMER#*", *TOURNAMENT}
"""Leaving is the same for every kind of place."""

RARELY: dict[str, set[str]] = {
    "book_match": {"RESULT#*"},  # only when the result unlocks a picture
    # What stores a match also ends one; connecting never does.
    "connect_player": {"CODE#*", "LOBBY#*", "RUNNING#*", "TIMER#*", *TOURNAMENT},
    "get_running_match": {"LOBBY#*", "TOURNAMENT#*"},  # what reads a match reads its places with it
    # Only of who plays, queues or is in a place just now.
    "download_data": {"MATCH#*", "QUEUE#*", "LOBBY#*", "TOURNAMENT#*"},
    "leave_duel": ANY_PLACE,
    "leave_ranked": ANY_PLACE,
    "join_ranked": {"LOBBY#*", *TOURNAMENT},
    "ban_from_lobby": {"CODE#*"},  # what stores a lobby also ends one; its creator stays
    "ban_from_tournament": {"CODE#*", "DUE#*", "TIMER#*", "WAKE#*"},  # as before, or begins its countdown
    "unblock_user": {"TOURNAMENT#*"},  # only of who is in one
    "block_user": {"CODE#*", "TIMER#*", *TOURNAMENT},  # as before
    "delete_me": {"CODE#*", *TOURNAMENT},  # only of the last one in a place
    "create_match": {"QUEUE#*", *TOURNAMENT},  # only when a player is taken out of a place
    "create_lobby": {"TIMER#*", *TOURNAMENT},
    "join_lobby": {"TIMER#*", *TOURNAMENT},
    "join_duel": {*TOURNAMENT},
    "update_lobby": {"QUEUE#*", *TOURNAMENT},
    "update_participant": {*TOURNAMENT},
    # Another place is left by it; an execution is answered if one waits.
    "create_tournament": {"DUE#*", "LOBBY#*", "QUEUE#*", "TIMER#*", "WAKE#*"},
    "join_tournament": {"LOBBY#*", "MATCH#*", "WAKE#*"},
    "leave_tournament": {"DUE#*", "LOBBY#*", "TIMER#*", "WAKE#*"},
    # A match of a tournament decides its stage, or of a lobby.
    "score_point": {"DUE#*", "TIMER#*", "TOURNAMENTS", "WAKE#*"},
    "finish_match": {"TIMER#*", *TOURNAMENT},
}
"""Key patterns that a role allows and no scenario of the endpoint touches, and why."""


@pytest.mark.parametrize("name", sorted(route.name for route in ROUTES))
def test_a_role_allows_what_an_endpoint_does_and_no_other_keys(name: str, engine: Engine) -> None:
    actions, keys = allowed_on_the_table(name)
    touched = {one for case in SCENARIOS[name].values() for one in count_calls(engine, case).touched}

    assert {action for action, _ in touched} <= actions
    assert {key for _, key in touched} <= keys
    takes_key = any(
        route.takes_key(method) for route in ROUTES if route.name == name for method in route.methods
    )
    with_a_key = {"ANSWERS#*"} if takes_key else set()  # tests/arch/test_repeating.py
    # A process keeps the leases: it reads them now and then (shared/store/accounts/leases.py).
    assert keys - {key for _, key in touched} - {"SSE"} == RARELY.get(name, set()) | with_a_key


@pytest.mark.parametrize("name", sorted(route.name for route in ROUTES))
def test_only_endpoints_that_count_requests_may_write_to_the_limits_table(name: str, engine: Engine) -> None:
    allowed = [s["Action"] for s in statements(name) if s["Resource"] == LIMITS_TABLE]
    used = {one for case in SCENARIOS[name].values() for one in count_calls(engine, case).limits}
    route = next(route for route in ROUTES if route.name == name)

    assert allowed in ([], [["dynamodb:UpdateItem"]])
    assert used <= {action.removeprefix("dynamodb:") for actions in allowed for action in actions}
    assert bool(allowed) == bool(route.limits or route.makes_known or name == "end_friend_request")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_role_names_what_it_allows(name: str) -> None:
    for statement in statements(name):
        wild = statement["Resource"] == "*"
        assert not wild or all(action.startswith("xray:") for action in statement["Action"])
        assert not [action for action in statement["Action"] if "*" in action]
        assert not UNNECESSARY & {action.rpartition(":")[2] for action in statement["Action"]}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_functions_that_deal_with_tokens_may_read_the_users_key(name: str) -> None:
    variables = RESOURCES[camel(name)]["Properties"]["Environment"]["Variables"]

    route = next((route for route in ROUTES if route.name == name), None)
    deals = route is not None and (route.auth.value != "nobody" or route.path.startswith("/auth/"))
    assert may_read("TokenSecret", name) == deals == ("JWT_SECRET_ID" in variables)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_functions_of_the_private_api_may_read_the_services_key(name: str) -> None:
    variables = RESOURCES[camel(name)]["Properties"]["Environment"]["Variables"]

    is_private = any(route.name == name and route.auth is Auth.SERVICE for route in ROUTES)
    assert may_read("ServiceSecret", name) == is_private == ("JWT_SERVICE_SECRET_ID" in variables)


def test_the_sse_container_reads_both_keys_and_its_start_none() -> None:
    role, start, task = (
        json.dumps(RESOURCES[name]) for name in ("ContainerRole", "ContainerStartRole", "ContainerTask")
    )
    for secret, variable in (("TokenSecret", "JWT_SECRET_ID"), ("ServiceSecret", "JWT_SERVICE_SECRET_ID")):
        assert f'{{"Ref": "{secret}"}}' in role
        assert f'{{"Name": "{variable}", "Value": {{"Ref": "{secret}"}}}}' in task
        assert secret not in start


def test_only_the_download_may_store_and_sign_files() -> None:
    users = {
        name
        for name in FUNCTIONS
        if any(action.startswith("s3:") for statement in statements(name) for action in statement["Action"])
        or "EXPORT_BUCKET" in RESOURCES[camel(name)]["Properties"]["Environment"]["Variables"]
    }
    assert users == {"download_data"}


def test_only_the_streams_trigger_may_start_executions() -> None:
    starters = {
        name
        for name in FUNCTIONS
        if any("states:StartExecution" in statement["Action"] for statement in statements(name))
    }
    assert starters == {"start_timers"}


def test_functions_without_a_use_for_the_table_have_no_access_to_it() -> None:
    for name in ("get_docs", "get_openapi", "get_asyncapi", "answer_unrouted", "start_timers"):
        assert FUNCTIONS[name].grant.actions == frozenset()
        assert allowed_on_the_table(name) == (set(), set())


def test_keys_are_built_in_one_place_so_that_grants_can_be_found() -> None:
    for file in [
        *code_walk.ROOT.glob("shared/**/*.py"),
        *code_walk.ROOT.glob("functions/**/*.py"),
        *code_walk.ROOT.glob("sse/**/*.py"),
    ]:
        if file.name != "keys.py":
            for key in ("USER#", "MATCH#", "QUEUE#", "CODE#", "NAME#", "TIMER#", "PAIR#", "CHAT#"):
                assert f'"{key}' not in file.read_text(), f"{file} builds a key"


# ── how the walk finds what a function touches ───────────────────────────────────────────────────────────

MADE_UP = """
from __future__ import annotations

from dataclasses import dataclass

from functions import helpers
from shared.store import keys
from shared.store.base import Item
from shared.store.unit_of_work import UnitOfWork as Unit


@dataclass
class Step:
    unit: Unit | None
    n: int


class Quiet(Unit):
    pass


def begun(n: int) -> Unit:
    return Unit()


def parameter(them: Unit, item: Item) -> None:
    them.discard(item)


def keyword(item: Item, *, batch: Unit | None = None) -> None:
    batch and batch.discard(item)


def assignment(item: Item) -> None:
    transaction = Unit()
    transaction.discard(item)


def in_a_tuple(item: Item) -> None:
    n, ((transaction, _), m) = 1, ((Unit(), 2), 3)
    transaction.discard(item)


def another_name(item: Item) -> None:
    first = Unit()
    second = first
    second.discard(item)


def declared(item: Item) -> None:
    transaction: Unit
    transaction = begun(1)
    transaction.discard(item)


def returned(item: Item) -> None:
    begun(1).discard(item)


def made_on_the_spot(item: Item) -> None:
    Unit().discard(item)


def dataclass_field(step: Step, item: Item) -> None:
    step.unit.discard(item)


def subclass(quiet: Quiet, item: Item) -> None:
    quiet.discard(item)


def in_an_inner_function(item: Item) -> None:
    def inner(them: Unit) -> None:
        them.discard(item)


def module_as_a_value(item: Item) -> None:
    hand_on(helpers)


def something_else_of_that_name(work: Step, changes: dict, item: Item) -> None:
    work.discard(item)
    changes.update(item)
    keys.user(1)
"""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A module of functions that all discard an item but the last one; beside the real shared/."""
    root = tmp_path_factory.mktemp("code")
    (root / "functions").mkdir()
    (root / "functions" / "made_up.py").write_text(MADE_UP)
    helper = "from shared.store.unit_of_work import UnitOfWork\ndef discard(unit: UnitOfWork, item): unit.discard(item)"
    (root / "functions" / "helpers.py").write_text(helper)
    (root / "shared").symlink_to(code_walk.ROOT / "shared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_walk, "ROOT", root)
        yield "functions.made_up"


FINDS = [line.split("(")[0] for line in MADE_UP.split("\ndef ")[2:-1]]


@pytest.mark.parametrize("name", FINDS)
def test_a_unit_of_work_is_found_by_its_type_whatever_its_name(name: str, made_up: str) -> None:
    assert grant([(made_up, name)]).actions == {"DeleteItem"}


def test_what_only_has_the_name_of_a_unit_of_work_grants_nothing(made_up: str) -> None:
    expected = Grant(
        frozenset(),
        frozenset({"USER#*"}),
        secret=False,
        service_secret=False,
        exports=False,
        clocks=False,
        machines=False,
        limits=False,
    )

    assert grant([(made_up, "something_else_of_that_name")]) == expected


def test_a_start_that_does_not_exist_is_an_error_and_no_role_without_rights(made_up: str) -> None:
    with pytest.raises(LookupError, match=r"There is no functions\.made_up\.renamed\."):
        grant([(made_up, "renamed")])
