"""The documented events are those of the catalogue."""

from __future__ import annotations

from shared.wire.catalogue import CATALOGUE, MATCH_FEED
from tools import events


def test_the_tables_of_events_in_the_docs_are_those_of_the_catalogue() -> None:
    for file, text in events.texts().items():
        assert file.read_text(encoding="utf-8") == text, f"{file.name}: run `make openapi`"


def test_the_contract_shows_every_event_but_the_stream_s_own_in_one_table() -> None:
    shown = [kind.code for kinds in events.PARTS.values() for kind in kinds]
    assert sorted(shown) == sorted((CATALOGUE.keys() | MATCH_FEED) - {"ping", "resync", "token-expiring"})
