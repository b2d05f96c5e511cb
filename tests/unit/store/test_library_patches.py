"""The libraries still do what shared/store does differently; a failure says that a patch can or must go.

Work is counted in lines of Python run: it doesn't depend on the machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import JSONParser
from pynamodb.connection.base import Connection
from pynamodb.models import Model

from shared.store import keys
from shared.store.accounts.seats import Seat
from shared.store.accounts.users import User
from shared.store.base import Item
from shared.store.client import tune
from tests.support.executed_lines import executed_lines


@pytest.fixture
def raw() -> dict[str, Any]:
    """A user as DynamoDB returns it."""
    made = User.at(
        keys.user(8), id=8, username="Alice", is_guest=False, created_at=datetime.now(UTC), picture=1
    )
    return made.serialize()


def parsing(parser: Any, items: list[dict[str, Any]]) -> Callable[[], object]:
    model = botocore.session.Session().get_service_model("dynamodb").operation_model("BatchGetItem")
    body = json.dumps({"Responses": {"pong": items}}).encode()
    answer = {"headers": HeadersDict(), "status_code": 200, "body": body}
    return lambda: parser.parse(answer, model.output_shape)


def test_botocores_own_parser_takes_three_times_the_work_of_ours(raw: dict[str, Any]) -> None:
    tuned = Connection(region="eu-west-3")
    tune(tuned)
    ours = tuned.session.get_component("response_parser_factory").create_parser("json")
    assert isinstance(ours, JSONParser)
    assert parsing(ours, [raw] * 20)() == parsing(JSONParser(), [raw] * 20)()
    assert executed_lines(parsing(JSONParser(), [raw] * 20)) > 3 * executed_lines(parsing(ours, [raw] * 20))


def test_pynamodbs_own_way_to_make_items_takes_twice_the_work_of_ours(raw: dict[str, Any]) -> None:
    theirs = Model.from_raw_data.__func__  # type: ignore[attr-defined]
    assert executed_lines(lambda: theirs(Item, raw)) > 2 * executed_lines(lambda: Item.from_raw_data(raw))


def test_pynamodb_makes_a_connection_per_class_unless_the_base_class_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Item, "_connection", None)
    assert Seat._get_connection() is not User._get_connection()
