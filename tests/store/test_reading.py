"""Reading and erasing many items."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.accounts.statistics import Line
from shared.store import keys
from shared.store.accounts.leases import Leases
from shared.store.accounts.seats import Seat
from shared.store.accounts.users import Inbox, User, read_users
from shared.store.base import (
    Item,
    connection,
    delete_partition,
    read_item,
    read_items,
    read_partition,
)
from shared.store.outbox import Outbox
from tests.support.database import raw_items

pytestmark = pytest.mark.usefixtures("table")


def boxes(count: int) -> None:
    with Item.batch_write() as batch:
        for owner in range(count):
            batch.save(Inbox.at(keys.inbox(owner), friend_requests={owner}))


def test_an_item_that_does_not_exist_is_none() -> None:
    assert read_item(keys.user(1)) is None


def test_items_come_back_as_objects_of_their_kind() -> None:
    connection()
    Seat.of(1).save()
    Inbox.of(1).save()
    found = read_items([keys.inbox(1), keys.seat(1), keys.user(1)])
    assert {key: type(item) for key, item in found.items()} == {keys.inbox(1): Inbox, keys.seat(1): Seat}


@pytest.mark.parametrize(("wanted", "batches"), [(0, 0), (1, 1), (100, 1), (101, 2)])
def test_a_hundred_keys_are_read_per_call(wanted: int, batches: int, calls: list[str]) -> None:
    boxes(101)
    calls.clear()
    found = read_items(keys.inbox(owner) for owner in range(wanted))
    assert calls == ["BatchGetItem"] * batches
    boxes_found = [item for item in found.values() if isinstance(item, Inbox)]
    assert {owner for item in boxes_found for owner in item.friend_requests} == set(range(wanted))


def test_only_the_requested_attributes_come_back() -> None:
    connection()
    Leases.at(keys.leases(), ends={"one": 1}, rev=5).save()
    (found,) = read_items([keys.leases()], only=["rev"]).values()
    assert isinstance(found, Leases)
    assert (found.rev, found.ends) == (5, {})


def test_a_key_that_is_requested_twice_is_read_once(calls: list[str]) -> None:
    boxes(2)
    calls.clear()
    assert len(read_items([keys.inbox(0), keys.inbox(1), keys.inbox(0)])) == 2
    assert calls == ["BatchGetItem"]


def test_a_partition_is_read_in_the_order_of_its_sort_keys() -> None:
    with Item.batch_write() as batch:
        for outbox_id in (3, 100, 20):
            batch.save(Outbox.at(keys.outbox("MATCH#1", outbox_id), id=outbox_id, entries=[]))
        batch.save(Outbox.at(keys.outbox("MATCH#2", 1), id=1, entries=[]))
    assert [item.id for item in read_partition("MATCH#1") if isinstance(item, Outbox)] == [3, 20, 100]


def test_only_the_partition_itself_is_erased_with_items_of_any_kind() -> None:
    boxes(2)
    connection().client.put_item(
        TableName=Item.Meta.table_name,
        Item={"pk": {"S": "USER#0"}, "sk": {"S": "FUTURE"}, "kind": {"S": "unheard-of"}},
    )
    delete_partition("USER#0")
    delete_partition("USER#0")
    assert {item["pk"]["S"] for item in raw_items()} == {"USER#1"}


def test_a_partition_of_several_pages_is_erased_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    with Item.batch_write() as batch:
        for outbox_id in range(30):
            batch.save(Outbox.at(keys.outbox("MATCH#1", outbox_id), id=outbox_id, entries=[]))
    query = type(connection()).query

    def short_pages(self: Any, *arguments: Any, **options: Any) -> Any:
        return query(self, *arguments, **{**options, "limit": 7})

    monkeypatch.setattr(type(connection()), "query", short_pages)
    delete_partition("MATCH#1")
    assert raw_items() == []


def test_a_read_sees_the_last_write() -> None:
    seen: list[Any] = []

    def note(params: dict[str, Any], model: Any, **_: object) -> None:
        seen.append((model.name, params["body"]))

    connection().client.meta.events.register("before-call.dynamodb", note)
    read_item(keys.user(1))
    read_items([keys.user(1)])
    read_partition("USER#1")
    connection().client.meta.events.unregister("before-call.dynamodb", note)
    assert [name for name, _ in seen] == ["GetItem", "BatchGetItem", "Query"]
    assert all(b'"ConsistentRead": true' in body or b'"ConsistentRead":true' in body for _, body in seen)


def test_a_user_keeps_every_attribute_in_the_table() -> None:
    connection()
    made = User.at(
        keys.user(8),
        id=8,
        username="Alice",
        is_guest=False,
        created_at=datetime(2026, 11, 23, 18, 30, 0, 123456, UTC),
        picture=1,
        pictures={1, 5},
        blocked={2**53 - 1},
        stats={"global": Line(wins=1)},
        trophies=7,
    )
    made.save()
    (found,) = read_users([8, 9]).values()
    assert found.blocked == {2**53 - 1}
    assert found.pictures == {1, 5}
    assert found.created_at == made.created_at
    assert found.statistics.line("global").wins == 1
    assert (found.id, found.username, found.trophies) == (8, "Alice", 7)
