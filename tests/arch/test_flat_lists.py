"""A conversation costs the same at message 5,000 as at message 50, and a list of 500 of them reads no messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from shared.store.base import connection
from tests.arch.measuring import Calls, measure
from tests.arch.scenarios.chat import with_chats
from tests.arch.scenarios.common import Request, clones_of
from tests.support.calls import call
from tests.support.chats import fill, say, talk
from tests.support.database import leading_to, raw_items
from tests.support.engine import Engine
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, made_player

FEW, MANY = 50, 5000
LIMIT = 20


@pytest.fixture
def alice(engine: Engine) -> Iterator[Player]:
    """Somebody on a table of the embedded engine."""
    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        yield made_player("Alice")


def page(player: Player, chat: int, offset: int) -> Request:
    query = {"limit": str(LIMIT), "offset": str(offset)}
    return partial(call, "GET", f"/chat/{chat}/messages/", player.access, None, query)


def cost(calls: Calls) -> Calls:
    """What may not depend on the number of messages: which calls, one after the other, and their capacity."""
    assert calls.status in (200, 201)
    assert calls.read_units + calls.write_units > 0
    return replace(calls, touched=frozenset())


@pytest.mark.timeout(300)
def test_newest_page_deepest_page_and_send_cost_the_same_at_5000_messages_as_at_50(alice: Player) -> None:
    sizes = {}
    for count in (FEW, MANY):
        partner = made_player(f"Partner-{count}")
        sizes[count] = talk(alice, partner)
        fill(sizes[count], alice, partner, count)
    pages = [page(alice, chat, offset) for count, chat in sizes.items() for offset in (0, 7, count - LIMIT)]
    costs = [cost(measure(request)) for request in pages]
    assert costs == [costs[0]] * len(pages)
    assert costs[0].names == ("BatchGetItem",) * 2

    sends = [cost(measure(partial(say, alice, chat, "Good game!"))) for chat in sizes.values()]
    assert sends == [sends[0]] * len(sends)
    assert sends[0].names == (
        "UpdateItem",
        "BatchGetItem",
        "TransactWriteItems",
    )  # the first one counts for a limit
    assert_whole(raw_items())


@pytest.mark.timeout(300)
def test_marking_as_read_costs_the_same_at_5000_messages_as_at_50_on_any_page(alice: Player) -> None:
    costs = []
    for count in (FEW, MANY):
        partner = made_player(f"Partner-{count}")
        chat = talk(alice, partner)
        fill(chat, alice, partner, count)
        for offset in (0, count - LIMIT):
            assert say(partner, chat, "new").status == 201
            costs.append(cost(measure(page(alice, chat, offset))))
    assert costs == [costs[0]] * len(costs)
    assert costs[0].names == ("BatchGetItem",) * 2 + ("TransactWriteItems",)


def test_500_conversations_are_sorted_by_their_last_message_without_reading_any(alice: Player) -> None:
    others = clones_of(made_player("Bobby"), 500)
    with_chats(alice, others)
    query = {"limit": "20"}
    request = partial(call, "GET", "/chat/", alice.access, None, query)
    assert measure(request).names == ("BatchGetItem", "Query", "BatchGetItem")
    shown, offset = [], 0
    while offset < 500:
        body = call("GET", "/chat/", alice.access, query={"limit": "100", "offset": str(offset)}).body
        assert body["count"] == 500
        shown += body["results"]
        offset += 100
    times = [chat["last_message"]["sent_at"] for chat in shown]
    assert times == sorted(times, reverse=True)
    assert len({chat["id"] for chat in shown}) == len(set(times)) == 500
    # The table has no messages: what is shown of them is in the rows of the conversations.
    assert {chat["last_message"]["content"] for chat in shown} == {"Good game!"}
    assert "message" not in {item["kind"]["S"] for item in raw_items()}
