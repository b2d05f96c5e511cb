"""How whole numbers, sets and documents of the domain are stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pynamodb.expressions.update import RemoveAction

from shared.domain.play.lobby import Lobby
from shared.domain.play.lobby_rules import open_lobby
from shared.store.accounts.seats import Seat
from shared.store.attributes import DocumentAttribute, IntegerAttribute
from shared.store.base import Item
from shared.store.play.lobbies import LobbyRow

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize("number", [0, -7, 2**53 + 1])
def test_a_whole_number_comes_back_as_it_was(number: int) -> None:
    attribute = IntegerAttribute()
    assert attribute.deserialize(attribute.serialize(number)) == number


def test_an_empty_set_is_not_stored_and_reads_as_empty() -> None:
    raw = Seat.of(1).serialize()
    assert {"containers", "match_players"}.isdisjoint(raw)
    found = Item.from_raw_data(raw)
    assert isinstance(found, Seat)
    assert (found.containers, found.match_players) == (frozenset(), frozenset())


def test_setting_an_empty_set_removes_the_attribute() -> None:
    assert isinstance(Seat.match_lobbies.set(frozenset()), RemoveAction)


@dataclass(frozen=True)
class Drawing:
    title: str
    colours: frozenset[str] = frozenset()
    drawn_at: datetime | None = None


def test_a_document_leaves_out_what_has_its_default() -> None:
    attribute = DocumentAttribute(Drawing)
    assert attribute.serialize(Drawing("Sunset")) == '{"title":"Sunset"}'
    drawn = Drawing("Sunset", frozenset({"red"}), NOW)
    assert attribute.deserialize(attribute.serialize(drawn)) == drawn


def test_a_document_of_an_earlier_form_is_upgraded() -> None:
    attribute = DocumentAttribute(
        Drawing, upgrade=lambda stored: {"title": stored["name"]} if "name" in stored else stored
    )
    assert attribute.deserialize('{"name": "Sunset"}') == Drawing("Sunset")
    assert attribute.deserialize('{"title": "Sunset"}') == Drawing("Sunset")


def test_a_text_that_is_no_such_document_is_an_error() -> None:
    with pytest.raises(ValueError, match="title"):
        DocumentAttribute(Drawing).deserialize("{}")


def test_an_import_makes_no_adapter() -> None:
    attribute = DocumentAttribute(Drawing)
    assert "_adapter" not in vars(attribute)
    attribute.serialize(Drawing("Sunset"))
    assert "_adapter" in vars(attribute)


def test_the_match_of_a_lobby_is_stored_beside_it_only() -> None:
    playing: Lobby = replace(open_lobby(1, "0815", "clash", None, 7, NOW), match_id=99, match_code="4711")
    _, stored, _ = LobbyRow.of(1).become(playing)
    value: Any = stored.values[1]
    ((kind, text),) = value.value.items()
    assert kind == "S"
    assert {"match_id", "match_code"}.isdisjoint(json.loads(text))
