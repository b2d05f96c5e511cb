"""The tuned client and the store's items do the same as botocore's and PynamoDB's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from pynamodb.models import Model

from shared.store import keys
from shared.store.accounts.users import Inbox, User
from shared.store.base import Item, connection, read_item
from shared.store.client import UNANSWERED
from tests.support.database import forget_connections, leading_to
from tests.support.engine import Account, Engine
from tests.support.logs import logging_to

EVERY_TYPE: dict[str, Any] = {
    "s": {"S": "text"},
    "n": {"N": "1.5"},
    "bool": {"BOOL": False},
    "null": {"NULL": True},
    "ss": {"SS": ["a"]},
    "ns": {"NS": ["1"]},
    "b": {"B": b"\x00\xff"},
    "bs": {"BS": [b"\x00\xff"]},
    "l": {"L": [{"B": b"\x01"}, {"S": "a"}, {"M": {"deep": {"BS": [b"\x02"]}}}]},
    "m": {"M": {"b": {"B": b"\x03"}, "l": {"L": [{"N": "1"}]}, "none": {"M": {}}}},
}


def test_values_of_every_type_are_those_of_botocores_own_client(table: None, database: Account) -> None:
    where: dict[str, Any] = {"TableName": Item.Meta.table_name, "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}
    connection().client.put_item(TableName=where["TableName"], Item={**where["Key"], **EVERY_TYPE})
    found = connection().client.get_item(**where, ConsistentRead=True)["Item"]
    assert found == {**where["Key"], **EVERY_TYPE}
    assert found == database.client("dynamodb").get_item(**where, ConsistentRead=True)["Item"]


def test_a_process_whose_first_call_reads_one_item_has_the_tuned_client(
    table: None,
) -> None:
    forget_connections()
    sent: list[Any] = []
    read_item(keys.user(1))
    connection().client.meta.events.register(
        "before-send.dynamodb", lambda request, **_: sent.append(request)
    )
    read_item(keys.user(1))
    (request,) = sent
    assert request.headers["User-Agent"] == b"pong"


def test_a_call_without_an_answer_is_logged_before_it_is_made_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    failures = [ConnectionClosedError(endpoint_url="http://dynamodb")]

    def lose_first(**_: object) -> None:
        if failures:
            raise failures.pop()

    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        connection().client.meta.events.register("before-send.dynamodb", lose_first)
        with logging_to() as lines:
            assert read_item(keys.user(1)) is None
    (line,) = lines
    del line["at"]
    assert line == {
        "level": "warning", "message": UNANSWERED, "operation": "GetItem", "attempt": 1, "status": None,
        "error": "ConnectionClosedError",
    }  # fmt: skip


def user() -> dict[str, Any]:
    made = User.at(
        keys.user(8),
        id=8,
        username="Alice",
        is_guest=False,
        created_at=datetime.now(UTC),
        picture=1,
        pictures={1, 5},
    )
    return made.serialize()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(user(), id="whole"),
        pytest.param(
            {name: value for name, value in user().items() if name != "stats"}, id="default missing"
        ),
        pytest.param({**user(), "generation": {"NULL": True}, "blocked": {"NULL": True}}, id="nulls"),
        pytest.param({**user(), "added_later": {"S": "?"}}, id="unknown attribute"),
        pytest.param(
            {"pk": {"S": "a"}, "sk": {"S": "b"}, "expires_at": {"N": "1795533466"}}, id="without a kind"
        ),
    ],
)
def test_an_item_is_read_as_pynamodb_reads_it(raw: dict[str, Any]) -> None:
    ours, theirs = Item.from_raw_data(raw), Model.from_raw_data.__func__(Item, raw)  # type: ignore[attr-defined]
    assert type(ours) is type(theirs)
    assert ours.attribute_values == theirs.attribute_values
    assert vars(ours).keys() == vars(theirs).keys()


def test_an_item_of_another_kind_than_the_models_is_an_error() -> None:
    with pytest.raises(TypeError, match="User instead of Inbox"):
        Inbox.from_raw_data(user())
